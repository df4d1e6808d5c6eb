//! Work for a profiler: prepares references or scores candidates, and prints how many pixels it went through.
//!
//! ```text
//! perf stat -e instructions:u,page-faults cargo run --release -p scrimp-metric --example work -- \
//!     METRIC MEGAPIXELS REFERENCES COMPARISONS
//! ```
//! What the picture itself costs is seen with no references and no comparisons.

use scrimp_metric::{Channels, ImageView, Metric, Reference};
use scrimp_testkit::scenes;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let usage = || "METRIC MEGAPIXELS REFERENCES COMPARISONS";
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [metric, megapixels, references, comparisons] = arguments.as_slice() else {
        return Err(usage().into());
    };
    let metric = Metric::ALL.iter().find(|known| known.name() == metric.as_str()).ok_or_else(usage)?;
    let height = (megapixels.parse::<f64>()? * 1e6 * 3.0 / 4.0).sqrt().round() as usize;
    let original = scenes::landscape(height * 4 / 3, height, 1);
    let coarser: Vec<u8> = original.samples.iter().map(|sample| sample / 6 * 6).collect();
    let view = |samples| ImageView::new(original.width, original.height, Channels::Rgb, samples);
    let mut reference = None;
    for _ in 0..references.parse::<usize>()? {
        reference = Some(Reference::new(*metric, view(&original.samples)?)?);
    }
    for _ in 0..comparisons.parse::<usize>()? {
        let reference = reference.as_ref().ok_or("a comparison needs a reference")?;
        reference.score(view(&coarser)?)?;
    }
    println!("{} pixels", original.width * original.height);
    Ok(())
}
