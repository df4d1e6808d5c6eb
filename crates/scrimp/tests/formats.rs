//! What comes in: every format, and the kinds of JPEG that are not decoded into coefficients of their own kind.

use scrimp::{
    Chroma, Coding, Convert, Damage, Error, Format, Frames, Kept, LimitKind, Look, MinSaving, Options,
    OtherFormats, Outcome, Photo, Shrunk, SizeLimit, Strip, Unsupported, memory_needed,
};
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
fn damage_among_four_inks_is_seen_where_the_last_scans_are_missing() {
    let photo = jpeg_of_inks(&scene(), Inks::Cmyk, 90);
    let photo = scrimp_jpeg::transcode(&photo, Coding::Progressive, &DecodeBounds::default()).unwrap();
    let cut = [&photo[..photo.len() / 3], &[0xFF, 0xD9]].concat();
    let refused = scrimp::shrink(&cut, &Options::default());
    assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
}

#[test]
fn four_inks_keep_to_a_size_as_far_as_their_own_coefficients_go() {
    let photo = jpeg_of_inks(&scene(), Inks::Cmyk, 90);
    let within = |bytes: usize| {
        let mut options = Options::default();
        options.size = SizeLimit::Fill(bytes as u64);
        options.min_saving = MinSaving::percent(99.0).unwrap();
        scrimp::shrink(&photo, &options).unwrap()
    };
    assert!(matches!(within(photo.len()), Outcome::Kept(Kept::Fits { .. }, _)));
    let Outcome::Saved(fitting) = within(photo.len() - 1) else { panic!("it can be written better") };
    is_the_very_same_picture(&photo, &fitting);
    let outcome = within(1_000);
    assert_eq!((outcome.name(), outcome.code()), ("best_effort", "max_bytes_out_of_reach"));
    let mut options = Options::default();
    options.size = SizeLimit::Fill(1_000);
    let again = scrimp::shrink(&fitting.bytes, &options).map(|_| ());
    assert_eq!(again, Err(Error::Unsupported(Unsupported::Cmyk)), "over its size, and nothing smaller");
}

#[test]
fn four_inks_tell_what_memory_they_need() {
    let photo = jpeg_of_inks(&scene(), Inks::Cmyk, 90);
    let needed = Photo::memory_needed(&photo, &Options::default());
    assert_eq!(needed, Ok(memory_needed(160, 120)));
}

#[test]
fn limits_hold_for_four_inks() {
    let photo = jpeg_of_inks(&scene(), Inks::Ycck, 90);
    for which in [LimitKind::Pixels, LimitKind::Memory, LimitKind::ScanPixels] {
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

/// A scene in every format that is read but JPEG.
fn in_each_format(scene: &Scene) -> Vec<(Format, Vec<u8>)> {
    let (width, height) = (scene.width as u32, scene.height as u32);
    let mut webp = Vec::new();
    image_webp::WebPEncoder::new(&mut webp)
        .encode(&scene.samples, width, height, image_webp::ColorType::Rgb8)
        .unwrap();
    let mut tiff = std::io::Cursor::new(Vec::new());
    tiff::encoder::TiffEncoder::new(&mut tiff)
        .unwrap()
        .write_image::<tiff::encoder::colortype::RGB8>(width, height, &scene.samples)
        .unwrap();
    vec![
        (Format::Png, scrimp_testkit::png(scene)),
        (Format::WebP, webp),
        (Format::Tiff, tiff.into_inner()),
        (Format::Bmp, bmp(scene)),
        (Format::Gif, gif(scene, 1)),
    ]
}

/// A TIFF whose first directory has this field besides.
fn tiff_with<V: tiff::encoder::TiffValue>(scene: &Scene, tag: tiff::tags::Tag, value: V) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
    let (width, height) = (scene.width as u32, scene.height as u32);
    let mut image = encoder.new_image::<tiff::encoder::colortype::RGB8>(width, height).unwrap();
    image.encoder().write_tag(tag, value).unwrap();
    image.write_data(&scene.samples).unwrap();
    file.into_inner()
}

#[test]
fn a_tiff_with_its_bits_turned_round_is_not_taken_for_a_photo() {
    let with_order = |order: u16| {
        let file = tiff_with(&scene(), tiff::tags::Tag::FillOrder, order);
        Photo::read(&file, &Options::default())
    };
    assert!(with_order(1).is_ok());
    assert!(matches!(with_order(2), Err(Error::Unsupported(Unsupported::Tiff))));
}

/// 24 bits a pixel, from the bottom.
fn bmp(scene: &Scene) -> Vec<u8> {
    let stride = (3 * scene.width).next_multiple_of(4);
    let mut file = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend((scene.width as u32).to_le_bytes());
    file.extend((scene.height as u32).to_le_bytes());
    file.extend(b"\x01\0\x18\0");
    file.resize(0x36, 0);
    for row in scene.samples.chunks_exact(3 * scene.width).rev() {
        let start = file.len();
        file.extend(row.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*b, *g, *r]));
        file.resize(start + stride, 0);
    }
    file
}

