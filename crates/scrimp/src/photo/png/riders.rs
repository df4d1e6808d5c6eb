//! The metadata of a PNG, inflated within the limits.

use super::Reading;
use super::chunks::{Chunks, Rider, damaged};
use crate::metadata::{Carried, Density, ForeignMetadata, of_foreign};
use crate::watch::Watch;
use crate::{Error, LimitKind, Limits};
use fdeflate::BoundedDecompressionError;

const XMP: &[u8] = b"XML:com.adobe.xmp";

/// The segments that stand for a PNG's metadata. To [`Reading::AsPillow`] a damaged chunk is none.
pub(super) fn carried(
    chunks: &Chunks<'_>,
    limits: &Limits,
    reading: Reading,
    watch: &Watch<'_>,
) -> Result<Vec<Carried>, Error> {
    let mut gatherer = Gatherer { found: ForeignMetadata::default(), bytes: 0, limits };
    for rider in &chunks.riders {
        watch.check()?;
        match gatherer.take(rider) {
            Err(Error::Damaged(_)) if reading == Reading::AsPillow => {}
            taken => taken?,
        }
    }
    Ok(of_foreign(gatherer.found))
}

struct Gatherer<'a> {
    found: ForeignMetadata,
    bytes: u64,
    limits: &'a Limits,
}

impl Gatherer<'_> {
    fn take(&mut self, rider: &Rider<'_>) -> Result<(), Error> {
        let data = rider.data;
        match &rider.kind {
            b"iCCP" => {
                let place = if rider.is_late { None } else { split_at_nul(data) };
                let (_, rest) =
                    place.ok_or_else(|| damaged(rider.kind, "is not where or what it must be"))?;
                let profile = self.inflate(rider.kind, method_zero(rider.kind, rest)?)?;
                let profile = self.count(profile)?;
                put(&mut self.found.icc, rider.kind, profile)
            }
            b"eXIf" => {
                let exif = self.count(data.to_vec())?;
                put(&mut self.found.exif, rider.kind, exif)
            }
            b"caBX" => {
                let credential = self.count(data.to_vec())?;
                put(&mut self.found.c2pa, rider.kind, credential)
            }
            b"pHYs" => put(&mut self.found.density, rider.kind, density(data)?),
            b"tIME" => {
                let time = time(data)?.into_bytes();
                self.comment(time)
            }
            b"tEXt" => {
                let (keyword, text) = split_at_nul(data).unwrap_or((data, &[]));
                self.comment(utf8_of_latin1(&[keyword, b": ", text].concat()))
            }
            b"zTXt" => {
                let (keyword, rest) =
                    split_at_nul(data).ok_or_else(|| damaged(rider.kind, "has no keyword"))?;
                let text = self.inflate(rider.kind, method_zero(rider.kind, rest)?)?;
                self.comment(utf8_of_latin1(&[keyword, b": ", &text].concat()))
            }
            b"iTXt" => self.international(rider),
            // The rest says how to decode or show the pixels, or is a program's own.
            _ => Ok(()),
        }
    }

    /// XMP, or text with a language (PNG third edition, 11.3.3.4).
    fn international(&mut self, rider: &Rider<'_>) -> Result<(), Error> {
        let cut_short = || damaged(rider.kind, "is cut short");
        let (keyword, rest) = split_at_nul(rider.data).ok_or_else(cut_short)?;
        let ([compressed, method], rest) = rest.split_first_chunk().ok_or_else(cut_short)?;
        let (language, rest) = split_at_nul(rest).ok_or_else(cut_short)?;
        let (translated, text) = split_at_nul(rest).ok_or_else(cut_short)?;
        let inflated;
        let text = match (compressed, method) {
            (0, _) => text,
            (1, 0) => {
                inflated = self.inflate(rider.kind, text)?;
                &inflated
            }
            _ => return Err(damaged(rider.kind, "is compressed in an unknown way")),
        };
        if keyword == XMP {
            let xmp = self.count(text.to_vec())?;
            self.found.xmp.push(xmp);
            return Ok(());
        }
        let tags: Vec<_> = [language, translated].into_iter().filter(|tag| !tag.is_empty()).collect();
        let tags = if tags.is_empty() {
            Vec::new()
        } else {
            [b" (", tags.join(b", ".as_slice()).as_slice(), b")"].concat()
        };
        self.comment([utf8_of_latin1(keyword).as_slice(), &tags, b": ", text].concat())
    }

    fn comment(&mut self, text: Vec<u8>) -> Result<(), Error> {
        let text = self.count(text)?;
        self.found.comments.push(text);
        Ok(())
    }

    /// `payload`, counted against the limit.
    fn count(&mut self, payload: Vec<u8>) -> Result<Vec<u8>, Error> {
        self.bytes += payload.len() as u64;
        self.limits.check(LimitKind::MetadataBytes, self.bytes)?;
        Ok(payload)
    }

    fn inflate(&self, kind: [u8; 4], data: &[u8]) -> Result<Vec<u8>, Error> {
        let limit = self.limits.metadata_bytes;
        // One byte more than there may be, so that a text that fills the limit ends within the bound.
        let room = usize::try_from((limit - self.bytes).saturating_add(1)).unwrap_or(usize::MAX);
        fdeflate::decompress_to_vec_bounded(data, room).map_err(|error| match error {
            BoundedDecompressionError::OutputTooLarge { .. } => {
                Error::Limit { which: LimitKind::MetadataBytes, found: limit.saturating_add(1), limit }
            }
            BoundedDecompressionError::DecompressionError { .. } => damaged(kind, "does not inflate"),
        })
    }
}

/// Puts what there may be one of in its place.
fn put<T>(place: &mut Option<T>, kind: [u8; 4], value: T) -> Result<(), Error> {
    if place.is_some() {
        return Err(damaged(kind, "is there twice"));
    }
    *place = Some(value);
    Ok(())
}

/// What follows the only compression method that there is.
fn method_zero(kind: [u8; 4], data: &[u8]) -> Result<&[u8], Error> {
    data.strip_prefix(&[0]).ok_or_else(|| damaged(kind, "is compressed in an unknown way"))
}

fn split_at_nul(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

fn utf8_of_latin1(text: &[u8]) -> Vec<u8> {
    text.iter().copied().map(char::from).collect::<String>().into_bytes()
}

fn density(data: &[u8]) -> Result<Density, Error> {
    let ([x, y], [unit]) = data.as_chunks() else {
        return Err(damaged(*b"pHYs", "has a wrong length"));
    };
    Ok(Density { x: u32::from_be_bytes(*x), y: u32::from_be_bytes(*y), is_per_metre: *unit == 1 })
}

fn time(data: &[u8]) -> Result<String, Error> {
    let Ok([year1, year0, month, day, hour, minute, second]) = <[u8; 7]>::try_from(data) else {
        return Err(damaged(*b"tIME", "has a wrong length"));
    };
    let year = u16::from_be_bytes([year1, year0]);
    Ok(format!("tIME: {year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}
