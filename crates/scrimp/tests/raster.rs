//! Pixels in memory: the same JPEG as of a PNG that holds them, and never anything else.

use png::{BitDepth, ColorType};
use scrimp::{
    Alpha, Channels, Credentials, Error, LimitKind, Look, Metadata, Metric, MinSaving, Options, Outcome,
    Raster, Samples, SizeLimit, Source, Unsupported,
};
use scrimp_testkit::scenes::{Scene, landscape};

const SIZE: (usize, usize) = (96, 64);

/// A picture of 1 to 4 channels whose samples have 8 or 16 bits.
fn samples(channels: usize, is_deep: bool) -> Samples {
    let Scene { samples, .. } = landscape(SIZE.0, SIZE.1, 3);
    let picked = samples.chunks_exact(3).enumerate().flat_map(|(at, pixel)| {
        let alpha = if channels.is_multiple_of(2) { Some((at % 256) as u8) } else { None };
        let opaque = if channels < 3 { vec![pixel[1]] } else { pixel.to_vec() };
        opaque.into_iter().chain(alpha)
    });
    if is_deep {
        Samples::Sixteen(
            picked.enumerate().map(|(at, sample)| u16::from(sample) << 8 | (at % 256) as u16).collect(),
        )
    } else {
        Samples::Eight(picked.collect())
    }
}

fn raster(channels: usize, is_deep: bool) -> Raster {
    let alpha = if channels.is_multiple_of(2) { Alpha::Straight } else { Alpha::None };
    let colours = if channels < 3 { Channels::Gray } else { Channels::Rgb };
    Raster::new(SIZE.0, SIZE.1, colours, alpha, samples(channels, is_deep)).unwrap()
}

/// The same as a PNG, with metadata where a test asks for it.
fn file(channels: usize, is_deep: bool, metadata: &Metadata) -> Vec<u8> {
    let mut info = png::Info::with_size(SIZE.0 as u32, SIZE.1 as u32);
    info.color_type =
        [ColorType::Grayscale, ColorType::GrayscaleAlpha, ColorType::Rgb, ColorType::Rgba][channels - 1];
    info.bit_depth = if is_deep { BitDepth::Sixteen } else { BitDepth::Eight };
    info.icc_profile = metadata.icc.clone().map(Into::into);
    info.exif_metadata = metadata.exif.clone().map(Into::into);
    info.pixel_dims =
        metadata.density.map(|(xppu, yppu)| png::PixelDimensions { xppu, yppu, unit: png::Unit::Meter });
    let mut file = Vec::new();
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    let bytes = match samples(channels, is_deep) {
        Samples::Eight(samples) => samples,
        Samples::Sixteen(samples) => samples.into_iter().flat_map(u16::to_be_bytes).collect(),
    };
    writer.write_image_data(&bytes).unwrap();
    writer.finish().unwrap();
    file
}

fn options() -> Options {
    let mut options = Options::look(Look::Web);
    options.min_saving = MinSaving::percent(0.0).unwrap();
    options.background = Some([10, 200, 30]);
    options
}

/// The saved bytes and the score.
fn saved(outcome: Outcome) -> (Vec<u8>, Option<f64>) {
    let Outcome::Saved(shrunk) = outcome else { panic!("{}", outcome.reason()) };
    (shrunk.bytes.clone(), shrunk.score())
}

#[test]
fn pixels_become_the_jpeg_that_their_png_becomes() {
    for channels in 1..=4 {
        for is_deep in [false, true] {
            let of_pixels = Source::Raster(raster(channels, is_deep), Metadata::default()).shrink(&options());
            let of_file = scrimp::shrink(&file(channels, is_deep, &Metadata::default()), &options());
            assert_eq!(
                saved(of_pixels.unwrap()),
                saved(of_file.unwrap()),
                "{channels} channels, deep: {is_deep}"
            );
        }
    }
}

#[test]
fn what_rides_along_goes_into_the_jpeg() {
    let mut metadata = Metadata::default();
    metadata.exif = Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
    metadata.density = Some((11_811, 11_811));
    let of_file = scrimp::shrink(&file(3, false, &metadata), &options()).unwrap();
    let of_pixels = Source::Raster(raster(3, false), metadata.clone()).shrink(&options()).unwrap();
    assert_eq!(saved(of_pixels), saved(of_file));
    metadata.xmp = Some(b"<x:xmpmeta/>".to_vec());
    metadata.comment = Some(b"a comment".to_vec());
    let (jpeg, _) = saved(Source::Raster(raster(3, false), metadata).shrink(&options()).unwrap());
    let kinds: Vec<_> =
        scrimp::inspect(&jpeg, &options()).unwrap().metadata.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, ["JFIF", "EXIF", "XMP", "comment"]);
}

