//! What rides along with a TIFF, as a JPEG's segments.

use super::directory::{Directory, Entry, tag};
use crate::metadata::{Carried, ForeignMetadata, of_foreign};
use crate::{Error, LimitKind, Limits};
use scrimp_jpeg::{ByteOrder, marker};

/// Fields of a TIFF that EXIF has in its first directory too (CIPA DC-008, table 4), and Windows' own.
const OF_PHOTO: &[u16] = &[
    269, 270, 271, 272, 274, 282, 283, 296, 305, 306, 315, 316, 18_246, 18_249, 33_432, 40_091, 40_092,
    40_093, 40_094, 40_095,
];

pub(super) fn carried(directory: &Directory<'_>, limits: &Limits) -> Result<Vec<Carried>, Error> {
    check(directory, limits)?;
    let value = |tag| directory.find(tag).map(|entry| entry.value.to_vec());
    let metadata = ForeignMetadata {
        exif: exif(directory),
        xmp: value(tag::XMP).into_iter().collect(),
        icc: value(tag::ICC),
        ..ForeignMetadata::default()
    };
    let mut carried = of_foreign(metadata);
    carried.extend(photoshop(directory).map(|payload| (marker::APP0 + 13, payload)));
    Ok(carried)
}

/// Looks at the limits for metadata before any of it is copied: fields may share their values.
fn check(directory: &Directory<'_>, limits: &Limits) -> Result<(), Error> {
    const BLOCKS: &[u16] = &[tag::XMP, tag::ICC, tag::PHOTOSHOP, tag::IPTC];
    let is_carried = |entry: &&Entry<'_>| {
        let tag = &entry.field.tag;
        OF_PHOTO.contains(tag) || BLOCKS.contains(tag)
    };
    let subs = [tag::EXIF, tag::GPS].into_iter().filter_map(|tag| directory.sub_directory(tag));
    let subs: Vec<_> = subs.collect();
    let entries = directory.entries.iter().filter(is_carried);
    let entries = entries.chain(subs.iter().flat_map(|sub| &sub.entries));
    let (count, bytes) = entries.fold((0, 0_u64), |(count, bytes), entry| {
        (count + 1, bytes.saturating_add(entry.value.len() as u64))
    });
    limits.check(LimitKind::MetadataSegments, count)?;
    limits.check(LimitKind::MetadataBytes, bytes)
}

/// Photoshop's resources, or IPTC's records as the one resource that they are.
fn photoshop(directory: &Directory<'_>) -> Option<Vec<u8>> {
    const HEAD: &[u8] = b"Photoshop 3.0\0";
    const IPTC: &[u8] = b"8BIM\x04\x04\0\0";
    if let Some(resources) = directory.find(tag::PHOTOSHOP) {
        return Some([HEAD, resources.value].concat());
    }
    let records = directory.find(tag::IPTC)?.value;
    let length = u32::try_from(records.len()).ok()?.to_be_bytes();
    let filling = &[0][..records.len() % 2];
    Some([HEAD, IPTC, &length, records, filling].concat())
}

/// A field as it is to be written.
type Field = (u16, u16, u32, Vec<u8>);

/// An EXIF block of what the TIFF's own directories say; none if that is nothing.
fn exif(directory: &Directory<'_>) -> Option<Vec<u8>> {
    const FIRST: u32 = 8;
    let order = directory.order;
    let field = |entry: &Entry<'_>| {
        let scrimp_jpeg::Entry { tag, kind, count, .. } = entry.field;
        (tag, kind, count, entry.value.to_vec())
    };
    let mut fields: Vec<Field> =
        directory.entries.iter().filter(|entry| OF_PHOTO.contains(&entry.field.tag)).map(field).collect();
    let subs: Vec<(u16, Vec<Field>)> = [tag::EXIF, tag::GPS]
        .into_iter()
        .filter_map(|tag| Some((tag, directory.sub_directory(tag)?)))
        .map(|(tag, sub)| {
            // A directory that says how files relate; its pointer would lead nowhere.
            let entries = sub.entries.iter().filter(|entry| entry.field.tag != tag::INTEROPERABILITY);
            (tag, entries.map(field).collect())
        })
        .collect();
    if fields.is_empty() && subs.is_empty() {
        return None;
    }
    // A pointer is four bytes wherever it leads: lengths are known before places.
    const POINTER: u16 = 4;
    fields.extend(subs.iter().map(|(tag, _)| (*tag, POINTER, 1, vec![0; 4])));
    fields.sort_by_key(|(tag, ..)| *tag);
    let mut at = FIRST + length(&fields);
    for (sub, fields_of_sub) in &subs {
        let pointer = fields.iter_mut().find(|(tag, ..)| tag == sub)?;
        pointer.3 = order.bytes_of_u32(at).to_vec();
        at += length(fields_of_sub);
    }
    let mark: &[u8] = if order == ByteOrder::Little { b"II" } else { b"MM" };
    let mut out = [mark, &order.bytes_of_u16(42), &order.bytes_of_u32(FIRST)].concat();
    write(&mut out, order, &fields);
    subs.iter().for_each(|(_, fields)| write(&mut out, order, fields));
    Some(out)
}

/// Bytes of a directory with its values, which begin at even places. The values came from one file, so that 32 bits
/// hold their sum but for fields that share their values; such a block is too long for a segment in any case.
fn length(fields: &[Field]) -> u32 {
    let values = fields.iter().map(|(.., value)| value.len()).filter(|length| *length > 4);
    let bytes = 2 + 12 * fields.len() + 4 + values.map(|length| length.next_multiple_of(2)).sum::<usize>();
    u32::try_from(bytes).unwrap_or(u32::MAX / 4)
}

fn write(out: &mut Vec<u8>, order: ByteOrder, fields: &[Field]) {
    let mut behind = out.len() + 2 + 12 * fields.len() + 4;
    let mut values = Vec::new();
    out.extend(order.bytes_of_u16(fields.len() as u16));
    for (tag, kind, count, value) in fields {
        out.extend([order.bytes_of_u16(*tag), order.bytes_of_u16(*kind)].as_flattened());
        out.extend(order.bytes_of_u32(*count));
        if value.len() <= 4 {
            out.extend(value);
            out.extend(&[0; 4][value.len()..]);
        } else {
            out.extend(order.bytes_of_u32(behind as u32));
            values.extend(value);
            values.resize(values.len().next_multiple_of(2), 0);
            behind += value.len().next_multiple_of(2);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
}
