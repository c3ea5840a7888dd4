//! The second factor: time-based one-time passwords (RFC 6238) as authenticator apps expect them: SHA-1, 6 digits, 30 s.
//!
//! A code is good once: the caller keeps the step of the last accepted code and refuses that step and earlier ones.

use super::random::{self, RandomnessUnavailable};
use chrono::{DateTime, Utc};
use std::fmt;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

/// Bytes of a seed (RFC 4226, 4: 160 bits recommended).
const SEED: usize = 20;
/// Seconds a code is current.
const STEP_SECONDS: u64 = 30;
/// Steps before and after now that are accepted, for clocks that differ (RFC 6238, 5.2).
const SKEW: u16 = 1;

/// The secret that a person's authenticator app and the product share.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSeed(Zeroizing<[u8; SEED]>);

impl fmt::Debug for TotpSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSeed(***)")
    }
}

impl TotpSeed {
    /// A new seed.
    pub fn generate() -> Result<Self, RandomnessUnavailable> {
        Ok(Self(Zeroizing::new(random::bytes()?)))
    }

    /// Reads an opened seed; `None` unless it has 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|seed| Self(Zeroizing::new(seed)))
    }

    /// The bytes, to be sealed.
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The seed as base32, for typing into an app by hand.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.generator().secret().to_base32())
    }

    /// The `otpauth://` address an authenticator app reads from a QR code. `issuer` names the product, `account` the person.
    pub fn otpauth_url(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let label = format!("{}:{}", escaped(issuer), escaped(account));
        let secret = self.to_base32();
        Zeroizing::new(format!("otpauth://totp/{label}?secret={}&issuer={}", secret.as_str(), escaped(issuer)))
    }

    /// The step number of `code` when it is good at `at` or one step before or after; spaces in it do not count.
    pub fn verify(&self, code: &str, at: DateTime<Utc>) -> Option<i64> {
        let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
        let seconds = u64::try_from(at.timestamp()).ok()?;
        self.generator().check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
    }

    fn generator(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(*self.0)
            .build_noncompliant()
    }
}

/// `text` percent-encoded for one segment of a path or one value of a query; a colon would split the label.
fn escaped(text: &str) -> String {
    let without_colon = text.replace(':', " ");
    form_urlencoded::byte_serialize(without_colon.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use url::Url;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B: the ASCII seed, of whose eight digits the last six are ours.
    fn reference() -> TotpSeed {
        TotpSeed::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn the_reference_values_verify() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(reference().verify(code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_of_skew_and_no_more() {
        let step = 1_111_111_109 / 30;
        assert_eq!(reference().verify("081804", at((step - 1) * 30)), Some(step));
        assert_eq!(reference().verify("081804", at((step + 1) * 30 + 29)), Some(step));
        assert_eq!(reference().verify("081804", at((step + 2) * 30)), None);
        assert_eq!(reference().verify("081804", at((step - 1) * 30 - 1)), None);
    }

    #[test]
    fn people_type_spaces_and_strangers_type_anything() {
        assert_eq!(reference().verify(" 287 082 ", at(59)), Some(1));
        for code in ["", "28708", "2870820", "+87082", "28708a", "二八七〇八二", "287083"] {
            assert_eq!(reference().verify(code, at(59)), None, "{code}");
        }
        assert_eq!(reference().verify("287082", at(-59)), None);
    }

    #[test]
    fn the_address_is_what_apps_read() {
        assert_eq!(reference().to_base32().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let address = reference().otpauth_url("Wellspring 税源", "li:wei+1@district.test");
        assert_eq!(
            address.as_str(),
            "otpauth://totp/Wellspring%20%E7%A8%8E%E6%BA%90:li%20wei%2B1%40district.test\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Wellspring%20%E7%A8%8E%E6%BA%90"
        );
        let parsed = Url::parse(&address).unwrap();
        assert_eq!((parsed.scheme(), parsed.host_str()), ("otpauth", Some("totp")));
    }

    #[test]
    fn seeds_differ_and_stay_hidden() {
        let seed = TotpSeed::generate().unwrap();
        assert_ne!(seed, TotpSeed::generate().unwrap());
        assert_eq!(TotpSeed::from_bytes(seed.expose()), Some(seed.clone()));
        assert_eq!(TotpSeed::from_bytes(&[1; 19]), None);
        assert_eq!(format!("{seed:?}"), "TotpSeed(***)");
    }
}