#[test]
fn pixels_are_never_kept() {
    let shrink = |metadata, change: fn(&mut Options)| {
        let mut options = options();
        change(&mut options);
        Source::Raster(raster(3, false), metadata).shrink(&options)
    };
    // The least saving counts for nothing, nor does what is to become of a folder's pictures.
    let strict = |options: &mut Options| {
        options.min_saving = MinSaving::percent(99.0).unwrap();
        options.convert = scrimp::Convert::Never;
    };
    assert_eq!(
        saved(shrink(Metadata::default(), strict).unwrap()),
        saved(shrink(Metadata::default(), |_| {}).unwrap())
    );
    let outcome = shrink(Metadata::default(), |options| options.size = SizeLimit::Fill(2_000)).unwrap();
    assert!(outcome.name() == "saved" && outcome.bytes().is_some_and(|bytes| bytes.len() <= 2_000));

    let mut metadata = Metadata::default();
    metadata.xmp = Some(vec![b' '; 70_000]);
    assert_eq!(shrink(metadata, |_| {}).unwrap_err(), Error::Unsupported(Unsupported::Metadata));
    let mut metadata = Metadata::default();
    metadata.icc = Some(b"no profile".to_vec());
    assert_eq!(shrink(metadata, |_| {}).unwrap_err(), Error::Unsupported(Unsupported::Profile));
    let mut metadata = Metadata::default();
    metadata.xmp = Some(b"<x dcterms:provenance='https://example.org/manifest'/>".to_vec());
    let outcome = shrink(metadata, |options| options.credentials = Credentials::Respect).unwrap();
    assert!(outcome.name() == "saved" && outcome.decision().credentials_broken);
}

#[test]
fn pixels_are_looked_at_as_their_png_is() {
    let source = || Source::Raster(raster(3, true), Metadata::default());
    let png = file(3, true, &Metadata::default());
    let (jpeg, _) = saved(scrimp::shrink(&png, &options()).unwrap());
    let compared = source().compare(Source::File(&jpeg), Metric::Ssimulacra2, &options()).unwrap();
    let wanted = scrimp::compare(&png, &jpeg, Metric::Ssimulacra2, &options()).unwrap();
    assert_eq!((compared.value(), compared.worst()), (wanted.value(), wanted.worst()));
    let (inspection, wanted) =
        (source().inspect(&options()).unwrap(), scrimp::inspect(&png, &options()).unwrap());
    assert_eq!((inspection.format.as_str(), inspection.bytes), ("pixels", SIZE.0 * SIZE.1 * 6));
    assert_eq!(inspection.curve, wanted.curve);
}

#[test]
fn limits_hold_and_shapes_must_be_true() {
    let shrink = |change: fn(&mut Options), metadata| {
        let mut options = options();
        change(&mut options);
        Source::Raster(raster(3, false), metadata).shrink(&options).unwrap_err()
    };
    let is_limit = |error, which| matches!(error, Error::Limit { which: passed, .. } if passed == which);
    assert!(is_limit(shrink(|options| options.limits.pixels = 100, Metadata::default()), LimitKind::Pixels));
    assert!(is_limit(
        shrink(|options| options.limits.memory = 1 << 20, Metadata::default()),
        LimitKind::Memory
    ));
    let mut metadata = Metadata::default();
    metadata.comment = Some(vec![b' '; 1_001]);
    let error = shrink(|options| options.limits.metadata_bytes = 1_000, metadata);
    assert!(is_limit(error, LimitKind::MetadataBytes));
    for (width, height) in [(2, 2), (usize::MAX, 2), (3, 0)] {
        let raster = Raster::new(width, height, Channels::Rgb, Alpha::None, Samples::Eight(vec![0; 9]));
        assert!(matches!(raster, Err(Error::Damaged(_))), "{width} x {height}");
    }
    let nothing = Raster::new(0, 3, Channels::Rgb, Alpha::None, Samples::Eight(Vec::new())).unwrap();
    let outcome = Source::Raster(nothing, Metadata::default()).shrink(&options());
    assert!(matches!(outcome, Err(Error::Damaged(_))));
}
