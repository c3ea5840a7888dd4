//! TLS of the server itself, from the certificate chain and key that the settings name.

use crate::settings::TlsFiles;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{fmt::Display, io, path::Path, sync::Arc};

/// The configuration; errors name the file.
pub(super) fn configuration(files: &TlsFiles<'_>) -> io::Result<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(files.certificate, error))?;
    if chain.is_empty() {
        return Err(unusable(files.certificate, "no certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(files.key).map_err(|error| unusable(files.key, error))?;
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| unusable(files.certificate, error))
}

fn unusable(path: &Path, reason: impl Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::fs;

    #[test]
    fn a_pair_that_belongs_together_is_accepted_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = (directory.path().join("chain.pem"), directory.path().join("key.pem"));
        let files = TlsFiles { certificate: &certificate, key: &key };
        let pair = || rcgen::generate_simple_self_signed(vec!["wellspring.test".to_owned()]).unwrap();
        let (ours, another) = (pair(), pair());
        let refusal = || configuration(&files).unwrap_err().to_string();

        assert!(refusal().contains("chain.pem"));
        fs::write(&certificate, "").unwrap();
        assert!(refusal().contains("no certificate"));
        fs::write(&certificate, ours.cert.pem()).unwrap();
        assert!(refusal().contains("key.pem"));
        fs::write(&key, another.signing_key.serialize_pem()).unwrap();
        assert!(refusal().contains("chain.pem"));
        fs::write(&key, ours.signing_key.serialize_pem()).unwrap();
        assert!(configuration(&files).is_ok());
    }
}
