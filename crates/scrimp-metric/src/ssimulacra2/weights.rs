//! The published weights, which of them count, and the way from pooled errors to a score.
//!
//! Source: SSIMULACRA2 v2.1 by Jon Sneyers (Cloudinary, also in libjxl's tools), BSD-3-Clause.

/// Errors that one plane at one scale is pooled into: the means of the SSIM, artifact and detail-loss
/// errors, then the fourth roots of the means of their fourth powers.
pub(crate) const POOLS: usize = 6;
/// Scales at most, each of half the size of the one before.
pub(crate) const SCALES: usize = 6;
/// The planes X, Y and B of the colour space.
pub(crate) const CHANNELS: usize = 3;

/// In a picture of all six scales an error of a plane is looked at only for the sake of a weight above this: 25
/// of the 108. Smaller weights are taken in where their error is found on the way.
///
/// What that changes, for every input: a plane's samples lie between 0 and 1, so an SSIM error is at most 2,
/// an artifact at most 1 and a loss of detail at most 1/2 (by the inequality of Cauchy and Schwarz, and by its
/// formula), and with them the weighted sum of all that is left out is at most 0.0153. Leaving it out could only
/// raise the score: by less than 0.12 points for a score below 50, and in practice by less than 0.0035 anywhere and
/// by less than 0.001 above a score of 0, since no picture has the greatest possible error in what is left out and
/// a small one in what counts. The tests check both. Pictures of fewer scales are so small that all weights are
/// taken in.
const COUNTS: f64 = 0.0021;

#[rustfmt::skip]
pub(crate) const WEIGHTS: [[f64; POOLS]; CHANNELS * SCALES] = [
    // X, a line a scale
    [0.0, 0.000_737_660_670_740_658_6, 0.0, 0.0, 0.000_779_348_168_286_730_9, 0.0],
    [0.0, 0.000_437_115_573_010_737_9, 0.0, 1.104_172_642_665_734_6, 0.000_662_848_341_292_71, 0.000_152_316_327_837_187_52],
    [0.0, 0.001_640_643_745_659_975_4, 0.0, 1.842_245_552_053_929_8, 11.441_172_603_757_666, 0.0],
    [0.000_798_910_943_601_516_3, 0.000_176_816_438_078_653, 0.0, 1.878_759_497_954_638_7, 10.949_069_906_051_42, 0.0],
    [0.000_728_934_699_150_807_2, 0.967_793_708_062_683_3, 0.0, 0.000_140_034_242_854_358_84, 0.998_176_697_785_496_7, 0.000_319_497_559_344_350_53],
    [0.000_455_099_211_379_206_3, 0.0, 0.0, 0.001_364_876_616_324_339_8, 0.0, 0.0],
    // Y, a line a scale
    [0.0, 0.0, 0.0, 7.466_890_328_078_848, 0.0, 17.445_833_984_131_262],
    [0.000_623_560_163_404_146_6, 0.0, 0.0, 6.683_678_146_179_332, 0.000_377_244_079_796_112_96, 1.027_889_937_768_264],
    [225.205_153_008_492_74, 0.0, 0.0, 19.213_238_186_143_016, 0.001_140_152_458_661_836_1, 0.001_237_755_635_509_985],
    [176.393_175_984_506_94, 0.0, 0.0, 24.433_009_998_704_76, 0.285_208_026_121_177_57, 0.000_448_543_692_383_340_8],
    [0.0, 0.0, 0.0, 34.779_063_444_837_72, 44.835_625_328_877_896, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    // B, a line a scale
    [0.0, 0.000_868_055_657_329_169_8, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.000_531_319_187_435_874_7, 0.0, 0.000_165_338_141_613_791_12, 0.0, 0.0],
    [0.0, 0.0, 0.0, 0.000_417_917_180_325_133_6, 0.001_729_082_823_472_283_3, 0.0],
    [0.002_082_700_584_663_643_7, 0.0, 0.0, 8.826_982_764_996_862, 23.192_433_439_989_26, 0.0],
    [95.108_049_881_108_6, 0.986_397_803_440_068_2, 0.983_438_279_246_535_3, 0.001_228_640_504_827_849_3, 171.266_725_589_730_7, 0.980_785_887_243_537_9],
    [0.0, 0.0, 0.0, 0.000_513_006_458_899_067_9, 0.0, 0.000_108_540_578_584_115_37],
];

/// The weights of one plane's pools in a picture of so many scales.
///
/// The public program walks the list from its start, channel by channel, whatever the number of scales; so
/// in a picture too small for all six the weights of a plane are others.
fn weights(scales: usize, scale: usize, channel: usize) -> &'static [f64; POOLS] {
    &WEIGHTS[channel * scales + scale]
}

