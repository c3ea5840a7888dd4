//! Everything that must not be guessed, read or forged: random bytes, password hashes, opaque tokens, sealed values,
//! second factors, the audit chain, and the key behind them. No database and no HTTP; time is an argument.

pub mod chain;
pub mod key;
pub mod password_hash;
pub mod random;
pub mod seal;
pub mod token;
pub mod totp;
