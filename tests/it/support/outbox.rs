//! Mails put into the outbox by hand, a way to a sink, and what became of them.

use super::{
    app::{Backend, TestApp},
    mails::Mail,
    smtp_sink::SmtpSink,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;
use wellspring::{
    db::backend::{self, QueryError},
    domain::{
        outbox::delivery::{DeliveryKind, DeliveryState},
        records::change::Noun,
    },
    mail::{
        compose::Rendered,
        envelope,
        smtp_url::SmtpSettings,
        transport::{StepTimeouts, Transport},
    },
    services::outbox::{
        deliveries::{self, NewMail},
        recipients::Recipient,
    },
    texts::Language,
};

/// The application, and a mail server it sends to.
pub struct Outbox {
    pub app: TestApp,
    pub backend: Backend,
    pub sink: SmtpSink,
}

impl Outbox {
    pub async fn new(backend: Backend) -> Option<Self> {
        let app = TestApp::with_settings(backend, &[("WELLSPRING_MAIL_WORKERS", "4")]).await?;
        Some(Self { app, backend, sink: SmtpSink::start().unwrap() })
    }

    /// A way to the sink in plain text.
    pub fn transport(&self) -> Arc<Transport> {
        transport(&format!("smtp://localhost:{}?starttls=none", self.sink.port()), None)
    }

    /// Writes a mail to somebody.
    pub fn write(&self, to: &str) -> Mail {
        self.write_all(&[to.to_owned()]).pop().unwrap()
    }

    /// Writes a mail to each of so many people.
    pub fn write_many(&self, count: usize) -> Vec<Mail> {
        let addresses: Vec<_> = (0..count).map(|number| format!("person{number}@xinghe.test")).collect();
        self.write_all(&addresses)
    }

    fn write_all(&self, addresses: &[String]) -> Vec<Mail> {
        let before = self.app.mails().len();
        let new = |to: &String| {
            let recipient = Recipient::at(to.clone(), "张三".to_owned(), Language::Zh);
            let rendered = Rendered {
                subject: "红色预警：星河科技".to_owned(),
                text: "企业表示正在外迁。\n.\n完".to_owned(),
                html: "<p>企业表示正在外迁。</p>".to_owned(),
            };
            let (event, now) = (Uuid::now_v7().to_string(), self.app.app.now());
            let thread = envelope::thread_id(Noun::Alert, Uuid::now_v7(), "wellspring.test");
            let mail = NewMail::new(DeliveryKind::AlertOpened, &recipient, rendered, &event, "wellspring.test", now);
            mail.about(Vec::new(), Some(thread))
        };
        let mails: Vec<NewMail> = addresses.iter().map(new).collect();
        self.app.act(|tx| deliveries::queue(tx.conn, &mails));
        self.app.mails().split_off(before)
    }

    /// What became of a mail.
    pub fn find(&self, mail: &Mail) -> Mail {
        mail.again(&mut self.app.app.database().reader().unwrap())
    }

    /// Runs something in a transaction of its own.
    pub fn in_transaction<T>(&self, body: impl FnOnce(&mut backend::DbConn) -> Result<T, QueryError>) -> T {
        let mut connection = self.app.app.database().writer().unwrap();
        backend::transaction(&mut connection, body).unwrap()
    }

    /// How often each mail has arrived, in the order of `mails`.
    pub fn arrivals(&self, mails: &[Mail]) -> Vec<usize> {
        let received = self.sink.received();
        let ids: Vec<_> = received.iter().filter_map(|mail| mail.header("Message-ID")).collect();
        mails.iter().map(|mail| ids.iter().filter(|id| **id == mail.content.message_id).count()).collect()
    }

    /// Waits until a mail is in a state, for ten seconds at most.
    pub async fn until(&self, mail: &Mail, state: DeliveryState) {
        self.until_within(mail, state, Duration::from_secs(10)).await;
    }

    /// Waits until a mail is in a state.
    pub async fn until_within(&self, mail: &Mail, state: DeliveryState, timeouts: Duration) {
        let deadline = Instant::now() + timeouts;
        while self.find(mail).state != state {
            assert!(Instant::now() < deadline, "never {state:?}: {:?}", self.find(mail));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A way to a mail server, short of patience.
pub fn transport(url: &str, root: Option<&str>) -> Arc<Transport> {
    let timeouts = StepTimeouts {
        connect: Duration::from_secs(2),
        command: Duration::from_secs(1),
        content: Duration::from_millis(200),
        final_answer: Duration::from_millis(1300),
        probe: Duration::from_millis(300),
        idle: Duration::from_secs(30),
    };
    let settings = SmtpSettings::parse(url, root.map(str::as_bytes)).unwrap();
    Arc::new(Transport::smtp(&settings, timeouts).unwrap())
}
