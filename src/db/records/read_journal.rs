//! Reads that are on record but not in their table yet, on SQLite. A read must be durable before its answer leaves, and must
//! not wait for the one writer of business rows: so it is appended to a file beside the database and synchronised, and the
//! sealer moves it into `access_records` within a second. Each line is one record with its MAC, made before it gets here: a
//! line that was altered is refused like an altered row.
//!
//! PostgreSQL needs none of this: it takes many writers, and a read is inserted on a connection of its own.

use super::access_records::AccessRecord;
use crate::{
    db::{
        backend::Location,
        values::{AnyId, Timestamp},
    },
    domain::{
        ids::{AccessId, EnterpriseId},
        text::{hex, unhex},
    },
};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};
use uuid::Uuid;

/// The journal beside one database file.
#[derive(Debug)]
pub struct ReadJournal {
    /// Where lines are appended.
    path: PathBuf,
    /// Where lines are while they are moved into their table.
    moving: PathBuf,
    /// The open file; `None` before the first line and after a move. Held while a line is appended and while the file is
    /// renamed, so that no line is appended to a file that is about to be removed.
    file: Mutex<Option<File>>,
}

/// What is in a journal, looked at from outside.
#[derive(Debug, Default)]
pub struct WaitingReads {
    /// The records, oldest first.
    pub records: Vec<AccessRecord>,
    /// Lines that are no records.
    pub malformed: usize,
}

/// One record as a line of the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    id: Uuid,
    at_micros: i64,
    actor: String,
    actor_name: String,
    request_id: String,
    what: String,
    noun: String,
    noun_id: Option<Uuid>,
    enterprise_id: Option<Uuid>,
    detail: String,
    mac: Option<String>,
}

impl ReadJournal {
    /// Where reads go on record before they are in their table; `None` where they go into it at once.
    pub fn of(database: &Location) -> Option<Self> {
        match database {
            Location::Sqlite(path) => Some(Self::beside(path)),
            Location::Postgres(_) => None,
        }
    }

    /// The journal of a database file: `wellspring.sqlite-reads` beside `wellspring.sqlite`.
    pub fn beside(database: &Path) -> Self {
        let named = |ending: &str| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        Self { path: named("-reads"), moving: named("-reads-moving"), file: Mutex::default() }
    }

    /// Appends records; they are on the disk when this returns.
    pub fn append(&self, rows: &[AccessRecord]) -> io::Result<()> {
        let mut text = String::new();
        for row in rows {
            text.push_str(&serde_json::to_string(&Line::of(row))?);
            text.push('\n');
        }
        let mut open = self.lock();
        let file = match &mut *open {
            Some(file) => file,
            closed => closed.insert(create(&self.path)?),
        };
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }

    /// The records that are not in their table yet, oldest first: those of a move that was interrupted, then the others. They
    /// stay on the disk until [`Self::moved`].
    pub fn to_move(&self) -> io::Result<Vec<AccessRecord>> {
        let mut open = self.lock();
        if !self.moving.exists() && self.path.exists() {
            *open = None;
            fs::rename(&self.path, &self.moving)?;
        }
        read(&self.moving)
    }

