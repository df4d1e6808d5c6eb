//! How far the blind score lies from the true one: the evidence for its margin. Saves each photo in many ways, scores
//! each file against the photo and from the file alone, and prints the error of the second for each way.
//!
//! ```text
//! cargo run --release -p scrimp --example blind-study -- [--tables JPEG]... PNG...
//! ```
//!
//! Photos are looked at in their middle, at most 768 pixels a side. The tables of each JPEG after `--tables`, such as
//! a camera's, are tried too.

use scrimp::{Metric, Options, Outcome, blind_score};
use scrimp_jpeg::{
    Channels, Coding, Coefficients, DecodeBounds, EncodeSettings, Pixels, Quality, QuantisedCoefficients,
    Rounding, Subsampling, TableFamily, TableSet,
};
use scrimp_metric::{ImageView, Reference};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

const MOST: usize = 768;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// For each way of saving: the true score and the error of the blind one.
type Errors = BTreeMap<String, Vec<(f64, f64)>>;

fn main() -> Result<()> {
    let mut errors = Errors::new();
    let mut tables = Vec::new();
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--tables" {
            let jpeg = arguments.next().ok_or("--tables takes a JPEG")?;
            let name = Path::new(&jpeg).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            tables.push((name, scrimp_jpeg::read_coefficients(&fs::read(&jpeg)?, &DecodeBounds::default())?));
            continue;
        }
        let original = middle(&read(Path::new(&argument))?)?;
        let mut study = Study { reference: reference(&original)?, errors: &mut errors };
        study.once(&original)?;
        study.twice(&original)?;
        for (name, of) in &tables {
            let set = TableSet::of_components(of.tables()).ok_or("a JPEG has one or three tables")?;
            let held =
                Coefficients::subsampled(&original, of.subsampling()).quantise(&set, Rounding::Nearest);
            study.add(&format!("tables of {name}"), &held)?;
        }
        study.by_scrimp(&original)?;
        resized(&original, &mut errors)?;
    }
    println!(
        "{:40} {:>3} {:>6} {:>7} {:>6} {:>6} {:>6}",
        "saved", "n", "true", "median", "90 %", "least", "most"
    );
    for (way, found) in &errors {
        let mut known: Vec<_> = found.iter().map(|(known, _)| *known).collect();
        let mut error: Vec<_> = found.iter().map(|(_, error)| *error).collect();
        known.sort_by(f64::total_cmp);
        error.sort_by(f64::total_cmp);
        let at = |values: &[f64], share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
        println!(
            "{way:40} {:3} {:6.1} {:+7.2} {:+6.1} {:+6.1} {:+6.1}",
            error.len(),
            at(&known, 0.5),
            at(&error, 0.5),
            at(&error, 0.9),
            at(&error, 0.0),
            at(&error, 1.0)
        );
    }
    Ok(())
}

struct Study<'a> {
    reference: Reference,
    errors: &'a mut Errors,
}

impl Study<'_> {
    fn add(&mut self, way: &str, held: &QuantisedCoefficients) -> Result<()> {
        let file = scrimp_jpeg::write_coefficients(held, Coding::Progressive)?;
        let known = self.reference.score(view(&held.shown())?)?.value();
        if let Some(blind) = blind_score(&file, &Options::default())? {
            self.errors.entry(way.to_owned()).or_default().push((known, blind - known));
        }
        Ok(())
    }

    fn once(&mut self, original: &Pixels) -> Result<()> {
        use Subsampling::{S420, S422, S440, S444};
        for quality in [55, 70, 80, 88, 94] {
            self.add(&format!("4:2:0 at {quality}"), &saved(original, S420, quality))?;
        }
        for subsampling in [S444, S422, S440] {
            for quality in [75, 90] {
                self.add(
                    &format!("{} at {quality}", subsampling.name()),
                    &saved(original, subsampling, quality),
                )?;
            }
        }
        for quality in [70, 85] {
            let file = scrimp_jpeg::encode(original, &EncodeSettings::mozjpeg_default(quality))?;
            let held = scrimp_jpeg::read_coefficients(&file, &DecodeBounds::default())?;
            self.add(&format!("mozjpeg's trellis at {quality}"), &held)?;
        }
        let held = Coefficients::subsampled(original, S420);
        let held = held.quantise(&TableFamily::Klein.at(quality(85)), Rounding::Weighed);
        self.add("weighed rounding at 85 (klein)", &held)
    }

    fn twice(&mut self, original: &Pixels) -> Result<()> {
        for (first, second) in [(95, 75), (90, 80), (85, 80)] {
            let tables = TableFamily::AnnexK.at(quality(second));
            let held =
                saved(original, Subsampling::S420, first).dequantise().quantise(&tables, Rounding::Nearest);
            self.add(&format!("twice, {first} then {second}"), &held)?;
        }
        for (first, second) in [(50, 98), (60, 95), (70, 90), (80, 92), (75, 78)] {
            let once = saved(original, Subsampling::S420, first).shown();
            self.add(&format!("twice, {first} then {second}"), &saved(&once, Subsampling::S420, second))?;
        }
        Ok(())
    }

    /// Files that scrimp made, of the photo itself and of JPEGs of it.
    fn by_scrimp(&mut self, original: &Pixels) -> Result<()> {
        let mut sources = vec![("scrimp, of a PNG".to_owned(), as_png(original)?)];
        for quality in [85, 95] {
            let held = saved(original, Subsampling::S444, quality);
            let file = scrimp_jpeg::write_coefficients(&held, Coding::Progressive)?;
            sources.push((format!("scrimp, of a 4:4:4 JPEG at {quality}"), file));
        }
        for (way, source) in sources {
            if let Outcome::Saved(shrunk) = scrimp::shrink(&source, &Options::default())? {
                self.add(&way, &scrimp_jpeg::read_coefficients(&shrunk.bytes, &DecodeBounds::default())?)?;
            }
        }
        Ok(())
    }
}

