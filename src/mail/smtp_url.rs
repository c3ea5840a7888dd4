//! The mail server's URL and its private root certificate, parsed into settings that exist only when they are valid.

use crate::texts::{Explain, Language};
use lettre::transport::smtp::client::Certificate;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::{fmt, net::IpAddr};
use url::Url;
use zeroize::Zeroizing;

/// Port of `smtp://` when the URL names none: message submission (RFC 6409).
const SUBMISSION_PORT: u16 = 587;
/// Port of `smtps://` when the URL names none: submission over TLS (RFC 8314).
const SUBMISSIONS_PORT: u16 = 465;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS or no conversation; the server's certificate is verified.
    StartTlsRequired,
    /// STARTTLS when the server offers it. Guards against listeners only, so unless a root certificate is configured
    /// the server's certificate is not verified (opportunistic security, RFC 7435).
    StartTlsOptional,
    /// Plain text.
    Plain,
}

/// User name and password for the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpCredentials {
    /// The user name.
    pub user: String,
    /// The password; wiped when dropped.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for SmtpCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpCredentials").field("user", &self.user).field("password", &"(hidden)").finish()
    }
}

/// Certificates trusted instead of the public authorities.
#[derive(Debug, Clone)]
pub struct PrivateRoots {
    /// For the TLS client.
    pub certificates: Certificate,
    /// The same certificates, DER encoded.
    pub der: Vec<Vec<u8>>,
}

/// Where and how mail is handed over.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address, IPv6 without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// Credentials, if the server asks for them.
    pub credentials: Option<SmtpCredentials>,
    /// The name given in EHLO; the machine's own name when absent.
    pub hello_name: Option<String>,
    /// Private root certificates, if configured.
    pub roots: Option<PrivateRoots>,
}

/// What is wrong with the settings of the mail server. No variant holds any part of the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub enum SmtpUrlError {
    /// Not a URL with a host.
    NotAUrl,
    /// A scheme other than `smtp` and `smtps`.
    Scheme(String),
    /// A path or fragment.
    Path,
    /// A parameter nobody knows, or one given twice.
    Parameter(String),
    /// `starttls` with another value, or on `smtps`.
    StartTls,
    /// `helo` that is not a host name.
    Helo,
    /// User without password or password without user.
    Credentials,
    /// Percent signs that do not stand for UTF-8 text, or control characters behind them.
    Encoding,
    /// A password that could travel unprotected.
    UnprotectedPassword,
    /// The root certificate is not PEM or holds no certificate.
    RootCertificate,
}

