//! Whatever rides along with a sound image, shrinking never panics, and in what it saves each segment and each byte
//! behind the image is as it was, and the multi-picture index leads to the same pictures. Where something is to be left
//! out, profiles and the length of what stays in its place stay all the same; and from a file that is not made smaller
//! it goes without a change of the coded image.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scrimp::{Channels, Error, Goal, MinSaving, Options, Outcome, Pixels, Strip, shrink};
use scrimp_jpeg::{Coding, EncodeSettings, Layout, PictureIndex, marker, without_segments};
use scrimp_testkit::riders::{Exif, container, multi_picture, samsung_trailer, video, with_segments, xmp};
use std::sync::OnceLock;

const MOST_SEGMENTS: usize = 64;

/// An image from which something can be saved in next to no time.
fn image() -> &'static [u8] {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    IMAGE.get_or_init(|| {
        let samples = (0..16 * 16).map(|at| (at * 37 % 241) as u8).collect();
        let pixels = Pixels::new(16, 16, Channels::Gray, samples).expect("16 x 16 samples");
        let settings = EncodeSettings { coding: Coding::Baseline, ..EncodeSettings::libjpeg_turbo(98) };
        scrimp_jpeg::encode(&pixels, &settings).expect("pixels can be encoded")
    })
}

/// Files that carry all kinds of things, to begin with.
fn carriers() -> &'static [Vec<u8>] {
    static CARRIERS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    CARRIERS.get_or_init(|| {
        let thumbnail = Some(image().to_vec());
        let exif = |is_big_endian| {
            let (maker_note, latitude) = (b"MAKER\0\0\x10\0\0\x10".to_vec(), Some(vec![9; 24]));
            Exif { is_big_endian, orientation: 6, maker_note, latitude, thumbnail: thumbnail.clone() }
                .segment()
        };
        let map = with_segments(image(), &[xmp("hdrgm:Version=\"1.0\" exif:GPSLatitude=\"1\""), exif(true)]);
        let (video, map_bytes) = (video(40), map.len());
        let items = container(&[("GainMap", map_bytes), ("MotionPhoto", video.len())]);
        let icc = (marker::APP2, b"ICC_PROFILE\0\x01\x01profile".to_vec());
        let resources =
            (0xED, b"Photoshop 3.0\x008BIM\x04\x0C\0\0\0\0\0\x02xx8BIM\x04\x04\0\0\0\0\0\x01y\0".to_vec());
        let offset = xmp(&format!("GCamera:MicroVideoOffset=\"{}\"", video.len()));
        vec![
            image().to_vec(),
            with_segments(image(), &[exif(false), resources, icc, (marker::COM, b"comment".to_vec())]),
            [multi_picture(&with_segments(image(), &[items]), &[map.clone()], 0), video.clone()].concat(),
            multi_picture(image(), &[map, image().to_vec()], 1),
            [with_segments(image(), &[offset, exif(true)]), video.clone()].concat(),
            [image().to_vec(), samsung_trailer(&video)].concat(),
        ]
    })
}

/// A carrier with changes around its image: the input is its number, how many bytes of the rest go before the image,
/// and changes of single bytes. The rest goes before and behind the image.
fn file(input: &[u8]) -> Option<Vec<u8>> {
    let (&[carrier, before, changes], rest) = input.split_first_chunk::<3>()?;
    let carrier = &carriers()[usize::from(carrier) % carriers().len()];
    let end = Layout::read(carrier, MOST_SEGMENTS).ok()?.end?;
    let image = image().get(2..)?;
    let (changes, rest) = rest.split_at_checked(3 * usize::from(changes % 16))?;
    let (before, behind) = rest.split_at_checked(usize::from(before))?;
    let mut start = [&carrier[2..end - image.len()], before].concat();
    let mut tail = [&carrier[end..], behind].concat();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % (start.len() + tail.len()).max(1);
        let first = start.len();
        if let Some(byte) = start.get_mut(at).or_else(|| tail.get_mut(at.checked_sub(first)?)) {
            *byte = change[2];
        }
    }
    Some([&carrier[..2], &start, image, &tail].concat())
}

