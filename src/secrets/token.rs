//! Opaque tokens of sessions and service accounts: 256 random bits, shown once, stored as a SHA-256 hash.

use super::random::{self, RandomnessUnavailable};
use crate::settings::Secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Random bytes in a token.
const ENTROPY: usize = 32;
/// Characters of the random part that lists show: 48 of the 256 bits.
const SHOWN: usize = 8;

/// The kind of caller that a token identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A person who signed in.
    Session,
    /// A service account.
    Api,
}

impl TokenKind {
    /// What every token of this kind starts with, so that a leaked one is recognised by scanners and people.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "wss_",
            Self::Api => "wst_",
        }
    }
}

/// A token in clear, only in memory and only until it was handed to its owner.
#[derive(Debug, Clone)]
pub struct Token {
    kind: TokenKind,
    text: Secret<String>,
}

impl Token {
    /// A new token nobody has seen.
    pub fn generate(kind: TokenKind) -> Result<Self, RandomnessUnavailable> {
        let entropy = Zeroizing::new(random::bytes::<ENTROPY>()?);
        let mut text = String::with_capacity(kind.prefix().len() + 43);
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(entropy.as_slice(), &mut text);
        Ok(Self { kind, text: Secret::new(text) })
    }

    /// Reads a presented token; `None` when it cannot be one of ours, which needs no look into the database.
    pub fn parse(text: &str) -> Option<Self> {
        let kind = [TokenKind::Session, TokenKind::Api].into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let entropy = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?);
        (entropy.len() == ENTROPY).then(|| Self { kind, text: Secret::new(text.to_owned()) })
    }

    /// The kind of caller that it identifies.
    pub const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// The token itself, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is stored and looked up.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.text.expose().as_bytes()).into())
    }

    /// The beginning by which its owner recognises it in a list, for instance `wst_Ab3dE6gh`.
    pub fn display_prefix(&self) -> String {
        self.text.expose().chars().take(self.kind.prefix().len() + SHOWN).collect()
    }
}

/// SHA-256 of a token. A fast hash is enough, since the token carries 256 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The 32 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]
    use super::*;

    #[test]
    fn a_token_reads_back_to_the_same_hash() {
        for kind in [TokenKind::Session, TokenKind::Api] {
            let token = Token::generate(kind).unwrap();
            assert!(token.expose().starts_with(kind.prefix()));
            assert_eq!(token.expose().len(), 47);
            let presented = Token::parse(token.expose()).unwrap();
            assert_eq!((presented.kind(), presented.hash()), (kind, token.hash()));
        }
    }

    #[test]
    fn the_hash_is_the_sha_256_of_the_whole_text() {
        let token = Token::parse("wst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        let expected: [u8; 32] = Sha256::digest(b"wst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").into();
        assert_eq!(token.hash().as_bytes(), &expected);
        let session = Token::parse("wss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert_ne!(session.hash(), token.hash());
    }

    #[test]
    fn what_cannot_be_a_token_is_refused() {
        let token = Token::generate(TokenKind::Session).unwrap();
        let body = &token.expose()[4..];
        for text in [
            String::new(),
            "wss_".to_owned(),
            body.to_owned(),
            format!("wsx_{body}"),
            format!("WSS_{body}"),
            format!("wss_{body}A"),
            format!("wss_{body}="),
            format!("wss_{}", &body[1..]),
            format!(" wss_{body}"),
            format!("wss_{}+", &body[..42]),
            format!("wss_{}税", &body[..40]),
        ] {
            assert!(Token::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_the_beginning_is_shown() {
        let token = Token::generate(TokenKind::Api).unwrap();
        assert_eq!(token.display_prefix(), token.expose()[..12]);
        assert!(!format!("{token:?}").contains(&token.expose()[4..]));
    }
}