mod say {
    crate::texts::texts! {
        not_a_url() {
            zh: "WELLSPRING_SMTP_URL 不是有效的地址；应为 smtp://用户:密码@主机:端口 或 smtps://用户:密码@主机:端口，特殊字符用百分号编码。",
            en: "WELLSPRING_SMTP_URL is not a URL; use smtp://user:password@host:port or smtps://user:password@host:port, special characters percent-encoded.",
        }
        scheme(found: &str) {
            zh: "WELLSPRING_SMTP_URL 以“{found}://”开头；只允许 smtp:// 或 smtps://。",
            en: "WELLSPRING_SMTP_URL starts with {found}://; smtp:// and smtps:// are allowed.",
        }
        path() {
            zh: "WELLSPRING_SMTP_URL 的端口之后只允许“?参数”。",
            en: "In WELLSPRING_SMTP_URL only ?parameters may follow the port.",
        }
        parameter(found: &str) {
            zh: "WELLSPRING_SMTP_URL 的参数“{found}”未知或重复；允许 starttls 和 helo，各一次。",
            en: "The parameter “{found}” of WELLSPRING_SMTP_URL is unknown or repeated; starttls and helo are allowed, once each.",
        }
        start_tls() {
            zh: "WELLSPRING_SMTP_URL 的 starttls 只允许 required、optional 或 none，且不能与 smtps:// 同用。",
            en: "In WELLSPRING_SMTP_URL starttls is required, optional or none, and cannot be combined with smtps://.",
        }
        helo() {
            zh: "WELLSPRING_SMTP_URL 的 helo 应为主机名，例如 wellspring.example.cn。",
            en: "In WELLSPRING_SMTP_URL helo is a host name such as wellspring.example.cn.",
        }
        credentials() {
            zh: "WELLSPRING_SMTP_URL 的用户名和密码须同时填写或同时省略。",
            en: "WELLSPRING_SMTP_URL needs user name and password together, or neither.",
        }
        encoding() {
            zh: "WELLSPRING_SMTP_URL 的用户名、密码或参数含有无效的百分号编码。",
            en: "WELLSPRING_SMTP_URL has an invalid percent-encoding in user name, password or a parameter.",
        }
        unprotected_password() {
            zh: "WELLSPRING_SMTP_URL 会以明文发送密码；请使用 smtps:// 或 starttls=required（仅本机回环地址例外）。",
            en: "WELLSPRING_SMTP_URL would send the password unprotected; use smtps:// or starttls=required (loopback hosts are exempt).",
        }
        root_certificate() {
            zh: "WELLSPRING_SMTP_ROOT_CERTIFICATE 不含有效的 PEM 证书（-----BEGIN CERTIFICATE-----）。",
            en: "WELLSPRING_SMTP_ROOT_CERTIFICATE holds no valid PEM certificate (-----BEGIN CERTIFICATE-----).",
        }
    }
}

impl Explain for SmtpUrlError {
    fn code(&self) -> &'static str {
        match self {
            Self::RootCertificate => "smtp_root_certificate_invalid",
            Self::UnprotectedPassword => "smtp_password_unprotected",
            _ => "smtp_url_invalid",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::NotAUrl => say::not_a_url(language),
            Self::Scheme(found) => say::scheme(language, found),
            Self::Path => say::path(language),
            Self::Parameter(found) => say::parameter(language, found),
            Self::StartTls => say::start_tls(language),
            Self::Helo => say::helo(language),
            Self::Credentials => say::credentials(language),
            Self::Encoding => say::encoding(language),
            Self::UnprotectedPassword => say::unprotected_password(language),
            Self::RootCertificate => say::root_certificate(language),
        }
    }
}

impl SmtpSettings {
    /// Reads `smtp://` or `smtps://`, user and password percent-encoded, with `?starttls=required|optional|none` and
    /// `&helo=name`. Without `starttls`, `smtp://` requires it, except on loopback, where it is optional.
    /// `root_certificate` is one or more PEM certificates, then trusted in place of the public authorities.
    pub fn parse(url: &str, root_certificate: Option<&[u8]>) -> Result<Self, SmtpUrlError> {
        let url = Url::parse(url.trim()).map_err(|_| SmtpUrlError::NotAUrl)?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err(SmtpUrlError::Scheme(url.scheme().to_owned()));
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpUrlError::Path);
        }
        let host = host(&url)?;
        let parameters = Parameters::read(&url)?;
        let security = security(url.scheme(), parameters.start_tls.as_deref(), is_loopback(&host))?;
        let credentials = credentials(&url)?;
        let is_protected = matches!(security, Security::Tls | Security::StartTlsRequired);
        if credentials.is_some() && !is_protected && !is_loopback(&host) {
            return Err(SmtpUrlError::UnprotectedPassword);
        }
        let default_port = if security == Security::Tls { SUBMISSIONS_PORT } else { SUBMISSION_PORT };
        Ok(Self {
            port: url.port().unwrap_or(default_port),
            hello_name: parameters.hello_name,
            roots: root_certificate.map(PrivateRoots::parse).transpose()?,
            host,
            security,
            credentials,
        })
    }
}

