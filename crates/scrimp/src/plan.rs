//! What is going to be tried for a photo: no doubt is left in it.

use crate::colour::ToSrgb;
use crate::metadata::{Rider, hold_credentials};
use crate::riders::Riders;
use crate::sample::Sample;
use crate::search::{Brief, Family, Winner};
use crate::{
    Chroma, Convert, Credentials, Effort, Format, Goal, Kept, Options, OtherFormats, Photo, SizeLimit, gap,
};
use scrimp_jpeg::{Channels, Quality, QuantisedCoefficients, Subsampling, TableFamily};
use scrimp_metric::Metric;

/// The work, or the reason why there is none.
pub(crate) enum Plan {
    /// Search for the smallest passing setting; pixels are measured in these colours.
    Search(Brief, ToSrgb),
    /// Leave the photo as it is.
    Leave(Kept),
}

impl Plan {
    pub(crate) fn new(photo: &Photo, input_bytes: usize, options: &Options) -> Self {
        if let Some(reason) = reason_to_leave(photo, input_bytes, options) {
            return Self::Leave(reason);
        }
        let Ok(colour) = ToSrgb::of(photo) else { return Self::Leave(Kept::Profile) };
        let goal = &options.goal;
        let brief = Brief {
            goal: goal.score(),
            floor: goal.floor_score(),
            families: families(photo, options),
            winner: if options.effort == Effort::Fast { Winner::First } else { Winner::Smallest },
            // What is salvaged need not be smaller than what it was salvaged from.
            ceiling: if photo.damage.is_some() { limit(options) } else { ceiling(input_bytes, options) },
            guide: guide(photo, goal),
            contest: contest(photo, options.effort),
            slope: typical_slope(goal.metric()),
        };
        Self::Search(brief, colour)
    }
}

/// The part of the size that the guide promises of the first family's file below which a second family is proved, which takes
/// three scores of the whole photo and a file more.
///
/// Families lie 4 to 9 % apart. From a megapixel on the promise is good to 1 %, and what is promised to be hardly smaller
/// is as likely to be larger: to prove it too would have saved 0.1 % of one file in 66 searches over photos of the corpus (65, 80,
/// 90 points; 2026-11-30). Of less than that the sample has few tiles, and was wrong by a fifth on two of 100. Where time does not matter all are
/// proved that might turn out to be smaller.
fn contest(photo: &Photo, effort: Effort) -> f64 {
    const MEGAPIXEL: usize = 1_000_000;
    match photo.pixels.width() * photo.pixels.height() {
        _ if effort == Effort::Max => 1.05,
        MEGAPIXEL.. => 0.99,
        _ => 1.01,
    }
}

/// The most bytes that are of use.
fn ceiling(input_bytes: usize, options: &Options) -> usize {
    options.min_saving.ceiling(input_bytes).min(limit(options))
}

/// The most bytes that an output may have.
pub(crate) fn limit(options: &Options) -> usize {
    options.size.bytes().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX)
}

/// The longest payload that a marker segment holds (T.81 B.1.1.4).
pub(crate) const LONGEST_PAYLOAD: usize = 65_533;

fn reason_to_leave(photo: &Photo, input_bytes: usize, options: &Options) -> Option<Kept> {
    let stays = if photo.format == Format::Jpeg { None } else { stays(photo, input_bytes, options) };
    if stays.is_some() {
        stays
    } else if photo.is_sound_jpeg() && fits(input_bytes, options).is_some() {
        fits(input_bytes, options)
    } else {
        what_rides_along(&photo.riders, options.credentials)
    }
}

/// Why a photo of another format is not to become a JPEG.
fn stays(photo: &Photo, input_bytes: usize, options: &Options) -> Option<Kept> {
    match (options.convert, options.others) {
        (Convert::Always, _) | (Convert::Open, OtherFormats::Convert) => None,
        (Convert::Never, _) | (Convert::Open, OtherFormats::Keep) => Some(Kept::NotAJpeg),
        (Convert::Open, OtherFormats::PhotoLike) => {
            (!photo.is_photo_like(input_bytes)).then_some(Kept::NotPhotoLike)
        }
    }
}

/// Whether a size is all that is asked for, and a JPEG has it.
pub(crate) fn fits(input_bytes: usize, options: &Options) -> Option<Kept> {
    match options.size {
        SizeLimit::Fill(limit) if !options.size.is_passed_by(input_bytes) => Some(Kept::Fits { limit }),
        _ => None,
    }
}

/// What a new file would lose or break, if there is such a thing.
pub(crate) fn what_rides_along(riders: &Riders, credentials: Credentials) -> Option<Kept> {
    let has = |rider| riders.segments.iter().any(|(code, payload)| Rider::of(*code, payload) == rider);
    if let Some(obstacle) = riders.behind.obstacle() {
        Some(obstacle)
    } else if has(Rider::ExtensionLayer) {
        Some(Kept::ExtensionLayer)
    } else if credentials == Credentials::Respect && hold_credentials(&riders.segments) {
        Some(Kept::ContentCredentials)
    } else if riders.segments.iter().any(|(_, payload)| payload.len() > LONGEST_PAYLOAD) {
        Some(Kept::MetadataTooLong)
    } else {
        None
    }
}

/// The families to try, the one that is more likely to win first.
fn families(photo: &Photo, options: &Options) -> Vec<Family> {
    let is_kept = options.chroma == Chroma::Keep && photo.pixels.channels() != Channels::Gray;
    let own = if is_kept { Some(subsampling_to_keep(photo)) } else { subsampling_of_source(photo) };
    let mut families = likely_families((photo, own), &options.goal, options.effort);
    if is_kept {
        families.retain(|family| Some(family.subsampling) == own);
    }
    if options.effort == Effort::Max {
        add_other_tables(&mut families);
    }
    families
}

