//! Types of settings other than numbers and paths.

use super::secret::Secret;
use crate::domain::text;
use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
};
use url::Url;

/// Longest name of a sender in characters.
const NAME_MAX: usize = 100;

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A connection URI for libpq, which may carry a password.
    Postgres(Secret<String>),
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            let is_file = !path.is_empty() && path != ":memory:" && !path.contains(['?', '\0']);
            return is_file.then(|| Self::Sqlite(PathBuf::from(path)));
        }
        let is_postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        (is_postgres && !text.contains('\0')).then(|| Self::Postgres(Secret::new(text.to_owned())))
    }
}

/// An address range in CIDR notation, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpNetwork {
    base: u128,
    /// Leading bits that count, of 128; IPv4 is kept as IPv4-mapped IPv6.
    prefix: u32,
}

impl IpNetwork {
    /// Reads `10.0.0.0/8`, `2001:db8::/32` or one address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(width), str::parse).ok().filter(|length| *length <= width)?;
        let prefix = 128 - width + length;
        Some(Self { base: mapped(address) & mask(prefix), prefix })
    }

    /// Whether `address` lies in the range. IPv4 and IPv4-mapped IPv6 addresses are the same.
    pub fn contains(&self, address: IpAddr) -> bool {
        mapped(address) & mask(self.prefix) == self.base
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
}

/// Where people reach the product: scheme, host and perhaps a path, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        is_plain.then_some(Self(url))
    }

    /// The address of a page; `path` begins with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// Scheme, host and port as browsers send them in `Origin`.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether people come by TLS, so that cookies may be marked `Secure`.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// The sender of mails: an address with or without a name before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// What mail programs show; `None` shows the address.
    pub name: Option<String>,
    /// `local@host`.
    pub address: String,
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "\"{}\" <{}>", name.replace(['"', '\\'], ""), self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl Sender {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.strip_suffix('>') {
            Some(named) => named.split_once('<').map(|(name, address)| (name.trim().trim_matches('"'), address))?,
            None => ("", text),
        };
        let name = if name.is_empty() { None } else { Some(text::line(name, NAME_MAX).ok()?) };
        let address = text::email_address(address).ok()?;
        Some(Self { name, address })
    }
}

/// The recipients that the fall-back list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A mail address, of somebody with or without an account.
    Address(String),
    /// A person with an account; the mail goes to the address kept there.
    Username(String),
}

impl Recipient {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.contains('@') {
            return text::email_address(text).ok().map(Self::Address);
        }
        text::username(text).ok().map(Self::Username)
    }
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people at a terminal.
    Text,
    /// One JSON object a line, for a log store.
    Json,
}

/// Where the key for secrets that cannot be hashed comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// Given as a setting.
    Given(Secret<[u8; 32]>),
    /// A file the operator named, which must exist.
    File(PathBuf),
    /// A file in the data directory, which is made on first start.
    DataDirectory(PathBuf),
}

/// The certificate chain and key of the server, both PEM files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsFiles<'a> {
    /// The certificate and those between it and the root.
    pub certificate: &'a Path,
    /// The private key.
    pub key: &'a Path,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn network(text: &str) -> IpNetwork {
        IpNetwork::parse(text).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn database_urls_choose_the_database_by_scheme() {
        for (text, path) in [
            ("sqlite:data/w.sqlite", "data/w.sqlite"),
            ("sqlite:/var/lib/w.sqlite", "/var/lib/w.sqlite"),
            ("sqlite:///var/lib/w.sqlite", "/var/lib/w.sqlite"),
        ] {
            let Some(DatabaseUrl::Sqlite(parsed)) = DatabaseUrl::parse(text) else { panic!("{text}") };
            assert_eq!(parsed, Path::new(path));
        }
        assert!(matches!(DatabaseUrl::parse("postgres://u:p@h/d"), Some(DatabaseUrl::Postgres(_))));
        assert!(matches!(DatabaseUrl::parse("postgresql:///d"), Some(DatabaseUrl::Postgres(_))));
        for text in ["", "sqlite:", "sqlite::memory:", "mysql://h/d", "w.sqlite", "postgres:h", "sqlite:w?mode=ro"] {
            assert!(DatabaseUrl::parse(text).is_none(), "{text}");
        }
        assert!(!format!("{:?}", DatabaseUrl::parse("postgres://u:hunter2@h/d")).contains("hunter2"));
    }

    #[test]
    fn networks_contain_their_addresses() {
        assert!(network("10.0.0.0/8").contains(ip("10.255.0.1")));
        assert!(!network("10.0.0.0/8").contains(ip("11.0.0.1")));
        assert!(network("10.1.2.3/8").contains(ip("10.9.9.9")), "bits behind the prefix do not count");
        assert!(network("127.0.0.1").contains(ip("127.0.0.1")));
        assert!(!network("127.0.0.1").contains(ip("127.0.0.2")));
        assert!(network("127.0.0.1").contains(ip("::ffff:127.0.0.1")));
        assert!(network("0.0.0.0/0").contains(ip("203.0.113.9")));
        assert!(!network("0.0.0.0/0").contains(ip("2001:db8::1")));
        assert!(network("2001:db8::/32").contains(ip("2001:db8:ffff::1")));
        assert!(network("::/0").contains(ip("2001:db8::1")));
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0/8", "10.0.0.0/-1", "host"] {
            assert!(IpNetwork::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn base_urls_make_links_without_double_slashes() {
        let base = BaseUrl::parse("https://tax.example.gov.cn:8443/wellspring/").unwrap();
        assert_eq!(base.link("/alerts/1"), "https://tax.example.gov.cn:8443/wellspring/alerts/1");
        assert_eq!(base.origin(), "https://tax.example.gov.cn:8443");
        assert!(base.is_https());
        assert_eq!(BaseUrl::parse("http://127.0.0.1:8080").unwrap().link("/"), "http://127.0.0.1:8080/");
        for text in ["", "tax.example", "ftp://h/", "https://u:p@h/", "https://h/?a=1", "https://h/#a", "https://"] {
            assert!(BaseUrl::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn senders_have_a_name_or_not() {
        let sender = Sender::parse("Wellspring 税源 <no-reply@district.test>").unwrap();
        assert_eq!(sender, Sender { name: Some("Wellspring 税源".into()), address: "no-reply@district.test".into() });
        assert_eq!(Sender::parse("\"A, B\" <a@b>").unwrap().name.as_deref(), Some("A, B"));
        assert_eq!(Sender::parse("a@b").unwrap().name, None);
        assert_eq!(Sender::parse("<a@b>").unwrap().name, None);
        for text in
            ["", "a", "a@", "@b", "a@@b", "a b@c", "A <a@b", "A <a@b>\r\nBcc: c@d", "a@b, c@d", "a@.b", "A a@b>"]
        {
            assert!(Sender::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn recipients_are_addresses_or_user_names() {
        assert_eq!(Recipient::parse("a@b.test"), Some(Recipient::Address("a@b.test".into())));
        assert_eq!(Recipient::parse("li.wei"), Some(Recipient::Username("li.wei".into())));
        for text in ["", "li wei", "a@", "a\nb"] {
            assert_eq!(Recipient::parse(text), None, "{text}");
        }
    }
}