impl PrivateRoots {
    fn parse(pem: &[u8]) -> Result<Self, SmtpUrlError> {
        let der: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(pem)
            .map(|certificate| certificate.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| SmtpUrlError::RootCertificate)?;
        let mut store = rustls::RootCertStore::empty();
        let is_usable = der.iter().all(|der| store.add(CertificateDer::from(der.as_slice())).is_ok());
        if der.is_empty() || !is_usable {
            return Err(SmtpUrlError::RootCertificate);
        }
        let certificates = Certificate::from_pem(pem).map_err(|_| SmtpUrlError::RootCertificate)?;
        Ok(Self { certificates, der })
    }
}

#[derive(Default)]
struct Parameters {
    start_tls: Option<String>,
    hello_name: Option<String>,
}

impl Parameters {
    fn read(url: &Url) -> Result<Self, SmtpUrlError> {
        let mut parameters = Self::default();
        for (name, value) in url.query_pairs() {
            let place = match name.as_ref() {
                "starttls" => &mut parameters.start_tls,
                "helo" => &mut parameters.hello_name,
                _ => return Err(SmtpUrlError::Parameter(name.into_owned())),
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(SmtpUrlError::Parameter(name.into_owned()));
            }
        }
        if parameters.hello_name.as_deref().is_some_and(|name| !is_host_name(name)) {
            return Err(SmtpUrlError::Helo);
        }
        Ok(parameters)
    }
}

fn security(scheme: &str, start_tls: Option<&str>, is_loopback: bool) -> Result<Security, SmtpUrlError> {
    match (scheme, start_tls) {
        ("smtps", None) => Ok(Security::Tls),
        ("smtp", Some("optional")) => Ok(Security::StartTlsOptional),
        ("smtp", Some("none")) => Ok(Security::Plain),
        ("smtp", None) if is_loopback => Ok(Security::StartTlsOptional),
        ("smtp", Some("required") | None) => Ok(Security::StartTlsRequired),
        _ => Err(SmtpUrlError::StartTls),
    }
}

fn host(url: &Url) -> Result<String, SmtpUrlError> {
    let host = url.host_str().unwrap_or_default();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = address.filter(|address| address.parse::<IpAddr>().is_ok()) {
        return Ok(address.to_owned());
    }
    if is_host_name(host) { Ok(host.to_ascii_lowercase()) } else { Err(SmtpUrlError::NotAUrl) }
}

fn is_host_name(name: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn credentials(url: &Url) -> Result<Option<SmtpCredentials>, SmtpUrlError> {
    match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(SmtpUrlError::Credentials),
        (user, password) => Ok(Some(SmtpCredentials {
            user: percent_decode(user)?,
            password: Zeroizing::new(percent_decode(password)?),
        })),
    }
}

fn percent_decode(text: &str) -> Result<String, SmtpUrlError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' { hexadecimal_pair(&mut bytes).ok_or(SmtpUrlError::Encoding)? } else { byte });
    }
    let text = String::from_utf8(decoded).map_err(|_| SmtpUrlError::Encoding)?;
    if text.chars().any(char::is_control) { Err(SmtpUrlError::Encoding) } else { Ok(text) }
}