type Segments<'a> = Vec<(u8, &'a [u8])>;

fn segments<'a>(file: &'a [u8], layout: &Layout) -> Segments<'a> {
    layout.metadata.iter().map(|segment| (segment.marker, &file[segment.payload.clone()])).collect()
}

fn pictures<'a>(file: &'a [u8], layout: &Layout) -> Vec<&'a [u8]> {
    let index = PictureIndex::read(file, layout).expect("an index that is carried can be read");
    let places = index.into_iter().flat_map(|index| index.pictures).map(|picture| picture.place);
    places.filter(|place| place.start > 0).map(|place| &file[place]).collect()
}

fn is_profile((code, payload): &(u8, &[u8])) -> bool {
    *code == marker::APP2 && payload.starts_with(b"ICC_PROFILE\0")
}

/// An index tells other places; its length stays.
fn is_same((one, other): (&(u8, &[u8]), &(u8, &[u8]))) -> bool {
    one.0 == other.0
        && if PictureIndex::is_in(one.0, one.1) { one.1.len() == other.1.len() } else { one.1 == other.1 }
}

fuzz_target!(|input: &[u8]| {
    let Some(bytes) = file(input) else { return };
    let mut options = Options::default();
    options.goal = Goal::new(options.goal.metric(), 0.0).expect("0 is within the metric's range");
    // Of half of the files nothing is small enough.
    let least = if input[0] & 0x80 == 0 { 0.0 } else { 99.0 };
    options.min_saving = MinSaving::percent(least).expect("it is within its range");
    options.limits.metadata_segments = MOST_SEGMENTS as u64;
    options.limits.time = 5;
    let choice = usize::from(input[input.len() - 1]) % (Strip::ALL.len() + 1);
    options.strip = Strip::ALL.get(choice).copied().into_iter().collect();

    let (saved, is_only_stripped) = match shrink(&bytes, &options) {
        Ok(Outcome::Saved(shrunk)) => (shrunk.bytes, shrunk.decision.is_only_stripped),
        Err(Error::Defect(what)) => panic!("a defect: {what}"),
        _ => return,
    };
    assert!(saved.len() < bytes.len() || is_only_stripped && saved.len() == bytes.len());
    let before = Layout::read(&bytes, MOST_SEGMENTS).expect("what was shrunk can be read");
    let after = Layout::read(&saved, MOST_SEGMENTS).expect("the output can be read");
    if is_only_stripped {
        assert!(without_segments(&bytes, &before) == without_segments(&saved, &after));
    }
    let (were, are) = (segments(&bytes, &before), segments(&saved, &after));
    let behind = |file: &[u8], layout: &Layout| file[layout.end.expect("it has an end")..].to_vec();
    let (was, is) = (behind(&bytes, &before), behind(&saved, &after));
    let profiles = |all: &Segments<'_>| -> usize { all.iter().filter(|segment| is_profile(segment)).count() };
    assert_eq!(profiles(&were), profiles(&are));
    match options.strip.first() {
        None => {
            assert!(were.len() == are.len() && were.iter().zip(&are).all(is_same));
            assert!(was == is);
            if !was.is_empty() {
                assert!(pictures(&bytes, &before) == pictures(&saved, &after));
            }
        }
        Some(Strip::Gps) => {
            let lengths = |all: &Segments<'_>| -> Vec<_> {
                all.iter().map(|(code, payload)| (*code, payload.len())).collect()
            };
            assert_eq!(lengths(&were), lengths(&are));
            assert_eq!(was.len(), is.len());
        }
        Some(Strip::Comments) => assert!(are.iter().all(|(code, _)| *code != marker::COM)),
        Some(Strip::AllButIcc) => assert!(is.is_empty()),
        _ => assert!(was == is),
    }
});
