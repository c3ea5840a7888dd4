//! Records of a BIFF8 stream (MS-XLS 2.1.4) and the texts in them (2.5.293, 2.5.294), which may run on into the CONTINUE
//! records that follow.

use super::SheetError;
use super::ole::u16_at;

const CONTINUE: u16 = 0x003C;

/// A record with the CONTINUE records after it.
pub(super) struct Record<'a> {
    /// The number of its type.
    pub(super) kind: u16,
    /// Its own bytes.
    pub(super) data: &'a [u8],
    /// The bytes of the CONTINUE records.
    pub(super) rest: Vec<&'a [u8]>,
}

/// Goes through the records of a stream; ends at its end or where it is cut off.
pub(super) struct Records<'a>(pub(super) &'a [u8]);

impl<'a> Records<'a> {
    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.0, 0)?;
        let length = usize::from(u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + length)?;
        self.0 = self.0.get(4 + length..)?;
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let mut rest = Vec::new();
        while u16_at(self.0, 0) == Some(CONTINUE) {
            let Some((_, more)) = self.one() else { break };
            rest.push(more);
        }
        Some(Record { kind, data, rest })
    }
}

/// Reads values one after another out of a record and those that continue it.
pub(super) struct Fields<'a> {
    now: &'a [u8],
    rest: std::vec::IntoIter<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// Starts at a byte of the record itself.
    pub(super) fn new(record: Record<'a>, from: usize) -> Self {
        Self { now: record.data.get(from..).unwrap_or_default(), rest: record.rest.into_iter() }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        while self.now.is_empty() {
            match self.rest.next() {
                Some(next) => self.now = next,
                None => return true,
            }
        }
        false
    }

    fn byte(&mut self) -> Option<u8> {
        if self.is_at_end() {
            return None;
        }
        let (first, rest) = self.now.split_first()?;
        self.now = rest;
        Some(*first)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            if self.is_at_end() {
                return None;
            }
            let here = bytes.min(self.now.len());
            self.now = self.now.get(here..)?;
            bytes -= here;
        }
        Some(())
    }

    /// A text with a length of two bytes, its formatting and phonetics skipped.
    pub(super) fn text(&mut self) -> Result<String, SheetError> {
        self.u16().and_then(|length| self.characters(usize::from(length))).ok_or(SheetError::Damaged)
    }

    /// A text with a length of one byte.
    pub(super) fn short_text(&mut self) -> Result<String, SheetError> {
        self.byte().and_then(|length| self.characters(usize::from(length))).ok_or(SheetError::Damaged)
    }

    fn characters(&mut self, length: usize) -> Option<String> {
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.u16()?) * 4 };
        let phonetics = if flags & 4 == 0 { 0 } else { usize::try_from(self.u32()?).ok()? };
        let units = self.units(length, flags & 1 != 0)?;
        self.skip(runs)?;
        self.skip(phonetics)?;
        Some(String::from_utf16_lossy(&units))
    }

    /// UTF-16 units; where a record ends among them, the next record says again whether they take one byte or two.
    fn units(&mut self, length: usize, mut wide: bool) -> Option<Vec<u16>> {
        let mut units = Vec::new();
        while units.len() < length {
            if self.now.is_empty() {
                wide = self.byte()? & 1 != 0;
            }
            let bytes = self.now.get(..if wide { 2 } else { 1 })?;
            units.push(u16_at(bytes, 0).unwrap_or_else(|| bytes.first().copied().map_or(0, u16::from)));
            self.now = self.now.get(bytes.len()..)?;
        }
        Some(units)
    }
}
