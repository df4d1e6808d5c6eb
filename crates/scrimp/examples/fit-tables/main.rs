//! Fits the table families `fitted-420` and `fitted-444`: tables with the fewest bytes at the same SSIMULACRA2.
//!
//! ```text
//! cargo run --release -p scrimp --example fit-tables -- 4:2:0|4:4:4 PHOTO... > fitted
//! ```
//!
//! Starts from the family as it stands. For each score of a ladder, photos in turn teach or examine: on the first half
//! each knot of the tables is moved to where the bytes at that score are least (a parabola through three values, two
//! rounds over all knots); on the other half the bytes are held against those of the family as it stood and of published
//! ones. Prints the anchors as they stand in `scrimp-jpeg/src/tables/fitted.rs`; takes some minutes.

mod fit;
mod subject;

use fit::{Knots, Scaled};
use scrimp_jpeg::{Quality, Subsampling, TableFamily};
use std::error::Error;
use subject::Subject;

/// The scores at which there is an anchor, and the family that is fitted.
fn ladder(subsampling: Subsampling) -> Option<(TableFamily, [f64; 3])> {
    match subsampling {
        Subsampling::S420 => Some((TableFamily::Fitted420, [88.0, 80.0, 70.0])),
        Subsampling::S444 => Some((TableFamily::Fitted444, [93.0, 85.0, 78.0])),
        _ => None,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let named = arguments.next().unwrap_or_default();
    let subsampling = [Subsampling::S420, Subsampling::S444].into_iter().find(|known| known.name() == named);
    let (subsampling, (family, goals)) = subsampling
        .and_then(|known| Some((known, ladder(known)?)))
        .ok_or("the first argument is 4:2:0 or 4:4:4, photos follow")?;
    let (mut learning, mut examining) = (Vec::new(), Vec::new());
    for (at, path) in arguments.enumerate() {
        let half = if at % 2 == 0 { &mut learning } else { &mut examining };
        half.extend(Subject::of_photo(path.as_ref(), subsampling)?);
    }
    println!("// {} pieces of photos to learn from, {} to examine.", learning.len(), examining.len());
    for goal in goals {
        // About the quality that reaches a score; the scale is found by the fit.
        let quality = Quality::new(goal).ok_or("a score is a quality")?;
        let mut knots = Knots::of_family(family, quality).ok_or("the family is not a fitted one")?;
        let learnt = fit::fit(&mut knots, &learning, goal);
        println!("    // {goal} points; {:+.2} % where learnt;", 100.0 * (learnt - 1.0));
        let fitted = Scaled::Knots(&knots);
        for other in [family, TableFamily::Klein, TableFamily::AnnexK] {
            let ratio = fit::bytes_against(&fitted, &Scaled::Family(other), &examining, goal);
            println!("    // {:+.2} % of {} where examined", 100.0 * (ratio - 1.0), other.name());
        }
        println!("    {knots},");
    }
    Ok(())
}