/// A picture saved, halved and saved again, against its original halved.
fn resized(original: &Pixels, errors: &mut Errors) -> Result<()> {
    let mut study = Study { reference: reference(&halved(original)?)?, errors };
    for (first, second) in [(60, 90), (80, 90)] {
        let small = halved(&saved(original, Subsampling::S420, first).shown())?;
        study.add(&format!("{first}, halved, then {second}"), &saved(&small, Subsampling::S420, second))?;
    }
    Ok(())
}

fn quality(whole: i32) -> Quality {
    Quality::from_quarters(4 * whole)
}

fn saved(pixels: &Pixels, subsampling: Subsampling, whole: i32) -> QuantisedCoefficients {
    let tables = TableFamily::AnnexK.at(quality(whole));
    Coefficients::subsampled(pixels, subsampling).quantise(&tables, Rounding::Nearest)
}

fn view(pixels: &Pixels) -> Result<ImageView<'_>> {
    let channels = match pixels.channels() {
        Channels::Gray => scrimp_metric::Channels::Gray,
        Channels::Rgb => scrimp_metric::Channels::Rgb,
    };
    Ok(ImageView::new(pixels.width(), pixels.height(), channels, pixels.samples())?)
}

fn reference(original: &Pixels) -> Result<Reference> {
    Ok(Reference::new(Metric::Ssimulacra2, view(original)?)?)
}

fn middle(of: &Pixels) -> Result<Pixels> {
    let (width, height, channels) = (of.width().min(MOST), of.height().min(MOST), of.channels().count());
    let (left, top) = ((of.width() - width) / 2, (of.height() - height) / 2);
    let row = |y: usize| &of.samples()[y * of.stride() + left * channels..][..width * channels];
    let samples = (top..top + height).flat_map(row).copied().collect();
    Ok(Pixels::new(width, height, of.channels(), samples)?)
}

/// Half the size: each pixel the mean of four.
fn halved(of: &Pixels) -> Result<Pixels> {
    let (width, height, channels) = (of.width() / 2, of.height() / 2, of.channels().count());
    let mut samples = Vec::with_capacity(width * height * channels);
    for y in 0..height {
        for at in 0..width * channels {
            let left = 2 * y * of.stride() + at / channels * 2 * channels + at % channels;
            let four =
                [0, channels, of.stride(), of.stride() + channels].map(|step| of.samples()[left + step]);
            let sum: u32 = four.iter().map(|sample| u32::from(*sample)).sum();
            samples.push(((sum + 2) / 4) as u8);
        }
    }
    Ok(Pixels::new(width, height, of.channels(), samples)?)
}

fn read(path: &Path) -> Result<Pixels> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut samples = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut samples)?;
    samples.truncate(frame.buffer_size());
    let (width, height) = (frame.width as usize, frame.height as usize);
    let channels = match frame.color_type {
        png::ColorType::Rgb => Channels::Rgb,
        png::ColorType::Grayscale => Channels::Gray,
        other => return Err(format!("{}: {other:?} is not taken", path.display()).into()),
    };
    Ok(Pixels::new(width, height, channels, samples)?)
}

fn as_png(pixels: &Pixels) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width() as u32, pixels.height() as u32);
    encoder.set_color(match pixels.channels() {
        Channels::Gray => png::ColorType::Grayscale,
        Channels::Rgb => png::ColorType::Rgb,
    });
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.samples())?;
    writer.finish()?;
    Ok(file)
}
