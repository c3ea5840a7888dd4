//! Tests of the master key and its file.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::settings::Secret;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + format!("{byte:02x}").as_str())
}

fn in_directory() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret.key");
    (directory, path)
}

fn chain_key(key: &MasterKey) -> String {
    hex(key.derive(Purpose::AuditChain).expose())
}

#[test]
fn hmac_agrees_with_rfc_4231() {
    // Test case 3: a key of 20 bytes 0xaa is the key of 32 bytes with 12 zeros behind.
    let mut key = [0xaa; 32];
    key.iter_mut().skip(20).for_each(|byte| *byte = 0);
    let expected = "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe";
    assert_eq!(hex(&authenticate(&key, &[&[0xdd; 20], &[0xdd; 30]])), expected);
}

#[test]
fn sub_keys_are_stable_and_differ_by_purpose() {
    let master = MasterKey::from_bytes([7; 32]);
    assert_eq!(chain_key(&master), "ceb8765dc01c809c9d7f56eb390ef8dc024dca6ae4ae18ba7e734616c56db397");
    assert_eq!(
        hex(master.derive(Purpose::Totp).expose()),
        "bff44d931edf9c1273a7f52a42f344d24212cf0394737bad2ffbf1e0e30e9ac9"
    );
    assert_eq!(
        hex(master.derive(Purpose::Cursor).expose()),
        "1dcf98f1726cf284be41806cb1690f05ddf45c02eae983b96bb1d5d5aa8881c9"
    );
    assert_ne!(chain_key(&master), chain_key(&MasterKey::from_bytes([8; 32])));
    let record = [Purpose::AccessChain, Purpose::Record, Purpose::RecordHead];
    let derived = record.map(|purpose| hex(master.derive(purpose).expose()));
    assert_eq!(
        derived,
        [
            "d69986ccaa41b06a36f25b2cb4ab370462be3257253c7f916982654517a4deea",
            "d0fc78660a5fd0644fa515d8f85ea2d2e8afee8f5e4ba877a8013d0d856713fb",
            "9bd679ed0a6ff4740b3fbb516484003920e58f103269ff99f9a90c80e27c0a93",
        ]
    );
}

#[test]
fn a_tag_is_authentic_only_for_its_parts() {
    let key = MasterKey::from_bytes([7; 32]).derive(Purpose::Cursor);
    let tag = key.authenticate(&[b"page", b"two"]);
    assert!(key.is_authentic(&[b"pagetwo"], &tag));
    assert!(!key.is_authentic(&[b"page", b"three"], &tag));
    assert!(!key.is_authentic(&[b"page", b"two"], b""));
}

#[test]
fn the_file_is_made_once_and_read_ever_after() {
    let (directory, path) = in_directory();
    let source = KeySource::DataDirectory(path.clone());
    let first = MasterKey::obtain(&source).unwrap();
    let again = MasterKey::obtain(&source).unwrap();
    assert_eq!(chain_key(&first), chain_key(&again));
    assert_eq!(chain_key(&first), chain_key(&MasterKey::obtain(&KeySource::File(path)).unwrap()));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no draft is left behind");
}

#[test]
fn processes_that_start_together_agree() {
    let (_directory, path) = in_directory();
    let source = KeySource::DataDirectory(path);
    let keys: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| chain_key(&MasterKey::obtain(&source).unwrap()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(keys.windows(2).all(|pair| pair.first() == pair.last()), "{keys:?}");
}

#[cfg(unix)]
#[test]
fn the_file_is_private_and_must_stay_so() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, path) = in_directory();
    let source = KeySource::DataDirectory(path.clone());
    MasterKey::obtain(&source).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = MasterKey::obtain(&source).unwrap_err();
    assert_eq!(error.code(), "key_file_exposed");
    assert!(error.text(Language::En).contains("chmod 600"));
    assert!(MasterKey::obtain(&KeySource::File(path)).is_ok(), "mounted secrets are often readable by a group");
}

#[test]
fn a_missing_named_file_is_never_made() {
    let (directory, path) = in_directory();
    let error = MasterKey::obtain(&KeySource::File(path)).unwrap_err();
    assert_eq!(error.code(), "key_file_unreadable");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_missing_directory_is_said() {
    let (directory, _) = in_directory();
    let error = MasterKey::obtain(&KeySource::DataDirectory(directory.path().join("none/secret.key"))).unwrap_err();
    assert_eq!(error.code(), "key_file_not_written");
    assert!(error.text(Language::Zh).contains("none/secret.key"));
}

#[test]
fn other_content_is_refused() {
    let (_directory, path) = in_directory();
    for content in ["", "secret", "AAAA", &STANDARD.encode([1; 31]), &STANDARD.encode([1; 33]), "\u{feff}"] {
        fs::write(&path, content).unwrap();
        let error = MasterKey::obtain(&KeySource::File(path.clone())).unwrap_err();
        assert_eq!(error.code(), "key_file_malformed", "{content}");
    }
    fs::write(&path, STANDARD.encode([1; 32]) + "\r\n").unwrap();
    assert!(MasterKey::obtain(&KeySource::File(path)).is_ok());
}

#[test]
fn a_given_key_is_taken_and_hidden() {
    let given = MasterKey::obtain(&KeySource::Given(Secret::new([7; 32]))).unwrap();
    assert_eq!(chain_key(&given), chain_key(&MasterKey::from_bytes([7; 32])));
    assert_eq!(format!("{given:?} {:?}", given.derive(Purpose::Totp)), "MasterKey(***) SubKey(***)");
}
