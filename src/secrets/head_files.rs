//! Heads in the data directory, outside the database: the last ones this machine saw, and the ones that went out. Somebody who
//! writes to the database alone can put back neither.

use super::head::{Head, HeadKey};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The last heads seen; written again whenever a log went on.
const SEEN: &str = "record-heads.seen";
/// The heads that went out, a line each, oldest first; only ever added to.
const SENT: &str = "record-heads.log";

/// The heads that one machine keeps.
#[derive(Debug)]
pub struct HeadFiles {
    key: HeadKey,
    directory: PathBuf,
    seen: Mutex<Vec<Head>>,
}

/// The heads of a file, and how many of its lines are none of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptHeads {
    /// The heads.
    pub heads: Vec<Head>,
    /// Lines that are malformed, altered, or of another key.
    pub unreadable: usize,
}

impl HeadFiles {
    /// Reads what the directory holds. What cannot be read is logged, and missed until the files are written again.
    pub fn open(directory: &Path, key: HeadKey) -> Self {
        let files = Self { key, directory: directory.to_owned(), seen: Mutex::default() };
        let mut known = files.read(SEEN).heads;
        for head in files.read(SENT).heads.into_iter().rev() {
            // The last that went out stands in for a file of heads seen that was lost.
            if known.iter().all(|other| other.log != head.log) {
                known.push(head);
            }
        }
        *files.seen.lock().unwrap_or_else(PoisonError::into_inner) = known;
        files
    }

    /// The last head seen of each log.
    pub fn seen(&self) -> Vec<Head> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the place of what was seen of these logs before.
    pub fn see(&self, heads: &[Head]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if heads.iter().all(|head| seen.contains(head)) {
            return;
        }
        seen.retain(|before| heads.iter().all(|head| head.log != before.log));
        seen.extend_from_slice(heads);
        if let Err(error) = self.replace(SEEN, &self.lines(&seen)) {
            tracing::warn!(%error, file = %self.path(SEEN).display(), "the last heads of the record were not written down");
        }
    }

    /// The heads that went out, oldest first.
    pub fn sent(&self) -> KeptHeads {
        self.read(SENT)
    }

    /// Adds heads that go out.
    pub fn send(&self, heads: &[Head]) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path(SENT))?;
        file.write_all(self.lines(heads).as_bytes())?;
        file.sync_all()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn lines(&self, heads: &[Head]) -> String {
        heads.iter().map(|head| self.key.line(head) + "\n").collect()
    }

    fn read(&self, name: &str) -> KeptHeads {
        let text = match fs::read_to_string(self.path(name)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return KeptHeads::default(),
            Err(error) => {
                tracing::warn!(%error, file = %self.path(name).display(), "a file of heads cannot be read");
                return KeptHeads::default();
            }
        };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let read: Vec<Option<Head>> = lines.map(|line| self.key.read(line)).collect();
        let unreadable = read.iter().filter(|head| head.is_none()).count();
        if unreadable > 0 {
            let file = self.path(name);
            tracing::warn!(lines = unreadable, file = %file.display(), "a file of heads holds lines that are none of ours");
        }
        KeptHeads { heads: read.into_iter().flatten().collect(), unreadable }
    }

    /// Whole or not at all. A power cut may leave the file before, which is true as well, only older.
    fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        let draft = self.path(&format!("{name}.{}.draft", std::process::id()));
        fs::write(&draft, text)?;
        fs::rename(&draft, self.path(name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        domain::records::record::RecordLog,
        secrets::key::{MasterKey, Purpose},
    };
    use chrono::{DateTime, TimeDelta};

    fn files(directory: &Path) -> HeadFiles {
        HeadFiles::open(directory, HeadKey::new(MasterKey::from_bytes([7; 32]).derive(Purpose::RecordHead)))
    }

    fn head(log: RecordLog, position: i64) -> Head {
        let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(position);
        Head { position, hash: [1; 32], ..Head::of_nothing(log, at) }
    }

    #[test]
    fn what_was_seen_last_is_known_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let first = files(directory.path());
        assert!(first.seen().is_empty());
        first.see(&[head(RecordLog::Changes, 1), head(RecordLog::Accesses, 1)]);
        first.see(&[head(RecordLog::Changes, 2)]);
        let again = files(directory.path()).seen();
        assert_eq!(again, first.seen());
        assert!(again.contains(&head(RecordLog::Changes, 2)) && again.contains(&head(RecordLog::Accesses, 1)));
        assert_eq!(again.len(), 2);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn what_went_out_is_added_and_never_written_again() {
        let directory = tempfile::tempdir().unwrap();
        let kept = files(directory.path());
        for position in [1, 2] {
            kept.send(&[head(RecordLog::Changes, position)]).unwrap();
        }
        assert_eq!(kept.sent().heads, [head(RecordLog::Changes, 1), head(RecordLog::Changes, 2)]);
        assert_eq!(files(directory.path()).seen(), [head(RecordLog::Changes, 2)], "it stands in for what was seen");
    }

    #[test]
    fn altered_lines_are_counted_and_not_believed() {
        let directory = tempfile::tempdir().unwrap();
        let kept = files(directory.path());
        kept.send(&[head(RecordLog::Changes, 1), head(RecordLog::Changes, 2)]).unwrap();
        let path = directory.path().join(SENT);
        let text = fs::read_to_string(&path).unwrap().replacen("changes 1 ", "changes 9 ", 1);
        fs::write(&path, text + "\nnonsense\n").unwrap();
        assert_eq!(kept.sent(), KeptHeads { heads: vec![head(RecordLog::Changes, 2)], unreadable: 2 });
        fs::write(directory.path().join(SEEN), "").unwrap();
        assert_eq!(files(directory.path()).seen(), [head(RecordLog::Changes, 2)]);
    }
}
