//! Mails put into the outbox by hand, a way to a sink, and what became of them.

use super::{
    app::{Backend, TestApp},
    smtp_sink::SmtpSink,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use wellspring::{
    db::{
        backend::{self, QueryError},
        outbox::mail_messages::{self, MailMessage},
    },
    domain::{
        ids::{AlertId, MailId},
        outbox::mail::{MailKind, MailState},
    },
    mail::{
        envelope,
        smtp_url::SmtpSettings,
        transport::{StepTimeouts, Transport},
    },
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
    pub fn write(&self, to: &str) -> MailMessage {
        let row = self.row(to);
        self.write_all(std::slice::from_ref(&row));
        row
    }

    /// Writes a mail to each of so many people.
    pub fn write_many(&self, count: usize) -> Vec<MailMessage> {
        let rows: Vec<_> = (0..count).map(|number| self.row(&format!("person{number}@xinghe.test"))).collect();
        self.write_all(&rows);
        rows
    }

    fn row(&self, to: &str) -> MailMessage {
        let id = MailId::new();
        MailMessage {
            id,
            kind: MailKind::AlertOpened,
            alert_id: None,
            recipient_id: None,
            to_address: to.to_owned(),
            to_name: "张三".to_owned(),
            subject: "红色预警：星河科技".to_owned(),
            body_text: "企业表示正在外迁。\n.\n完".to_owned(),
            body_html: "<p>企业表示正在外迁。</p>".to_owned(),
            message_id: envelope::message_id(id.0, "wellspring.test"),
            in_reply_to: Some(envelope::thread_id(AlertId::new().0, "wellspring.test")),
            notice_key: id.0.to_string(),
            state: MailState::Pending,
            attempts: 0,
            next_attempt_at: self.app.app.now().into(),
            leased_by: None,
            leased_until: None,
            last_error: None,
            created_at: self.app.app.now().into(),
            sent_at: None,
        }
    }

    fn write_all(&self, rows: &[MailMessage]) {
        let mut connection = self.app.app.database().writer().unwrap();
        backend::transaction(&mut connection, |connection| mail_messages::insert(connection, rows)).unwrap();
    }

    /// What became of a mail.
    pub fn find(&self, mail: &MailMessage) -> MailMessage {
        let mut connection = self.app.app.database().reader().unwrap();
        mail_messages::find(&mut connection, mail.id).unwrap().unwrap()
    }

    /// Runs something in a transaction of its own.
    pub fn in_transaction<T>(&self, body: impl FnOnce(&mut backend::DbConn) -> Result<T, QueryError>) -> T {
        let mut connection = self.app.app.database().writer().unwrap();
        backend::transaction(&mut connection, body).unwrap()
    }

    /// How often each mail has arrived, in the order of `mails`.
    pub fn arrivals(&self, mails: &[MailMessage]) -> Vec<usize> {
        let received = self.sink.received();
        let ids: Vec<_> = received.iter().filter_map(|mail| mail.header("Message-ID")).collect();
        mails.iter().map(|mail| ids.iter().filter(|id| **id == mail.message_id).count()).collect()
    }

    /// Waits until a mail is in a state, for ten seconds at most.
    pub async fn until(&self, mail: &MailMessage, state: MailState) {
        self.until_within(mail, state, Duration::from_secs(10)).await;
    }

    /// Waits until a mail is in a state.
    pub async fn until_within(&self, mail: &MailMessage, state: MailState, timeouts: Duration) {
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
