//! The form of a cached result in a file.

use super::Key;
use crate::finished::{Facts, Finished};
use bytes::Bytes;
use twox_hash::XxHash3_128;

/// What each file begins with, and the number of this form.
const MAGIC: &[u8] = b"scrimp result 1\n";

/// Bytes of the checksum behind it.
const SUM: usize = 16;

/// What stands in front of a result's bytes in its file.
pub(super) fn head(key: Key, finished: &Finished) -> Result<Vec<u8>, serde_json::Error> {
    let mut facts = serde_json::to_vec(&finished.facts)?;
    facts.push(b'\n');
    let sum = checksum(key, &facts, &finished.file);
    Ok([MAGIC, &sum, &facts].concat())
}

/// The result in a file's bytes; none if they are not all that was written under this name.
pub(super) fn read(key: Key, bytes: Bytes) -> Option<Finished> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (sum, rest) = rest.split_at_checked(SUM)?;
    let end = 1 + rest.iter().position(|byte| *byte == b'\n')?;
    let (facts, file) = rest.split_at_checked(end)?;
    if *sum != checksum(key, facts, file) {
        return None;
    }
    let facts: Facts = serde_json::from_slice(facts).ok()?;
    let file = bytes.slice_ref(file);
    Some(Finished { facts, file })
}

/// It finds what disks and powercuts do, and is no guard against people: whoever can write here can do anything.
fn checksum(key: Key, facts: &[u8], file: &[u8]) -> [u8; SUM] {
    let mut sum = XxHash3_128::new();
    sum.write(key.bytes());
    sum.write(facts);
    sum.write(file);
    sum.finish_128().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp::Options;

    fn finished() -> Finished {
        let facts = Facts {
            outcome: "saved".to_owned(),
            code: "saved".to_owned(),
            score: Some("80.25".to_owned()),
            quality: None,
            input_bytes: 1000,
            input_type: "image/png".to_owned(),
            size: Some((3, 4)),
        };
        Finished { facts, file: Bytes::from_static(b"the file\nof the result") }
    }

    fn written(key: Key) -> Vec<u8> {
        let finished = finished();
        [head(key, &finished).unwrap(), finished.file.to_vec()].concat()
    }

    #[test]
    fn a_result_is_read_as_it_was_written() {
        let key = Key::of(b"photo", &Options::default());
        let read = read(key, written(key).into()).unwrap();
        assert_eq!((read.facts, read.file), (finished().facts, finished().file));
    }

    #[test]
    fn any_damage_is_recognised() {
        let key = Key::of(b"photo", &Options::default());
        let whole = written(key);
        for length in 0..whole.len() {
            assert!(read(key, whole[..length].to_vec().into()).is_none(), "cut to {length}");
        }
        for place in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 0x10;
            assert!(read(key, damaged.into()).is_none(), "changed at {place}");
        }
        let other = Key::of(b"another", &Options::default());
        assert!(read(other, whole.into()).is_none(), "another's name");
    }
}
