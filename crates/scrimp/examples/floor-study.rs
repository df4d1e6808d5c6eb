//! How far the worst cell lies below the whole photo's score where nothing holds it: the evidence for the default
//! floor. Prints a line for each photo and goal, and the quantiles at the end.
//!
//! ```text
//! cargo run --release -p scrimp --example floor-study -- FOLDER...
//! ```

use scrimp::{Floor, Goal, Metric, MinSaving, Options, Outcome};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const GOALS: [f64; 4] = [60.0, 70.0, 80.0, 90.0];
/// Larger photos take minutes and tell nothing else.
const MOST_BYTES: u64 = 3_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut depths: Vec<(f64, f64)> = Vec::new();
    println!("goal  score  worst  depth  photo");
    for folder in std::env::args_os().skip(1) {
        for path in photos(Path::new(&folder))? {
            let photo = fs::read(&path)?;
            for goal in GOALS {
                let Some((score, worst)) = shrunk(&photo, goal)? else { continue };
                println!("{goal:4}  {score:5.1}  {worst:5.1}  {:5.1}  {}", score - worst, path.display());
                depths.push((goal, score - worst));
            }
        }
    }
    for goal in GOALS {
        let mut of_goal: Vec<_> =
            depths.iter().filter(|(at, _)| *at == goal).map(|(_, depth)| *depth).collect();
        of_goal.sort_by(f64::total_cmp);
        let Some(most) = of_goal.len().checked_sub(1) else { continue };
        let at = |share: f64| of_goal[(share * most as f64).round() as usize];
        println!(
            "goal {goal}: {} photos, depth median {:.1}, 75 % {:.1}, 90 % {:.1}, 95 % {:.1}, most {:.1}",
            of_goal.len(),
            at(0.5),
            at(0.75),
            at(0.9),
            at(0.95),
            at(1.0)
        );
    }
    Ok(())
}

fn photos(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.metadata()?.len() <= MOST_BYTES {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Score and worst cell of the smallest JPEG that reaches the goal, whatever becomes of its regions.
fn shrunk(photo: &[u8], goal: f64) -> Result<Option<(f64, f64)>, Box<dyn Error>> {
    let mut options = Options::default();
    options.goal = Goal::new(Metric::Ssimulacra2, goal)?.with_floor(Floor::Off)?;
    options.min_saving = MinSaving::percent(0.0).ok_or("0 % is a saving")?;
    Ok(match scrimp::shrink(photo, &options) {
        Ok(Outcome::Saved(shrunk)) => shrunk.score().zip(shrunk.decision.floor),
        _ => None,
    })
}