/// The scene's greens, a multiple of 17 each, in so many frames.
fn gif(scene: &Scene, frames: usize) -> Vec<u8> {
    let (width, height) = (scene.width as u16, scene.height as u16);
    let palette: Vec<u8> = (0..16).flat_map(|level| [17 * level; 3]).collect();
    let mut file = Vec::new();
    let mut encoder = gif::Encoder::new(&mut file, width, height, &palette).unwrap();
    let indices: Vec<u8> = scene.samples.as_chunks::<3>().0.iter().map(|rgb| rgb[1] / 17).collect();
    for _ in 0..frames {
        let frame = gif::Frame { width, height, buffer: indices.as_slice().into(), ..gif::Frame::default() };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    file
}

#[test]
fn every_format_shows_its_pixels() {
    // Odd, so that rows have filling where a format wants it.
    let scene = scenes::landscape(61, 43, 5);
    for (format, file) in in_each_format(&scene) {
        let photo = Photo::read(&file, &Options::default()).unwrap();
        assert_eq!(photo.format(), format);
        let expected: Vec<u8> = match format {
            Format::Gif => {
                scene.samples.as_chunks::<3>().0.iter().flat_map(|rgb| [rgb[1] / 17 * 17; 3]).collect()
            }
            _ => scene.samples.clone(),
        };
        assert!(photo.pixels().samples() == expected, "{format}");
        assert_eq!(Photo::size(&file, &Options::default().limits), Ok((61, 43)), "{format}");
    }
}

#[test]
fn limits_hold_at_their_edge_in_every_format() {
    let scene = scenes::landscape(61, 43, 5);
    for (format, file) in in_each_format(&scene) {
        for (which, edge) in [
            (LimitKind::Pixels, 61 * 43),
            (LimitKind::Side, 61),
            (LimitKind::FileBytes, file.len() as u64),
            (LimitKind::Memory, memory_needed(61, 43)),
        ] {
            let mut options = Options::default();
            *options.limits.get_mut(which) = edge;
            assert!(Photo::read(&file, &options).is_ok(), "{format} {which:?}");
            *options.limits.get_mut(which) = edge - 1;
            let refused = Photo::read(&file, &options);
            let is_over =
                |error: &Error| matches!(error, Error::Limit { which: found, .. } if *found == which);
            assert!(refused.as_ref().is_err_and(is_over), "{format} {which:?}: {refused:?}");
            if which != LimitKind::FileBytes {
                assert!(
                    Photo::size(&file, &options.limits).as_ref().is_err_and(is_over),
                    "{format} {which:?}"
                );
            }
        }
        let mut options = Options::default();
        options.interrupt = Some(std::sync::Arc::new(true.into()));
        assert_eq!(Photo::read(&file, &options).err(), Some(Error::Interrupted), "{format}");
    }
}

#[test]
fn what_is_cut_short_is_damaged_in_every_format() {
    let scene = scenes::landscape(61, 43, 5);
    for (format, file) in in_each_format(&scene) {
        for length in (13..file.len() - 8).step_by(file.len() / 50) {
            let refused = Photo::read(&file[..length], &Options::default());
            // A TIFF's directory stands at its end; what is left may look like anything.
            assert!(refused.is_err(), "{format} of {length} bytes");
        }
    }
}

#[test]
fn no_bytes_make_a_decoder_panic() {
    let scene = scenes::landscape(24, 18, 5);
    let mut noise = scrimp_testkit::Noise::seeded(9);
    let mut options = Options::default();
    options.limits.pixels = 1 << 16;
    options.limits.memory = 64 << 20;
    options.background = Some([1, 2, 3]);
    options.frames = Frames::First;
    let mut files = in_each_format(&scene);
    files.push((Format::Gif, gif(&scene, 3)));
    for (_, file) in files {
        for _ in 0..400 {
            let mut file = file.clone();
            for _ in 0..=noise.below(4) {
                let at = noise.below(file.len() as u64) as usize;
                // Most of what matters stands at the start or the end.
                let at = match noise.below(3) {
                    0 => at % 80.min(file.len()),
                    1 => file.len() - 1 - at % 200.min(file.len()),
                    _ => at,
                };
                file[at] = noise.below(256) as u8;
            }
            let _ = Photo::read(&file, &options);
            let _ = Photo::size(&file, &options.limits);
        }
    }
}

/// A BMP of 8 by 8 pixels in runs.
fn bmp_in_runs() -> Vec<u8> {
    let mut file =
        b"BM\0\0\0\0\0\0\0\0\x36\x04\0\0\x28\0\0\0\x08\0\0\0\x08\0\0\0\x01\0\x08\0\x01\0\0\0".to_vec();
    file.resize(0x36, 0);
    file.extend((0..=255).flat_map(|level| [level, level, level, 0]));
    (0..8).for_each(|row| file.extend([8, 30 * row, 0, 0]));
    file.extend([0, 1]);
    file
}

#[test]
fn what_stands_behind_the_end_keeps_a_photo_of_any_format() {
    let mut files = in_each_format(&scenes::landscape(61, 43, 5));
    files.push((Format::Bmp, bmp_in_runs()));
    for (format, file) in files {
        let with = |behind: &[u8]| [&file[..], behind].concat();
        let shrink = |file: &[u8], strip: &[Strip]| {
            let mut options = Options::look(Look::Thumb);
            options.strip = strip.to_vec();
            scrimp::shrink(file, &options).unwrap()
        };
        let behind = b"what somebody hid here";
        match shrink(&with(behind), &[]) {
            Outcome::Kept(kept, _) => {
                assert_eq!(kept, Kept::TrailingData { bytes: behind.len() }, "{format}")
            }
            other => panic!("{format}: {}", other.name()),
        }
        let told = |file: &[u8]| scrimp::inspect(file, &Options::default()).unwrap();
        assert_eq!(told(&with(behind)).trailing_bytes, behind.len(), "{format}");
        // Padding, and a file without anything, are as they were.
        for (file, strip) in [(&with(&[0; 9]), &[][..]), (&file, &[]), (&with(behind), &[Strip::AllButIcc])] {
            assert_ne!(shrink(file, strip).code(), "trailing_data", "{format}");
        }
    }
}

#[test]
fn a_comment_of_a_gif_is_carried_over() {
    let plain = gif(&scene(), 1);
    // Behind the screen and its sixteen colours.
    let at = 13 + 3 * 16;
    let file = [&plain[..at], b"\x21\xFE\x05made \x02by\0", &plain[at..]].concat();
    let outcome = shrunk(&file, Look::Thumb);
    assert_eq!(segments(outcome.bytes().unwrap(), marker::COM), [b"made by"]);
}

#[test]
fn every_format_becomes_a_jpeg_that_reaches_its_goal() {
    let mut scene = scene();
    // As a GIF of 16 grays can show it.
    scene.samples.iter_mut().for_each(|sample| *sample = *sample / 17 * 17);
    for (format, file) in in_each_format(&scene) {
        let mut options = Options::look(Look::Web);
        options.min_saving = MinSaving::percent(0.0).unwrap();
        match scrimp::shrink(&file, &options).unwrap() {
            Outcome::Saved(shrunk) => {
                let again = scrimp::compare(&file, &shrunk.bytes, scrimp::Metric::Ssimulacra2, &options);
                assert_eq!(Some(again.unwrap().value()), shrunk.score(), "{format}");
            }
            Outcome::BestEffort(_) if format == Format::Gif || format == Format::Png => {}
            other => assert!(matches!(other, Outcome::Kept(..)), "{format} {}", other.name()),
        }
    }
}

#[test]
fn a_tiff_with_pictures_below_its_first_is_not_called_a_cameras() {
    let file = tiff_with(&scene(), tiff::tags::Tag::SubIfd, 8_u32);
    assert_eq!(Photo::read(&file, &Options::default()).err(), Some(Error::Unsupported(Unsupported::Layers)));
}

#[test]
fn a_webp_whose_picture_is_larger_than_its_canvas_is_damaged() {
    let files = in_each_format(&scene());
    let (_, plain) = files.iter().find(|(format, _)| *format == Format::WebP).unwrap();
    let canvas = |width: u8, height: u8| {
        let extended = [&b"VP8X\x0A\0\0\0"[..], &[0, 0, 0, 0, width - 1, 0, 0, height - 1, 0, 0]].concat();
        let chunks = [b"WEBP", &extended[..], &plain[12..]].concat();
        let length = u32::try_from(chunks.len()).unwrap().to_le_bytes();
        [b"RIFF", &length[..], &chunks].concat()
    };
    assert!(Photo::read(&canvas(160, 120), &Options::default()).is_ok());
    let refused = Photo::read(&canvas(159, 120), &Options::default());
    assert!(matches!(refused, Err(Error::Damaged(_))), "{:?}", refused.err());
}

#[test]
fn several_frames_are_refused_or_the_first_is_taken() {
    let file = gif(&scene(), 2);
    let refused = Photo::read(&file, &Options::default());
    assert_eq!(refused.err(), Some(Error::Unsupported(Unsupported::Animation)));
    let mut options = Options::default();
    options.frames = Frames::First;
    assert!(Photo::read(&file, &options).is_ok());
    let mut folder = Options::default();
    folder.convert = Convert::Open;
    assert!(matches!(scrimp::shrink(&file, &folder), Ok(Outcome::Kept(Kept::Frames, _))));
    folder.convert = Convert::Never;
    assert!(matches!(scrimp::shrink(&file, &folder), Ok(Outcome::Kept(Kept::NotAJpeg, _))));
    (folder.convert, folder.others) = (Convert::Open, OtherFormats::Keep);
    assert!(matches!(scrimp::shrink(&file, &folder), Ok(Outcome::Kept(Kept::NotAJpeg, _))));
}

fn png_of(width: u32, height: u32, colour: png::ColorType, depth: png::BitDepth, samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn transparency_stands_on_the_background_that_was_named() {
    let file = png_of(2, 1, png::ColorType::Rgba, png::BitDepth::Eight, &[9, 9, 9, 255, 200, 0, 0, 0]);
    assert_eq!(Photo::read(&file, &Options::default()).err(), Some(Error::Unsupported(Unsupported::Alpha)));
    let mut options = Options::default();
    options.background = Some([1, 2, 3]);
    assert_eq!(Photo::read(&file, &options).unwrap().pixels().samples(), [9, 9, 9, 1, 2, 3]);
    let mut folder = Options::default();
    folder.convert = Convert::Open;
    assert!(matches!(scrimp::shrink(&file, &folder), Ok(Outcome::Kept(Kept::Alpha, _))));
}

/// A slow ramp of which 8 bits make steps.
fn deep_ramp(width: usize, height: usize) -> Vec<u16> {
    (0..width * height).map(|at| 20_000 + (at % width * 4) as u16 + (at / width * 3) as u16).collect()
}

#[test]
fn sixteen_bits_are_scored_as_they_are() {
    let (width, height) = (256, 128);
    let ramp = deep_ramp(width, height);
    let bytes: Vec<u8> = ramp.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let (gray, sixteen) = (png::ColorType::Grayscale, png::BitDepth::Sixteen);
    let file = png_of(256, 128, gray, sixteen, &bytes);
    let upper: Vec<u8> = ramp.iter().map(|sample| (sample >> 8) as u8).collect();
    let cut = png_of(256, 128, gray, png::BitDepth::Eight, &upper);
    let score = |original: &[u8], candidate: &[u8]| {
        scrimp::compare(original, candidate, scrimp::Metric::Ssimulacra2, &Options::default())
            .unwrap()
            .value()
    };
    assert!(score(&file, &file) > 99.999);
    assert!(score(&file, &cut) < 99.0, "a truncated original would not see it");
    let Outcome::Saved(shrunk) = scrimp::shrink(&file, &Options::look(Look::Thumb)).unwrap() else {
        panic!("nothing was saved")
    };
    assert_eq!(Some(score(&file, &shrunk.bytes)), shrunk.score());
    // The pixels that are encoded are the nearest of 8 bits.
    let photo = Photo::read(&file, &Options::default()).unwrap();
    let nearest: Vec<u8> = ramp.iter().map(|sample| ((u32::from(*sample) + 128) / 257) as u8).collect();
    assert_eq!(photo.pixels().samples(), nearest);
    // 16 bits through a profile: sRGB's own changes nothing that can be seen.
    let mut tiff = std::io::Cursor::new(Vec::new());
    tiff::encoder::TiffEncoder::new(&mut tiff)
        .unwrap()
        .write_image::<tiff::encoder::colortype::Gray16>(256, 128, &ramp)
        .unwrap();
    assert!(score(&file, tiff.get_ref()) > 99.999);
}

#[test]
fn a_damaged_jpeg_is_refused_unless_it_is_to_be_salvaged() {
    let photo = scrimp_testkit::jpeg(&scene(), 95);
    let cut = photo[..photo.len() / 2].to_vec();
    let mut zeroed = photo.clone();
    let tail = zeroed.len() * 2 / 3;
    zeroed[tail..].fill(0);
    let end = photo.len() - 2;
    let overrun = [&photo[..end], &[1, 2, 3, 4], &photo[end..]].concat();
    for damaged in [&cut, &zeroed, &overrun] {
        let refused = scrimp::shrink(damaged, &Options::default());
        assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
        let mut options = Options::look(Look::Web);
        options.damage = Damage::Salvage;
        let outcome = scrimp::shrink(damaged, &options).unwrap();
        assert_eq!((outcome.name(), outcome.code()), ("saved", "salvaged"));
        assert!(outcome.reason().contains("damaged"), "{}", outcome.reason());
        let size = Photo::read(outcome.bytes().unwrap(), &Options::default()).unwrap();
        assert_eq!((size.pixels().width(), size.pixels().height()), (160, 120));
    }
    let mut options = Options::look(Look::Web);
    options.damage = Damage::Salvage;
    assert_eq!(scrimp::shrink(&photo, &options).unwrap().code(), "goal_met");
}

#[test]
fn colours_stay_as_fine_as_they_came_where_only_pixels_are_left_of_a_jpeg() {
    let photo = scrimp_testkit::jpeg(&scene(), 95);
    let own = Layout::read(&photo, 100).unwrap().frame.subsampling().unwrap().name();
    assert_ne!(own, "4:4:4");
    let mut options = Options::look(Look::Web);
    options.damage = Damage::Salvage;
    options.chroma = Chroma::Keep;
    let outcome = scrimp::shrink(&photo[..photo.len() / 2], &options).unwrap();
    assert_eq!(outcome.code(), "salvaged");
    assert!(outcome.decision().probes.iter().all(|probe| probe.setting.subsampling == own));
}

#[test]
fn what_is_not_read_is_refused_by_its_name() {
    for (bytes, name) in [
        (b"\0\0\0\x18ftypheic\0\0\0\0".as_slice(), "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        (b"\xFF\x0A\0\0", "JPEG XL"),
        (b"\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000"),
        (b"II*\0\x10\0\0\0CR\x02\0", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ] {
        let Err(Error::UnsupportedFormat(format)) = Photo::read(bytes, &Options::default()) else {
            panic!("{name} was not known")
        };
        let text = Error::UnsupportedFormat(format).to_string();
        assert!(text.contains(name) && text.contains("is not read; convert it"), "{text}");
    }
}

/// A TIFF of one strip whose samples are indices, 8 bits each (TIFF 6.0, section 5).
fn palette_tiff(width: u16, height: u16, indices: &[u8], colours: &[[u16; 3]; 256]) -> Vec<u8> {
    const HEADER: usize = 8;
    let palette_at = (HEADER + indices.len()) as u32;
    let mut file = [b"II*\0", &(palette_at + 3 * 256 * 2).to_le_bytes()[..], indices].concat();
    for channel in 0..3 {
        file.extend(colours.iter().flat_map(|colour| colour[channel].to_le_bytes()));
    }
    let fields: [(u16, u16, u32, u32); 9] = [
        (256, 3, 1, width.into()),
        (257, 3, 1, height.into()),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 3),
        (273, 4, 1, HEADER as u32),
        (278, 3, 1, height.into()),
        (279, 4, 1, indices.len() as u32),
        (320, 3, 768, palette_at),
    ];
    end_tiff(file, &fields)
}

/// A file with a directory of these fields behind it: tag, kind, count and value.
fn end_tiff(mut file: Vec<u8>, fields: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    file.extend((fields.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in fields {
        file.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        file.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    file.extend([0; 4]);
    file
}

#[test]
fn a_tiff_that_tells_two_widths_is_not_believed() {
    let with_second = |width: u32| {
        let file = [b"II*\0", &72_u32.to_le_bytes()[..], &[7; 64]].concat();
        let fields = [
            (256, 4, 1, 8),
            (257, 4, 1, 8),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 1, 8),
            (256, 4, 1, width),
            (279, 4, 1, 64),
        ];
        end_tiff(file, &fields)
    };
    let mut options = Options::default();
    options.limits.memory = 20_000_000;
    assert_eq!(Photo::read(&with_second(8), &options).unwrap().pixels().samples(), [7; 64]);
    for width in [4, 9, 0x0800_0008] {
        let refused = Photo::read(&with_second(width), &options);
        assert!(matches!(refused, Err(Error::Damaged(_))), "{width}: {refused:?}");
    }
}

#[test]
fn a_tiff_with_a_palette_shows_its_colours() {
    let colours: [[u16; 3]; 256] = std::array::from_fn(|index| {
        [257 * index as u16, 257 * (255 - index as u16), 257 * (index as u16 / 2)]
    });
    let indices: Vec<u8> = (0..64 * 48).map(|at| (at * 7 % 256) as u8).collect();
    let file = palette_tiff(64, 48, &indices, &colours);
    let photo = Photo::read(&file, &Options::default()).unwrap();
    let expected: Vec<u8> = indices.iter().flat_map(|index| [*index, 255 - index, index / 2]).collect();
    assert_eq!(photo.pixels().samples(), expected);
}

#[test]
fn sixteen_bits_are_admitted_with_what_they_take() {
    let options = Options::default();
    let needed = |file: &[u8]| Photo::memory_needed(file, &options).unwrap();
    let (width, height) = (64_u32, 48_u32);
    let plain = needed(&scrimp_testkit::png(&scenes::landscape(64, 48, 1)));
    assert_eq!(plain, memory_needed(width.into(), height.into()));
    let samples: Vec<u16> = (0..width * height).map(|at| at as u16).collect();
    let mut tiff = std::io::Cursor::new(Vec::new());
    tiff::encoder::TiffEncoder::new(&mut tiff)
        .unwrap()
        .write_image::<tiff::encoder::colortype::Gray16>(width, height, &samples)
        .unwrap();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_depth(png::BitDepth::Sixteen);
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    let palette = palette_tiff(64, 48, &[0; 64 * 48], &[[0; 3]; 256]);
    for deep in [tiff.into_inner(), png, palette] {
        assert_eq!(needed(&deep), plain + 12 * u64::from(width * height));
        let mut tight = options.clone();
        tight.limits.memory = plain;
        let error = Photo::read(&deep, &tight).unwrap_err();
        assert!(matches!(error, Error::Limit { which: LimitKind::Memory, .. }), "{error}");
    }
}
