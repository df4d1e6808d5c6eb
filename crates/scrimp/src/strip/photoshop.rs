//! Thumbnails taken out of Photoshop's resources (Adobe Photoshop file formats specification, image resources).

use super::Stuck;
use crate::metadata::{Carried, Rider};

const HEAD: &[u8] = b"Photoshop 3.0\0";
const SIGNATURE: &[u8] = b"8BIM";
/// Thumbnails of version 4 and of later ones.
const THUMBNAILS: [[u8; 2]; 2] = [[0x04, 0x09], [0x04, 0x0C]];

pub(super) fn remove_thumbnails(carried: &mut [Carried]) -> Result<(), Stuck> {
    let mut segments: Vec<_> =
        carried.iter_mut().filter(|(code, payload)| Rider::of(*code, payload) == Rider::Photoshop).collect();
    // Resources may go on from one segment to the next.
    let whole: Vec<u8> = segments.iter().flat_map(|(_, payload)| &payload[HEAD.len()..]).copied().collect();
    let Some(without) = without_thumbnails(&whole).filter(|without| without.len() < whole.len()) else {
        let sign = |kind: &[u8; 2]| [SIGNATURE, kind].concat();
        let is_there = THUMBNAILS.iter().any(|kind| whole.windows(6).any(|window| window == sign(kind)));
        return if is_there { Err(Stuck) } else { Ok(()) };
    };
    match segments.as_mut_slice() {
        [(_, payload)] => {
            *payload = [HEAD, &without].concat();
            Ok(())
        }
        _ => Err(Stuck),
    }
}

/// The resources but thumbnails; `None` if they can't be read.
fn without_thumbnails(resources: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < resources.len() {
        let rest = &resources[at..];
        if !rest.starts_with(SIGNATURE) {
            return None;
        }
        // Signature, number, name of even length with its length byte, size, data of even length.
        let name = (1 + usize::from(*rest.get(6)?)).next_multiple_of(2);
        let size = rest.get(6 + name..10 + name)?.try_into().ok().map(u32::from_be_bytes)? as usize;
        let end = (10 + name).checked_add(size)?;
        let length = (end + end % 2).min(rest.len());
        if end > rest.len() {
            return None;
        }
        if !THUMBNAILS.iter().any(|kind| rest[4..6] == *kind) {
            out.extend_from_slice(&rest[..length]);
        }
        at += length;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: u16, data: &[u8]) -> Vec<u8> {
        let size = (data.len() as u32).to_be_bytes();
        let fill: &[u8] = if data.len() % 2 == 1 { &[0] } else { &[] };
        [SIGNATURE, &kind.to_be_bytes(), &[0, 0], &size, data, fill].concat()
    }

    #[test]
    fn the_thumbnail_goes_and_iptc_stays() {
        let (iptc, thumbnail) = (resource(0x0404, b"\x1C\x02\x05"), resource(0x040C, b"picture"));
        let segment = |parts: &[&[u8]]| (0xED, [&[HEAD], parts].concat().concat());
        let mut carried = vec![segment(&[&thumbnail, &iptc])];
        remove_thumbnails(&mut carried).unwrap();
        assert_eq!(carried, [segment(&[&iptc])]);
        let mut parted = vec![segment(&[&thumbnail[..9]]), segment(&[&thumbnail[9..]])];
        assert_eq!(remove_thumbnails(&mut parted), Err(Stuck));
    }
}
