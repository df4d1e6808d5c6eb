//! What comes in: kinds of JPEG that are not decoded into coefficients of their own kind.

use scrimp::{Error, Kept, Look, MinSaving, Options, Outcome, Shrunk};
use scrimp_jpeg::{DecodeBounds, Layout, hold_the_same, marker};
use scrimp_testkit::scenes::{self, Scene};
use scrimp_testkit::{Inks, jpeg_4_1, jpeg_of_inks};

fn scene() -> Scene {
    scenes::landscape(160, 120, 4)
}

fn shrunk(photo: &[u8], look: Look) -> Outcome {
    let mut options = Options::look(look);
    options.min_saving = MinSaving::percent(1.0).unwrap();
    scrimp::shrink(photo, &options).unwrap()
}

fn saved(photo: &[u8], look: Look) -> Shrunk {
    match shrunk(photo, look) {
        Outcome::Saved(shrunk) => shrunk,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn segments(file: &[u8], code: u8) -> Vec<&[u8]> {
    let layout = Layout::read(file, 100).unwrap();
    let found = layout.metadata.iter().filter(|segment| segment.marker == code);
    found.map(|segment| &file[segment.payload.clone()]).collect()
}

#[track_caller]
fn is_the_very_same_picture(photo: &[u8], shrunk: &Shrunk) {
    assert!(shrunk.bytes.len() < photo.len());
    assert_eq!(hold_the_same(photo, &shrunk.bytes, &DecodeBounds::default()), Ok(true));
    assert_eq!(shrunk.decision.setting.unwrap().tables, "source");
    assert_eq!(shrunk.score(), Some(100.0));
    assert_eq!(segments(photo, marker::APP14), segments(&shrunk.bytes, marker::APP14));
}

#[test]
fn four_inks_stay_as_they_are_and_are_written_better() {
    for inks in [Inks::Cmyk, Inks::Ycck] {
        let photo = jpeg_of_inks(&scene(), inks, 90);
        assert_eq!(segments(&photo, marker::APP14).len(), 1, "{inks:?}");
        let shrunk = saved(&photo, Look::Thumb);
        is_the_very_same_picture(&photo, &shrunk);
        assert_eq!(shrunk.decision.setting.unwrap().subsampling, "other");
        match self::shrunk(&shrunk.bytes, Look::Thumb) {
            Outcome::Kept(Kept::Cmyk, _) => {}
            other => panic!("{} ({})", other.name(), other.reason()),
        }
    }
}

#[test]
fn damage_among_four_inks_is_seen() {
    let photo = jpeg_of_inks(&scene(), Inks::Cmyk, 90);
    let cut = [&photo[..photo.len() * 2 / 3], &[0xFF, 0xD9]].concat();
    for damaged in [&photo[..photo.len() / 2], &photo[..photo.len() - 2], &cut] {
        let refused = scrimp::shrink(damaged, &Options::default());
        assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
    }
}

#[test]
fn limits_hold_for_four_inks() {
    let photo = jpeg_of_inks(&scene(), Inks::Ycck, 90);
    for which in [scrimp::LimitKind::Pixels, scrimp::LimitKind::Memory, scrimp::LimitKind::ScanPixels] {
        let mut options = Options::default();
        *options.limits.get_mut(which) = 1_000;
        let refused = scrimp::shrink(&photo, &options).map(|_| ());
        assert!(matches!(refused, Err(Error::Limit { which: found, .. }) if found == which), "{refused:?}");
    }
}

#[test]
fn chroma_of_any_sampling_is_written_better_where_nothing_smaller_passes() {
    let photo = jpeg_4_1(&scene(), 40);
    let shrunk = saved(&photo, Look::Archive);
    is_the_very_same_picture(&photo, &shrunk);
    // And requantised where that passes.
    let fine = jpeg_4_1(&scene(), 97);
    let shrunk = saved(&fine, Look::Thumb);
    assert_ne!(shrunk.decision.setting.unwrap().tables, "source");
}
