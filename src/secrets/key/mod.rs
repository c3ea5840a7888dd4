//! The master key, where it comes from, and the sub-keys derived from it. The key file is made here on first start.

use super::random::{self, RandomnessUnavailable};
use crate::{
    settings::KeySource,
    texts::{Explain, Language},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Bytes of every key.
const KEY: usize = 32;

mod say {
    crate::texts::texts! {
        unreadable(path: &str, reason: &str) {
            zh: "无法读取密钥文件 {path}：{reason}。请检查文件是否存在以及运行用户是否有权读取。",
            en: "The key file {path} cannot be read: {reason}. Check that it exists and that this user may read it.",
        }
        not_written(path: &str, reason: &str) {
            zh: "无法写入密钥文件 {path}：{reason}。请检查数据目录是否存在、可写且有剩余空间。",
            en: "The key file {path} cannot be written: {reason}. Check that the data directory exists, is writable and has room.",
        }
        malformed(path: &str) {
            zh: "密钥文件 {path} 的内容不是 32 字节的 base64。请从备份恢复；没有备份时，用 `openssl rand -base64 32` 另造一把。",
            en: "The key file {path} does not hold 32 bytes in base64. Restore it from a backup, or make another with `openssl rand -base64 32`.",
        }
        exposed(path: &str) {
            zh: "密钥文件 {path} 可被其他用户读取。请执行 chmod 600 {path}。",
            en: "Other users can read the key file {path}. Run: chmod 600 {path}",
        }
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key could be drawn.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// The file is missing or may not be read.
    #[error("the key file {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The file could not be made.
    #[error("the key file {} cannot be written: {reason}", path.display())]
    NotWritten {
        /// The key file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The file holds something else than 32 bytes in base64.
    #[error("the key file {} does not hold 32 bytes in base64", .0.display())]
    Malformed(PathBuf),
    /// The file in the data directory is readable by others than its owner.
    #[error("other users can read the key file {}", .0.display())]
    Exposed(PathBuf),
}

impl Explain for KeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Randomness(error) => error.code(),
            Self::Unreadable { .. } => "key_file_unreadable",
            Self::NotWritten { .. } => "key_file_not_written",
            Self::Malformed(_) => "key_file_malformed",
            Self::Exposed(_) => "key_file_exposed",
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Randomness(error) => error.text(language),
            Self::Unreadable { path, reason } => {
                say::unreadable(language, &path.display().to_string(), &reason.to_string())
            }
            Self::NotWritten { path, reason } => {
                say::not_written(language, &path.display().to_string(), &reason.to_string())
            }
            Self::Malformed(path) => say::malformed(language, &path.display().to_string()),
            Self::Exposed(path) => say::exposed(language, &path.display().to_string()),
        }
    }
}

/// What a sub-key is for. A label never changes: what was made under it could not be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing the seeds of second factors.
    Totp,
    /// The chain over recorded changes.
    AuditChain,
    /// The chain over recorded reads.
    AccessChain,
    /// Authenticating a change or a read at the moment it is recorded.
    Record,
    /// Authenticating the head of a log: how far it reached, and when.
    RecordHead,
    /// Digesting the rows of a batch, which is recorded as one change.
    RecordBatch,
    /// Authenticating list cursors.
    Cursor,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::AuditChain => "audit-chain",
            Self::AccessChain => "access-chain",
            Self::Record => "record",
            Self::RecordHead => "record-head",
            Self::RecordBatch => "record-batch",
            Self::Cursor => "cursor",
        }
    }
}

/// The installation's key: 32 random bytes from which every other key is derived.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; KEY]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

impl MasterKey {
    /// A key given as bytes.
    pub fn from_bytes(bytes: [u8; KEY]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key the settings name. A file named by the operator must exist; the one in the data directory is made on first
    /// start, mode 0600, and is refused when others can read it.
    pub fn obtain(source: &KeySource) -> Result<Self, KeyError> {
        match source {
            KeySource::Given(key) => Ok(Self::from_bytes(*key.expose())),
            KeySource::File(path) => Self::load(path),
            KeySource::DataDirectory(path) => Self::load_or_create(path),
        }
    }

    fn load(path: &Path) -> Result<Self, KeyError> {
        let unreadable = |reason| KeyError::Unreadable { path: path.to_owned(), reason };
        let text = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
        let decoded = STANDARD.decode(text.trim()).map(Zeroizing::new);
        let bytes = decoded.ok().and_then(|bytes| bytes.as_slice().try_into().ok());
        bytes.map(Self::from_bytes).ok_or_else(|| KeyError::Malformed(path.to_owned()))
    }

    fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        if !path.exists() {
            create(path)?;
        }
        refuse_exposed(path)?;
        Self::load(path)
    }

    /// The sub-key for one purpose: the expansion of HKDF-SHA256 (RFC 5869, 2.3) in its one-block form. The extraction is
    /// left out as its section 3.3 allows, since the master key is uniformly random.
    pub fn derive(&self, purpose: Purpose) -> SubKey {
        let info = ["wellspring/v1/", purpose.label()].concat();
        SubKey(Zeroizing::new(authenticate(&self.0, &[info.as_bytes(), &[1]])))
    }
}

/// A key for one purpose.
#[derive(Clone)]
pub struct SubKey(Zeroizing<[u8; KEY]>);

impl fmt::Debug for SubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubKey(***)")
    }
}

impl SubKey {
    /// HMAC-SHA256 of the parts, one after the other.
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        authenticate(&self.0, parts)
    }

    /// Whether `tag` is the HMAC-SHA256 of the parts, compared in constant time.
    pub fn is_authentic(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        hmac(&self.0, parts).verify_slice(tag).is_ok()
    }

    /// Tells two keys apart without telling anything about them.
    pub(super) fn id(&self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.authenticate(&[b"key id"]);
        [a, b, c, d]
    }

    pub(super) fn expose(&self) -> &[u8; KEY] {
        &self.0
    }
}

fn hmac(key: &[u8; KEY], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to the block of its hash (RFC 2104, 2), so that the padded key is the same key.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(padded, byte)| *padded = *byte);
    let mut hmac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    for part in parts {
        hmac.update(part);
    }
    hmac
}

fn authenticate(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; 32] {
    hmac(key, parts).finalize().into_bytes().into()
}

/// Makes the key file whole or not at all: written beside its place, then linked into it, so that of two processes which
/// start together the second finds the first one's key.
fn create(path: &Path) -> Result<(), KeyError> {
    let key = Zeroizing::new(random::bytes::<KEY>()?);
    let text = Zeroizing::new(STANDARD.encode(key.as_slice()) + "\n");
    let draft = path.with_extension(format!("{:016x}.draft", u64::from_be_bytes(random::bytes()?)));
    let placed = write_private(&draft, text.as_bytes()).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    let settled = placed.and(removed).and_then(|()| sync_directory(path));
    settled.map_err(|reason| KeyError::NotWritten { path: path.to_owned(), reason })
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Makes the name survive a power cut, where directories can be synchronised.
fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => {
            File::open(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?.sync_all()
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|reason| KeyError::Unreadable { path: path.to_owned(), reason })?;
    let for_others = metadata.permissions().mode() & 0o077;
    if for_others == 0 { Ok(()) } else { Err(KeyError::Exposed(path.to_owned())) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests;