/// One family for each subsampling, the photo's own among them.
fn likely_families((photo, own): (&Photo, Option<Subsampling>), goal: &Goal, effort: Effort) -> Vec<Family> {
    let in_points = matches!(goal.metric(), Metric::Ssimulacra2 | Metric::Ssimulacra2Exact);
    let fitted = |subsampling, tables, curve: Start| Family {
        subsampling,
        tables,
        effort,
        start: if in_points { curve.quality_for(goal.value()) } else { Quality::from_quarters(START_ELSE) },
    };
    if photo.pixels.channels() == Channels::Gray {
        return vec![fitted(Subsampling::Gray, TableFamily::Fitted420, START_GRAY)];
    }
    let halved = fitted(Subsampling::S420, TableFamily::Fitted420, START_420);
    let full = fitted(Subsampling::S444, TableFamily::Fitted444, START_444);
    // Where the two families cross on most photos of the corpus.
    const CROSSING: f64 = 80.0;
    let mut families =
        if in_points && goal.value() >= CROSSING { vec![full, halved] } else { vec![halved, full] };
    // What the source has already lost in colour costs nothing more: its own subsampling goes first.
    if let Some(own) = own {
        match families.iter().position(|family| family.subsampling == own) {
            Some(place) => families.swap(0, place),
            None => families.insert(0, fitted(own, TableFamily::Fitted420, START_420)),
        }
    }
    families
}

fn subsampling_of_source(photo: &Photo) -> Option<Subsampling> {
    photo.source.as_ref().map(QuantisedCoefficients::subsampling)
}

/// How the colour of a photo in colour is sampled: that of its coefficients; of a JPEG of which only pixels are left what its
/// header says, where that is one of the common ways; else in full.
fn subsampling_to_keep(photo: &Photo) -> Subsampling {
    let of_header = || photo.layout.as_ref().and_then(|layout| layout.frame.subsampling());
    subsampling_of_source(photo).or_else(of_header).unwrap_or(Subsampling::S444)
}

/// Of each subsampling the tables that win on few photos, behind those that win on more.
fn add_other_tables(families: &mut Vec<Family>) {
    let likely = families.clone();
    for tables in [TableFamily::Klein, TableFamily::Robidoux, TableFamily::AnnexK] {
        families.extend(
            likely.iter().filter(|family| family.tables != tables).map(|family| Family { tables, ..*family }),
        );
    }
}

/// Score per quarter of quality: the steep end of what the corpus shows between qualities of 60 and 90, so that the
/// first jump falls short rather than far.
const fn typical_slope(metric: Metric) -> f64 {
    match metric {
        Metric::Ssim => 0.0002,
        Metric::Butteraugli => 0.02,
        Metric::Butteraugli3Norm => 0.004,
        _ => 0.12,
    }
}

/// Whether a sample can lead, and by how many points its score is likely to lie above that of the whole photo. Of a JPEG
/// too: its tiles hold its own coefficients, and the steps of a curve over these are theirs as well.
fn guide(photo: &Photo, goal: &Goal) -> Option<f64> {
    let Photo { pixels, .. } = photo;
    let tiles = Sample::mosaic(pixels)?.of_pixels(pixels);
    gap::expected(goal.metric(), goal.score(), pixels.width() * pixels.height(), &tiles)
}

/// The quality in quarters where a search begins for the metrics that have no curve of medians.
const START_ELSE: i32 = 4 * 85;

/// Where a search begins: the median quality that reached each score.
struct Start([(f64, f64); 7]);

impl Start {
    /// Linear between the points, level beyond them.
    fn quality_for(&self, goal: f64) -> Quality {
        let Self(points) = self;
        let (first, last) = (points[0], points[points.len() - 1]);
        let quality = points.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&goal)).map_or(
            if goal < first.0 { first.1 } else { last.1 },
            |pair| {
                let ((low, coarse), (high, fine)) = (pair[0], pair[1]);
                coarse + (goal - low) / (high - low) * (fine - coarse)
            },
        );
        Quality::new(quality).unwrap_or(Quality::MAX)
    }
}

// (score, quality): the median of the coarsest passing quality over 9 lossless photos of the corpus, 2026-11-22.
// Half of the photos lie within 1 (from 80 on) to 4 (at 60 and 70) of it.
const START_420: Start =
    Start([(40.0, 18.5), (50.0, 26.5), (60.0, 38.0), (70.0, 58.0), (80.0, 78.0), (85.0, 85.5), (90.0, 94.0)]);
const START_444: Start =
    Start([(40.0, 18.0), (50.0, 28.0), (60.0, 40.0), (70.0, 59.5), (80.0, 78.0), (85.0, 86.5), (90.0, 94.0)]);
// Set by hand from the medians of Klein's tables, and confirmed on 4 gray photos only by what they save.
const START_GRAY: Start =
    Start([(40.0, 15.0), (50.0, 21.0), (60.0, 29.0), (70.0, 44.0), (80.0, 66.0), (85.0, 78.0), (90.0, 89.0)]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stricter_goal_starts_finer() {
        for start in [START_420, START_444, START_GRAY] {
            let qualities: Vec<_> = (0..=100).map(|goal| start.quality_for(f64::from(goal))).collect();
            assert!(qualities.is_sorted());
            assert_eq!(start.quality_for(50.0).value(), start.0[1].1);
        }
    }
}
