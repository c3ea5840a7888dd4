//! A QR code as one path of an SVG, drawn here: the secret in it goes nowhere else.

use crate::services::Error;
use qrcode::{Color, QrCode};
use std::fmt::Write;

/// Modules of quiet around the code, as readers ask for.
const QUIET: usize = 4;

/// A QR code to be drawn.
#[derive(Debug)]
pub(super) struct Qr {
    /// Modules a side, the quiet zone included.
    pub(super) side: usize,
    /// The dark modules: each run in a row is a rectangle one module high.
    pub(super) path: String,
}

impl Qr {
    /// The code of a text.
    pub(super) fn of(text: &str) -> Result<Self, Error> {
        let code = QrCode::new(text).map_err(Error::internal)?;
        let mut path = String::new();
        for (row, modules) in code.to_colors().chunks(code.width()).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    let length = run.len();
                    let (x, y) = (column + QUIET, row + QUIET);
                    write!(path, "M{x} {y}h{length}v1h-{length}z").map_err(Error::internal)?;
                }
                column += run.len();
            }
        }
        Ok(Self { side: code.width() + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_code_has_its_finders_and_its_quiet_zone() {
        let qr = Qr::of("otpauth://totp/Wellspring:wang.fang?secret=GEZDGNBVGY3TQOJQ&issuer=Wellspring").unwrap();
        // The first row: the upper edges of two finders, seven modules each.
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        let second = format!("M{} 4h7v1h-7z", qr.side - 4 - 7);
        assert!(qr.path.contains(&second));
        assert!(!qr.path.contains("M0 ") && (qr.side - 8 - 17).is_multiple_of(4));
    }

    #[test]
    fn another_text_is_another_code() {
        assert_ne!(Qr::of("a").unwrap().path, Qr::of("b").unwrap().path);
    }
}
