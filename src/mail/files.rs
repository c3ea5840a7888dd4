//! Mail as files: one `.eml` per message in a directory, for districts without a mail server and for trials.

use crate::mail::delivery_error::{DeliveryError, Stage};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// Writes the message durably as `<Message-ID>.eml` (mode 0600) and returns its path. A second delivery of the same
/// Message-ID replaces the file by an equal one; a reader never sees half a message.
pub(super) async fn deliver(directory: &Path, message_id: &str, message: Vec<u8>) -> Result<PathBuf, DeliveryError> {
    let directory = directory.to_owned();
    let name = file_name(message_id);
    let written = tokio::task::spawn_blocking(move || write(&directory, &name, &message)).await;
    written.map_err(io::Error::from).flatten().map_err(|error| DeliveryError::passing(Stage::File, &error.to_string()))
}

fn write(directory: &Path, name: &str, message: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let target = directory.join(name);
    let temporary = directory.join(format!(".{}.tmp", Uuid::now_v7()));
    let written = write_new(&temporary, message).and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        // What remains of a failed attempt is only in the way; the failure itself is what gets reported.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    File::open(directory)?.sync_all()?;
    Ok(target)
}

fn write_new(path: &Path, message: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(message)?;
    file.sync_all()
}

fn file_name(message_id: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '@');
    let name: String = message_id
        .trim_matches(['<', '>'])
        .trim_start_matches('.')
        .chars()
        .map(|c| if is_safe(c) { c } else { '_' })
        .collect();
    format!("{name}.eml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn names_stay_inside_the_directory() {
        assert_eq!(file_name("<0192-ab@district.test>"), "0192-ab@district.test.eml");
        assert_eq!(file_name("<../../etc/x@y>"), "_.._etc_x@y.eml");
    }

    #[tokio::test]
    async fn a_message_is_one_private_file_however_often_it_is_delivered() {
        let directory = tempfile::tempdir().unwrap();
        let mail = directory.path().join("mail");
        let first = deliver(&mail, "<a@b.test>", b"one".to_vec()).await.unwrap();
        let second = deliver(&mail, "<a@b.test>", b"one".to_vec()).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(fs::read(&first).unwrap(), b"one");
        assert_eq!(fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&mail).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_directory_that_cannot_be_written_is_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let blocked = directory.path().join("file");
        fs::write(&blocked, b"").unwrap();
        let error = deliver(&blocked, "<a@b.test>", b"one".to_vec()).await.unwrap_err();
        assert!(matches!(error, DeliveryError::Transient { stage: Stage::File, .. }));
    }
}
