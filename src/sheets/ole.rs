//! OLE compound files (MS-CFB), the container of xls workbooks, of protected xlsx workbooks and of old Word files.
//! Chains of sectors are followed at most as far as the file is long.

use super::SheetError;

const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const LARGEST_SECTOR: u32 = 0xFFFF_FFFA;
const DIRECTORY_ENTRY_BYTES: usize = 128;
const MINI_SECTOR_SHIFT: u16 = 6;

/// Little-endian integers out of bytes of unknown length.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Little-endian integers out of bytes of unknown length.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

struct Entry {
    name: String,
    start: u32,
    length: usize,
}

/// A compound file whose directory has been read.
pub(super) struct Ole<'a> {
    bytes: &'a [u8],
    shift: u16,
    allocation: Vec<u32>,
    mini_allocation: Vec<u32>,
    mini_stream: Vec<u8>,
    mini_cutoff: usize,
    entries: Vec<Entry>,
}

impl<'a> Ole<'a> {
    /// Reads the allocation tables and the directory.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        Self::parse(bytes).ok_or(SheetError::Damaged)
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30).filter(|shift| matches!(shift, 9 | 12))?;
        let mut ole = Self {
            bytes,
            shift,
            allocation: Vec::new(),
            mini_allocation: Vec::new(),
            mini_stream: Vec::new(),
            mini_cutoff: usize::try_from(u32_at(bytes, 56)?).ok()?,
            entries: Vec::new(),
        };
        ole.allocation = ole.read_allocation()?;
        let directory = ole.chain(u32_at(bytes, 48)?, usize::MAX)?;
        ole.entries = directory.chunks_exact(DIRECTORY_ENTRY_BYTES).filter_map(entry).collect();
        let root = ole.entries.first()?;
        if u32_at(bytes, 64)? > 0 {
            ole.mini_stream = ole.chain(root.start, root.length)?;
            ole.mini_allocation = numbers(&ole.chain(u32_at(bytes, 60)?, usize::MAX)?);
        }
        Some(ole)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (usize::try_from(id).ok()?.checked_add(1)?).checked_shl(u32::from(self.shift))?;
        let end = start.saturating_add(1 << self.shift).min(self.bytes.len());
        self.bytes.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The sectors of the allocation table are listed in the header and, for large files, in a chain of further sectors.
    fn read_allocation(&self) -> Option<Vec<u32>> {
        let mut listed = numbers(self.bytes.get(76..512)?);
        let most = (self.bytes.len() >> self.shift) + 1;
        let mut next = u32_at(self.bytes, 68)?;
        let mut followed = 0;
        while next < LARGEST_SECTOR {
            followed += 1;
            if followed > most {
                return None;
            }
            listed.extend(numbers(self.sector(next)?));
            next = listed.pop()?;
        }
        let mut allocation = Vec::new();
        for id in listed.into_iter().filter(|&id| id < LARGEST_SECTOR).take(most) {
            allocation.extend(numbers(self.sector(id)?));
        }
        Some(allocation)
    }

    /// The bytes of a chain of sectors, at most `length`; a chain that runs in a circle is refused.
    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        collect(start, length, &self.allocation, self.bytes.len(), |id| self.sector(id))
    }

    fn mini_chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        collect(start, length, &self.mini_allocation, self.mini_stream.len(), |id| {
            let at = usize::try_from(id).ok()? << MINI_SECTOR_SHIFT;
            self.mini_stream.get(at..(at + (1 << MINI_SECTOR_SHIFT)).min(self.mini_stream.len()))
        })
    }

    /// Whether a stream or storage of that name is there.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Result<Vec<u8>, SheetError> {
        let entry =
            self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).ok_or(SheetError::Damaged)?;
        let bytes = if entry.length < self.mini_cutoff {
            self.mini_chain(entry.start, entry.length)
        } else {
            self.chain(entry.start, entry.length)
        };
        bytes.ok_or(SheetError::Damaged)
    }
}