fn hexadecimal_pair(bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    let mut digit = || char::from(bytes.next()?).to_digit(16);
    let (high, low) = (digit()?, digit()?);
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("smtp://mail.district.test", 587, Security::StartTlsRequired)]
    #[case("smtp://mail.district.test:25?starttls=optional", 25, Security::StartTlsOptional)]
    #[case("smtp://mail.district.test:25?starttls=none", 25, Security::Plain)]
    #[case("smtps://mail.district.test", 465, Security::Tls)]
    #[case("smtps://mail.district.test:1465/", 1465, Security::Tls)]
    #[case("smtp://127.0.0.1:2525", 2525, Security::StartTlsOptional)]
    #[case("smtp://LOCALHOST:2525?starttls=required", 2525, Security::StartTlsRequired)]
    #[case("smtp://[::1]:2525", 2525, Security::StartTlsOptional)]
    fn reads_scheme_port_and_protection(#[case] url: &str, #[case] port: u16, #[case] security: Security) {
        let settings = SmtpSettings::parse(url, None).unwrap();
        assert_eq!((settings.port, settings.security), (port, security));
        assert!(settings.credentials.is_none());
    }

    #[test]
    fn decodes_credentials_and_hides_the_password() {
        let url = "smtps://zhang%40district.test:p%40ss%3A%2F%E5%AF%86@mail.district.test?helo=ws.district.test";
        let settings = SmtpSettings::parse(url, None).unwrap();
        let credentials = settings.credentials.as_ref().unwrap();
        assert_eq!(credentials.user, "zhang@district.test");
        assert_eq!(credentials.password.as_str(), "p@ss:/密");
        assert_eq!(settings.hello_name.as_deref(), Some("ws.district.test"));
        assert!(!format!("{settings:?}").contains("p@ss"));
    }

    #[rstest]
    #[case("", SmtpUrlError::NotAUrl)]
    #[case("mail.district.test:25", SmtpUrlError::Scheme("mail.district.test".into()))]
    #[case("smtp://", SmtpUrlError::NotAUrl)]
    #[case("smtp://a%0Ab:25", SmtpUrlError::NotAUrl)]
    #[case("smtp://mail.district.test:99999", SmtpUrlError::NotAUrl)]
    #[case("https://mail.district.test", SmtpUrlError::Scheme("https".into()))]
    #[case("smtp://mail.district.test/inbox", SmtpUrlError::Path)]
    #[case("smtp://mail.district.test?tls=required", SmtpUrlError::Parameter("tls".into()))]
    #[case("smtp://m.test?starttls=none&starttls=none", SmtpUrlError::Parameter("starttls".into()))]
    #[case("smtp://mail.district.test?starttls=yes", SmtpUrlError::StartTls)]
    #[case("smtps://mail.district.test?starttls=required", SmtpUrlError::StartTls)]
    #[case("smtp://mail.district.test?helo=a%20b", SmtpUrlError::Helo)]
    #[case("smtps://user@mail.district.test", SmtpUrlError::Credentials)]
    #[case("smtps://:secret@mail.district.test", SmtpUrlError::Credentials)]
    #[case("smtps://user:%zz@mail.district.test", SmtpUrlError::Encoding)]
    #[case("smtps://user:%ff@mail.district.test", SmtpUrlError::Encoding)]
    #[case("smtps://user:a%0D%0Ab@mail.district.test", SmtpUrlError::Encoding)]
    #[case("smtp://user:secret@mail.district.test?starttls=none", SmtpUrlError::UnprotectedPassword)]
    #[case("smtp://user:secret@mail.district.test?starttls=optional", SmtpUrlError::UnprotectedPassword)]
    fn refuses_and_names_the_setting(#[case] url: &str, #[case] expected: SmtpUrlError) {
        let error = SmtpSettings::parse(url, None).unwrap_err();
        assert_eq!(error, expected);
        for language in [Language::Zh, Language::En] {
            assert!(error.text(language).contains("WELLSPRING_SMTP_URL") && !error.text(language).contains("secret"));
        }
    }

    #[rstest]
    #[case("smtp://user:secret@127.0.0.1:2525?starttls=none")]
    #[case("smtp://user:secret@localhost:2525")]
    #[case("smtp://user:secret@mail.district.test")]
    fn a_password_may_go_to_loopback_or_under_tls(#[case] url: &str) {
        assert!(SmtpSettings::parse(url, None).unwrap().credentials.is_some());
    }

    #[rstest]
    #[case(b"".as_slice())]
    #[case(b"not a certificate".as_slice())]
    #[case(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".as_slice())]
    fn a_root_certificate_must_be_one(#[case] pem: &[u8]) {
        let error = SmtpSettings::parse("smtps://mail.district.test", Some(pem)).unwrap_err();
        assert_eq!(error, SmtpUrlError::RootCertificate);
    }
}