    /// Forgets what [`Self::to_move`] gave: it has been committed to its table.
    pub fn moved(&self) -> io::Result<()> {
        match fs::remove_file(&self.moving) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether any record is not in its table yet.
    pub fn is_waiting(&self) -> bool {
        self.path.exists() || self.moving.exists()
    }

    /// The records that are not in their table yet, without moving them: for a look from another process.
    pub fn waiting(&self) -> io::Result<WaitingReads> {
        let mut waiting = WaitingReads::default();
        // The file to append to first: a move meanwhile renames it, so its lines are seen twice and never missed.
        let (appended, moving) = (whole_lines(&self.path)?, whole_lines(&self.moving)?);
        for line in moving.lines().chain(appended.lines()) {
            match Line::parse(line) {
                Ok(row) => waiting.records.push(row),
                Err(_) => waiting.malformed += 1,
            }
        }
        Ok(waiting)
    }

    fn lock(&self) -> MutexGuard<'_, Option<File>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the file to append to, readable by its owner alone, and makes its name survive a power cut.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // What a crash cut off must not become the beginning of the next line.
    let text = fs::read(path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    #[cfg(unix)]
    if let Some(directory) = path.parent() {
        File::open(if directory.as_os_str().is_empty() { Path::new(".") } else { directory })?.sync_all()?;
    }
    Ok(file)
}

/// The whole lines of a file; none when it is not there. A last line without its end was cut off by a crash before its answer
/// left, so nothing was read under it.
fn whole_lines(path: &Path) -> io::Result<String> {
    let mut bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        bytes => bytes?,
    };
    let end = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or_default();
    bytes.truncate(end);
    // What is not UTF-8 is no record, as its line will show.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The records of a file.
fn read(path: &Path) -> io::Result<Vec<AccessRecord>> {
    whole_lines(path)?.lines().map(Line::parse).collect()
}

impl Line {
    /// The record of a line.
    fn parse(line: &str) -> io::Result<AccessRecord> {
        serde_json::from_str::<Self>(line)?.record()
    }

    fn of(row: &AccessRecord) -> Self {
        Self {
            id: row.id.0,
            at_micros: row.at.0.timestamp_micros(),
            actor: row.actor.clone(),
            actor_name: row.actor_name.clone(),
            request_id: row.request_id.clone(),
            what: row.what.clone(),
            noun: row.noun.clone(),
            noun_id: row.noun_id.map(|id| id.0),
            enterprise_id: row.enterprise_id.map(|id| id.0),
            detail: row.detail.clone(),
            mac: row.mac.as_deref().map(hex),
        }
    }

    fn record(self) -> io::Result<AccessRecord> {
        let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        let at = DateTime::from_timestamp_micros(self.at_micros).ok_or_else(|| invalid("an instant out of range"))?;
        let mac = self.mac.map(|digits| unhex(&digits).ok_or_else(|| invalid("a MAC that is not hexadecimal")));
        Ok(AccessRecord {
            id: AccessId(self.id),
            at: Timestamp(at),
            actor: self.actor,
            actor_name: self.actor_name,
            request_id: self.request_id,
            what: self.what,
            noun: self.noun,
            noun_id: self.noun_id.map(AnyId),
            enterprise_id: self.enterprise_id.map(EnterpriseId),
            detail: self.detail,
            mac: mac.transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn record(detail: &str) -> AccessRecord {
        AccessRecord {
            id: AccessId::new(),
            at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap().into(),
            actor: "user:1".to_owned(),
            actor_name: "王芳".to_owned(),
            request_id: "r".to_owned(),
            what: "figures".to_owned(),
            noun: "enterprise".to_owned(),
            noun_id: None,
            enterprise_id: Some(EnterpriseId::new()),
            detail: detail.to_owned(),
            mac: Some(vec![0xab; 32]),
        }
    }

    fn details(rows: &[AccessRecord]) -> Vec<&str> {
        rows.iter().map(|row| row.detail.as_str()).collect()
    }

    #[test]
    fn what_was_appended_is_read_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let journal = ReadJournal::beside(&directory.path().join("w.db"));
        assert!(!journal.is_waiting() && journal.to_move().unwrap().is_empty());
        let row = record("列表\n两行");
        journal.append(std::slice::from_ref(&row)).unwrap();
        let read = journal.to_move().unwrap();
        assert_eq!(format!("{read:?}"), format!("{:?}", [row]));
    }

    #[test]
    fn a_move_that_was_interrupted_is_done_again_and_loses_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let journal = ReadJournal::beside(&directory.path().join("w.db"));
        journal.append(&[record("1")]).unwrap();
        assert_eq!(details(&journal.to_move().unwrap()), ["1"]);
        journal.append(&[record("2")]).unwrap();
        // The process died before it said that the move was done.
        let again = ReadJournal::beside(&directory.path().join("w.db"));
        assert_eq!(details(&again.waiting().unwrap().records), ["1", "2"]);
        assert_eq!(details(&again.to_move().unwrap()), ["1"]);
        again.moved().unwrap();
        assert_eq!(details(&again.to_move().unwrap()), ["2"]);
        again.moved().unwrap();
        assert!(!again.is_waiting());
    }

    #[test]
    fn a_line_that_was_cut_off_is_no_record() {
        let directory = tempfile::tempdir().unwrap();
        let journal = ReadJournal::beside(&directory.path().join("w.db"));
        journal.append(&[record("1")]).unwrap();
        fs::OpenOptions::new().append(true).open(&journal.path).unwrap().write_all(b"{\"id\":").unwrap();
        let restarted = ReadJournal::beside(&directory.path().join("w.db"));
        restarted.append(&[record("2")]).unwrap();
        assert_eq!(details(&restarted.to_move().unwrap()), ["1", "2"]);
    }

    #[test]
    fn a_look_from_outside_moves_nothing_and_counts_what_is_no_record() {
        let directory = tempfile::tempdir().unwrap();
        let journal = ReadJournal::beside(&directory.path().join("w.db"));
        assert!(journal.waiting().unwrap().records.is_empty());
        journal.append(&[record("1")]).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(&journal.path).unwrap();
        file.write_all(b"no record\n\xff\xfe\n{\"id\":").unwrap();
        let before = fs::read(&journal.path).unwrap();
        let waiting = journal.waiting().unwrap();
        assert_eq!((details(&waiting.records), waiting.malformed), (vec!["1"], 2));
        assert_eq!(fs::read(&journal.path).unwrap(), before);
        assert!(!journal.moving.exists());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let journal = ReadJournal::beside(&directory.path().join("w.db"));
        journal.append(&[record("1")]).unwrap();
        assert_eq!(fs::metadata(&journal.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
