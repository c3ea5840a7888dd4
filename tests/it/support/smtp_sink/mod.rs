//! A mail server for tests on 127.0.0.1 that keeps what it accepts and fails as it is told: by stage, recipient,
//! connection and number of times. It runs in a thread of its own, so blocking and asynchronous tests can use it.

mod conversation;
mod rules;

pub(crate) use rules::{Fault, Rule, SinkStage};

use conversation::converse;
use rcgen::CertifiedKey;
use std::{
    collections::HashSet,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::oneshot};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// How connections to the sink are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SinkTls {
    /// Plain text only.
    #[default]
    Off,
    /// STARTTLS is offered.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// What kind of certificate the sink presents, always for `localhost` and 127.0.0.1 and signed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SinkCertificate {
    /// A server's certificate.
    #[default]
    Server,
    /// One that is marked as an authority as well, as plain `openssl req -x509` makes it.
    Authority,
}

/// How the sink is set up.
#[derive(Debug, Clone, Default)]
pub(crate) struct SinkOptions {
    /// Protection of connections.
    pub(crate) tls: SinkTls,
    /// Kind of certificate.
    pub(crate) certificate: SinkCertificate,
    /// User and password that every sender must present (AUTH PLAIN and LOGIN).
    pub(crate) credentials: Option<(String, String)>,
}

/// A message the sink accepted.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Address of MAIL FROM.
    pub(crate) sender: String,
    /// Addresses of RCPT TO.
    pub(crate) recipients: Vec<String>,
    /// The message as sent, doubled dots undone.
    pub(crate) raw: Vec<u8>,
    /// When it was accepted.
    pub(crate) accepted_at: Instant,
    /// Who had signed in.
    pub(crate) user: Option<String>,
    /// Whether TLS was on.
    pub(crate) is_encrypted: bool,
    /// Which connection it came over, counted from 1.
    pub(crate) connection: usize,
}

impl Received {
    /// The value of a header, unfolded; `None` when it is absent.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let raw = String::from_utf8_lossy(&self.raw);
        let head = raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let prefix = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
        line.split_once(':').map(|(_, value)| value.trim().to_owned())
    }
}

/// The server; it stops when dropped.
pub(crate) struct SmtpSink {
    shared: Arc<Shared>,
    port: u16,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl SmtpSink {
    /// A plain sink without credentials, on a port the system chooses.
    pub(crate) fn start() -> io::Result<Self> {
        Self::start_with(SinkOptions::default())
    }

    /// A sink with options, on a port the system chooses.
    pub(crate) fn start_with(options: SinkOptions) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(options)?);
        let mut sink = Self { shared, port: 0, running: None };
        sink.restart()?;
        Ok(sink)
    }

    /// The port.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate to be trusted, as PEM.
    pub(crate) fn certificate_pem(&self) -> &str {
        &self.shared.certificate_pem
    }

    /// Adds a fault; of several that fit, the first added strikes.
    pub(crate) fn add(&self, rule: Rule) {
        self.shared.state().rules.push(rule);
    }

    /// Ends every fault. What hangs already keeps hanging.
    pub(crate) fn heal(&self) {
        self.shared.state().rules.clear();
    }

    /// What has been accepted so far, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// How many connections have been made so far.
    pub(crate) fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Blocks until `count` messages are accepted or the time is over, and returns what there is.
    #[allow(clippy::disallowed_methods, reason = "for blocking tests; the sink runs in a thread of its own")]
    pub(crate) fn wait_for(&self, count: usize, patience: Duration) -> Vec<Received> {
        let deadline = Instant::now() + patience;
        while self.shared.state().received.len() < count && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        self.received()
    }

    /// An outage: the port is closed and every connection cut. What was accepted stays.
    pub(crate) fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            let _ = thread.join();
        }
    }

    /// Ends an outage: the same port is served again.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.stop();
        let listener = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))?;
        listener.set_nonblocking(true)?;
        self.port = listener.local_addr()?.port();
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("smtp-sink".into()).spawn(move || {
            // The runtime ends with this block, and with it every conversation.
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, shared) => {}
                    _ = stopped => {}
                }
            });
        })?;
        self.running = Some((stop, thread));
        Ok(())
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Shared {
    options: SinkOptions,
    acceptor: TlsAcceptor,
    certificate_pem: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    put_off: HashSet<String>,
    received: Vec<Received>,
    connections: usize,
}

impl Shared {
    fn new(options: SinkOptions) -> io::Result<Self> {
        let CertifiedKey { cert, signing_key } = certificate(options.certificate).map_err(io::Error::other)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .map_err(io::Error::other)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { options, acceptor, certificate_pem: cert.pem(), state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault that strikes now, if any.
    fn fault(&self, stage: SinkStage, connection: usize, recipients: &[String]) -> Option<Fault> {
        let State { rules, put_off, .. } = &mut *self.state();
        let rule = rules.iter_mut().find(|rule| rule.strikes(stage, connection, recipients, put_off))?;
        Some(rule.strike(recipients, put_off))
    }
}

fn certificate(kind: SinkCertificate) -> Result<CertifiedKey<rcgen::KeyPair>, rcgen::Error> {
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    if kind == SinkCertificate::Authority {
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    }
    let signing_key = rcgen::KeyPair::generate()?;
    let cert = parameters.self_signed(&signing_key)?;
    Ok(CertifiedKey { cert, signing_key })
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        let number = {
            let mut state = shared.state();
            state.connections += 1;
            state.connections
        };
        let shared = Arc::clone(&shared);
        // A conversation that breaks off is what these tests are about.
        tokio::spawn(async move { drop(converse(stream, shared, number).await) });
    }
}
