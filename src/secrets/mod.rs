//! Everything that must not be guessed, read or forged: random bytes, password hashes, opaque tokens, sealed values,
//! second factors, the chains of the record with their heads and the digests of batches, and the key behind them. No database and no HTTP; time is an
//! argument.

pub mod batch;
pub mod chain;
pub mod head;
pub mod head_files;
pub mod key;
pub mod password_hash;
pub mod random;
pub mod record;
pub mod seal;
pub mod token;
pub mod totp;
