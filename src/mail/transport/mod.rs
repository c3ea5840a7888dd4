//! Hands messages to a mail server, or writes files when no server is configured. The floors above decide what the
//! outcome means for the outbox row.

#[cfg(test)]
mod conversations;

use crate::mail::{envelope::OutgoingMail, files, smtp::SmtpClient, smtp_url::SmtpSettings};
use std::path::PathBuf;

pub use crate::mail::{
    delivery_error::{DeliveryError, Stage},
    smtp::{Delivered, SmtpSetupError, StepTimeouts},
};

/// The way out for mail.
#[derive(Debug)]
pub enum Transport {
    /// A mail server.
    Smtp(Box<SmtpClient>),
    /// A directory of `.eml` files.
    Files(PathBuf),
}

impl Transport {
    /// The way to a mail server. Nothing is connected yet.
    pub fn smtp(settings: &SmtpSettings, timeouts: StepTimeouts) -> Result<Self, SmtpSetupError> {
        Ok(Self::Smtp(Box::new(SmtpClient::new(settings, timeouts)?)))
    }

    /// The way into a directory, created when the first mail is written.
    #[must_use]
    pub const fn files(directory: PathBuf) -> Self {
        Self::Files(directory)
    }

    /// Builds the message and hands it over. `Ok` means accepted: the server's 2xx after the final dot, or a file that
    /// survives a power cut.
    pub async fn deliver(&self, mail: &OutgoingMail) -> Result<Delivered, DeliveryError> {
        let message = mail.build()?;
        match self {
            Self::Smtp(client) => client.deliver(&message).await,
            Self::Files(directory) => {
                let path = files::deliver(directory, &mail.message_id, message.formatted()).await?;
                Ok(Delivered { response: path.display().to_string() })
            }
        }
    }

    /// Where mails go: host and port of the server, or the directory.
    pub fn name(&self) -> String {
        match self {
            Self::Smtp(client) => client.server.clone(),
            Self::Files(directory) => directory.display().to_string(),
        }
    }

    /// Tries the way out without sending anything: connection, TLS and AUTH of a mail server. Files need no trial.
    pub async fn probe(&self) -> Result<(), DeliveryError> {
        match self {
            Self::Smtp(client) => client.probe().await,
            Self::Files(_) => Ok(()),
        }
    }

    /// Closes the connections to the mail server before the process ends.
    pub async fn close(&self) {
        if let Self::Smtp(client) = self {
            client.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::mail::envelope::tests::outgoing;

    #[tokio::test]
    async fn files_hold_the_message_as_it_would_be_sent() {
        let directory = tempfile::tempdir().unwrap();
        let mail = outgoing("zhang@district.test");
        let delivered = Transport::files(directory.path().to_owned()).deliver(&mail).await.unwrap();
        assert_eq!(std::fs::read(delivered.response).unwrap(), mail.build().unwrap().formatted());
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_built_is_not_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let error = Transport::files(directory.path().to_owned()).deliver(&outgoing("nobody")).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Local(_)));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}