/// What counts of the errors of one plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) ssim: Option<Means>,
    /// The artifacts and the loss of detail.
    pub(crate) edges: Option<Means>,
}

/// Which means of an error count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// That of its fourth powers.
    Fourth,
    /// Its own besides.
    Both,
}

impl Counted {
    /// What counts of this plane in a picture of so many scales; `None` if nothing does.
    pub(crate) fn of(scales: usize, scale: usize, channel: usize) -> Option<Self> {
        let least = if scales == SCALES { COUNTS } else { 0.0 };
        let [ssim, artifact, detail, ssim4, artifact4, detail4] = *weights(scales, scale, channel);
        let means = |plain: f64, greatest: f64| {
            (greatest > least).then_some(if plain > 0.0 { Means::Both } else { Means::Fourth })
        };
        let ssim = means(ssim, ssim.max(ssim4));
        let plain = artifact.max(detail);
        let edges = means(plain, plain.max(artifact4).max(detail4));
        (ssim.is_some() || edges.is_some()).then_some(Self { ssim, edges })
    }

    /// Whether this one of a plane's pools is taken in.
    #[cfg(test)]
    pub(crate) fn takes_in(self, pool: usize) -> bool {
        let means = if pool.is_multiple_of(3) { self.ssim } else { self.edges };
        means == Some(Means::Both) || pool >= POOLS / 2 && means.is_some()
    }
}

/// How many scales a picture has: as long as the scale before is at least 8 pixels wide and high.
pub(crate) fn scales_of(width: usize, height: usize) -> usize {
    let (mut side, mut scales) = (width.min(height), 1);
    while scales < SCALES && side >= 8 {
        scales += 1;
        side = side.div_ceil(2);
    }
    scales
}

/// A plane's share of the weighted sum, from the sums of its errors and of their fourth powers.
pub(crate) fn weighted(plane: (usize, usize, usize), sums: &[f64; POOLS], pixels: f64) -> f64 {
    let (scales, scale, channel) = plane;
    let mut total = 0.0;
    for (pool, (weight, sum)) in weights(scales, scale, channel).iter().zip(sums).enumerate() {
        let mean = sum / pixels;
        total += weight * if pool < POOLS / 2 { mean } else { mean.sqrt().sqrt() };
    }
    total
}

/// The score for a weighted sum of errors: 100 for none, without end downwards.
pub(crate) fn points(weighted_sum: f64) -> f64 {
    let x = weighted_sum * 0.956_238_261_683_484_4;
    let bent =
        2.326_765_642_916_932 * x - 0.020_884_521_182_843_837 * x * x + 6.248_496_625_763_138e-05 * x * x * x;
    if bent > 0.0 { 100.0 - 10.0 * libm::pow(bent, 0.627_633_646_783_138_7) } else { 100.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_five_weights_count() {
        let counted = WEIGHTS.as_flattened().iter().filter(|weight| **weight > COUNTS).count();
        assert_eq!(counted, 25);
    }

    #[test]
    fn what_is_left_out_is_little_for_every_input() {
        let greatest = [2.0, 1.0, 0.5];
        let mut left_out = 0.0;
        for (plane, weights) in WEIGHTS.iter().enumerate() {
            let counted = Counted::of(SCALES, plane % SCALES, plane / SCALES);
            for (pool, weight) in weights.iter().enumerate() {
                if !counted.is_some_and(|counted| counted.takes_in(pool)) {
                    left_out += weight * greatest[pool % 3];
                }
            }
        }
        assert!(left_out < 0.0153, "{left_out}");
        let sum_at_50 = (0..1000).map(|step| f64::from(step) * 0.01).find(|sum| points(*sum) < 50.0);
        assert!(sum_at_50.is_some_and(|sum| points(sum) - points(sum + left_out) < 0.12));
    }

    #[test]
    fn small_pictures_have_fewer_scales() {
        for (side, scales) in [(8, 2), (7, 1), (9, 2), (15, 3), (16, 3), (112, 5), (113, 6), (4000, 6)] {
            assert_eq!(scales_of(side, 5000), scales, "{side}");
        }
    }

    #[test]
    fn points_fall_from_a_hundred() {
        assert_eq!(points(0.0), 100.0);
        assert!(points(1.0) > points(1.1));
        assert!(points(400.0) < -300.0);
    }
}
