//! Opens connections: TCP, greeting, EHLO, TLS, AUTH.

use super::{
    StepTimeouts,
    session::{Session, within},
};
use crate::{
    mail::{
        delivery_error::{DeliveryError, Stage},
        smtp_url::{PrivateRoots, Security, SmtpSettings},
    },
    texts::{Explain, Language},
};
use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, CertificateStore, TlsParameters},
    extension::ClientId,
};

/// How TLS libraries name a certificate that is an authority and a server at once, as plain `openssl req -x509` makes it.
const AUTHORITY_AS_SERVER: &str = "CaUsedAsEndEntity";

/// TLS could not be prepared from the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub struct SmtpSetupError(String);

mod say {
    crate::texts::texts! {
        setup(detail: &str) {
            zh: "无法根据 WELLSPRING_SMTP_URL 和根证书准备加密连接：{detail}",
            en: "TLS cannot be prepared from WELLSPRING_SMTP_URL and the root certificate: {detail}",
        }
    }
}

impl Explain for SmtpSetupError {
    fn code(&self) -> &'static str {
        "smtp_tls_not_prepared"
    }

    fn text(&self, language: Language) -> String {
        say::setup(language, &self.0)
    }
}

/// Knows the server and how to get a connection to it.
#[derive(Debug)]
pub(super) struct Dialer {
    host: String,
    port: u16,
    hello: ClientId,
    security: Security,
    tls: Trust,
    /// Configured certificates that the server may present itself, without an authority behind it.
    pinned: Option<Pinned>,
    credentials: Option<Credentials>,
    timeouts: StepTimeouts,
}

/// TLS parameters, which have no `Debug` of their own.
struct Trust(TlsParameters);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

#[derive(Debug)]
struct Pinned {
    certificates: Vec<Vec<u8>>,
    tls: Trust,
}

impl Dialer {
    pub(super) fn new(settings: &SmtpSettings, timeouts: StepTimeouts) -> Result<Self, SmtpSetupError> {
        let credentials = settings.credentials.as_ref();
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            hello: settings.hello_name.clone().map_or_else(ClientId::default, ClientId::Domain),
            security: settings.security,
            tls: trust(settings)?,
            pinned: settings.roots.as_ref().map(|roots| Pinned::new(&settings.host, roots)).transpose()?,
            credentials: credentials.map(|c| Credentials::new(c.user.clone(), c.password.to_string())),
            timeouts,
        })
    }

    /// A connection ready for messages.
    pub(super) async fn open(&self) -> Result<Session, DeliveryError> {
        let mut connection = match (self.connect(&self.tls).await, &self.pinned) {
            (Err(DeliveryError::Transient { text, .. }), Some(pinned)) if text.contains(AUTHORITY_AS_SERVER) => {
                self.connect_pinned(pinned).await?
            }
            (outcome, _) => outcome?,
        };
        self.sign_in(&mut connection).await?;
        Ok(Session::new(connection, self.timeouts))
    }

    async fn connect(&self, trust: &Trust) -> Result<AsyncSmtpConnection, DeliveryError> {
        let from_start = (self.security == Security::Tls).then(|| trust.0.clone());
        let server = (self.host.as_str(), self.port);
        let opening =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeouts.connect), &self.hello, from_start, None);
        let timeouts = self.timeouts.connect + self.timeouts.command;
        let mut connection = within(Stage::Connect, timeouts, opening).await?;
        let wants_start_tls = match self.security {
            Security::StartTlsRequired => true,
            Security::StartTlsOptional => connection.can_starttls(),
            Security::Tls | Security::Plain => false,
        };
        if wants_start_tls {
            let upgrade = connection.starttls(trust.0.clone(), &self.hello);
            within(Stage::Encrypt, self.timeouts.command, upgrade).await?;
        }
        Ok(connection)
    }

    /// Connects to a server that presents a configured certificate as its own. The handshake proves that it holds the
    /// key; that the certificate is the configured one is checked before anything but EHLO is said.
    async fn connect_pinned(&self, pinned: &Pinned) -> Result<AsyncSmtpConnection, DeliveryError> {
        let connection = self.connect(&pinned.tls).await?;
        let presented =
            connection.peer_certificate().map_err(|e| DeliveryError::of_conversation(Stage::Encrypt, &e))?;
        if pinned.certificates.contains(&presented) {
            return Ok(connection);
        }
        Err(DeliveryError::passing(Stage::Encrypt, "the server's certificate is not the configured one"))
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), DeliveryError> {
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let signing_in = connection.auth(&mechanisms, credentials);
            within(Stage::SignIn, self.timeouts.command, signing_in).await?;
        }
        Ok(())
    }
}

impl Pinned {
    fn new(host: &str, roots: &PrivateRoots) -> Result<Self, SmtpSetupError> {
        let tls = TlsParameters::builder(host.to_owned()).dangerous_accept_invalid_certs(true).build();
        Ok(Self { certificates: roots.der.clone(), tls: Trust(tls.map_err(not_prepared)?) })
    }
}

/// Which certificates to trust: the configured ones, else those of the public authorities, else (optional STARTTLS)
/// any.
fn trust(settings: &SmtpSettings) -> Result<Trust, SmtpSetupError> {
    let builder = TlsParameters::builder(settings.host.clone());
    let builder = match &settings.roots {
        Some(roots) => {
            builder.certificate_store(CertificateStore::None).add_root_certificate(roots.certificates.clone())
        }
        None if settings.security == Security::StartTlsOptional => {
            builder.dangerous_accept_invalid_certs(true).dangerous_accept_invalid_hostnames(true)
        }
        None => builder.certificate_store(CertificateStore::WebpkiRoots),
    };
    builder.build().map(Trust).map_err(not_prepared)
}

#[allow(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn not_prepared(error: lettre::transport::smtp::Error) -> SmtpSetupError {
    SmtpSetupError(error.to_string())
}