fn collect<'b>(
    start: u32,
    length: usize,
    allocation: &[u32],
    available: usize,
    sector: impl Fn(u32) -> Option<&'b [u8]>,
) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut id = start;
    while id != END_OF_CHAIN && bytes.len() < length {
        bytes.extend_from_slice(sector(id)?);
        if bytes.len() > available {
            return None;
        }
        id = *allocation.get(usize::try_from(id).ok()?)?;
    }
    bytes.truncate(length);
    Some(bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect()
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let name_bytes = usize::from(u16_at(bytes, 64)?).saturating_sub(2).min(62);
    let units: Vec<u16> = bytes.get(..name_bytes)?.as_chunks().0.iter().map(|two| u16::from_le_bytes(*two)).collect();
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        start: u32_at(bytes, 116)?,
        length: usize::try_from(u32_at(bytes, 120)?).ok()?,
    })
}

/// Compound files for tests.
#[cfg(test)]
pub(super) mod fixtures {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]

    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;

    fn entry(name: &str, kind: u8, start: u32, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        for (index, unit) in name.encode_utf16().enumerate() {
            bytes[index * 2..index * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        bytes[64] = (name.encode_utf16().count() * 2 + 2) as u8;
        bytes[66] = kind;
        bytes[116..120].copy_from_slice(&start.to_le_bytes());
        bytes[120..124].copy_from_slice(&(length as u32).to_le_bytes());
        bytes
    }

    /// A file with one stream, its table in sector 0, its directory in sector 1 and the stream behind them.
    pub(in super::super) fn file(name: &str, content: &[u8]) -> Vec<u8> {
        let length = content.len().max(4096);
        let sectors = length.div_ceil(SECTOR);
        assert!(sectors + 2 <= SECTOR / 4);
        let mut bytes = vec![0; SECTOR * 3];
        bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        bytes[30] = 9;
        for (at, value) in [(44, 1), (48, 1), (56, 4096), (60, END), (64, 0), (68, END)] {
            bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(value));
        }
        bytes[76..512].fill(0xFF);
        bytes[76..80].fill(0);
        bytes[512..1024].fill(0xFF);
        for sector in 1..sectors + 2 {
            let next = if sector == 1 || sector == sectors + 1 { END } else { sector as u32 + 1 };
            bytes[512 + sector * 4..516 + sector * 4].copy_from_slice(&next.to_le_bytes());
        }
        let directory = [entry("Root Entry", 5, END, 0), entry(name, 2, 2, length)].concat();
        bytes[1024..1024 + directory.len()].copy_from_slice(&directory);
        bytes.extend_from_slice(content);
        bytes.resize(SECTOR * (3 + sectors), 0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_is_found_and_read() {
        let content: Vec<u8> = (0..9000_u32).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let bytes = fixtures::file("Workbook", &content);
        let ole = Ole::open(&bytes).unwrap();
        assert!(ole.holds("WORKBOOK") && !ole.holds("Book"));
        assert_eq!(ole.stream("Workbook").unwrap(), content);
    }

    #[test]
    fn chains_in_a_circle_are_refused() {
        let mut bytes = fixtures::file("Workbook", &[1; 5000]);
        bytes[512 + 3 * 4..512 + 4 * 4].copy_from_slice(&2_u32.to_le_bytes());
        bytes[1024 + 128 + 120..1024 + 128 + 124].fill(0xFF);
        assert!(Ole::open(&bytes).unwrap().stream("Workbook").is_err());
        let mut bytes = fixtures::file("Workbook", &[1; 5000]);
        bytes[516..520].copy_from_slice(&1_u32.to_le_bytes());
        assert!(Ole::open(&bytes).is_err());
        let mut bytes = fixtures::file("Workbook", &[1; 5000]);
        bytes[68..72].copy_from_slice(&4_u32.to_le_bytes());
        assert!(Ole::open(&bytes).is_err());
    }

    proptest! {
        #[test]
        fn no_damage_brings_it_down(at in 0..6000_usize, damage in any::<[u8; 4]>(), cut in 0..6000_usize) {
            let mut bytes = fixtures::file("Workbook", &[7; 5000]);
            let end = bytes.len();
            bytes[at.min(end - 4)..at.min(end - 4) + 4].copy_from_slice(&damage);
            for bytes in [&bytes[..], &bytes[..cut.min(end)]] {
                if let Ok(ole) = Ole::open(bytes) {
                    drop(ole.stream("Workbook"));
                }
            }
        }
    }
}
