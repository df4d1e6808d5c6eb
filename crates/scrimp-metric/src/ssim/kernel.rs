//! The window of SSIM: one row of weights, used along both axes.

/// Where the middle of the bell lies among the taps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Centre {
    /// On tap `width / 2` in whole numbers, as pyssim computed it under Python 2.
    #[default]
    Centred,
    /// At `width / 2` as a fraction, half a tap late for odd widths, as pyssim computes it under Python 3.
    Shifted,
}

/// Why a window could not be made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// The number of taps is out of range.
    #[error("a window of {width} taps: choose from 1 to {max}", max = Kernel::MAX_WIDTH)]
    Width {
        /// The taps asked for.
        width: usize,
    },
    /// The standard deviation is zero, negative or not a number.
    #[error("a window of standard deviation {sigma}: choose a number above 0")]
    Sigma {
        /// The standard deviation asked for, in pixels.
        sigma: f64,
    },
    /// Every tap is so far out on the bell that its weight is 0.
    #[error(
        "a window of {width} taps and standard deviation {sigma} has no weight at all: choose a greater sigma"
    )]
    Vanishes {
        /// The taps asked for.
        width: usize,
        /// The standard deviation asked for, in pixels.
        sigma: f64,
    },
}

/// A Gaussian window of one dimension; its weights add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    weights: Vec<f64>,
}

impl Kernel {
    /// The taps of Wang et al. (2004).
    pub const WIDTH: usize = 11;
    /// The standard deviation of Wang et al. (2004), in pixels.
    pub const SIGMA: f64 = 1.5;
    /// The most taps that a window may have.
    pub const MAX_WIDTH: usize = 1023;

    /// A window of `width` taps (1 to [`Self::MAX_WIDTH`]) and standard deviation `sigma` pixels (above 0).
    ///
    /// # Errors
    /// [`KernelError`] for a width or sigma out of range, or where all weights vanish.
    pub fn gaussian(width: usize, sigma: f64, centre: Centre) -> Result<Self, KernelError> {
        if !(1..=Self::MAX_WIDTH).contains(&width) {
            return Err(KernelError::Width { width });
        }
        if !(sigma > 0.0 && sigma.is_finite()) {
            return Err(KernelError::Sigma { sigma });
        }
        let weights = bell(width, sigma, centre);
        if weights.iter().all(|weight| weight.is_finite()) {
            Ok(Self { weights })
        } else {
            Err(KernelError::Vanishes { width, sigma })
        }
    }

    /// The window of Wang et al. (2004): 11 taps, sigma 1.5.
    #[must_use]
    pub fn of_wang(centre: Centre) -> Self {
        Self { weights: bell(Self::WIDTH, Self::SIGMA, centre) }
    }

    /// The weights, first tap first.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How many taps lie before the pixel itself.
    pub(super) fn taps_before(&self) -> usize {
        self.weights.len() / 2
    }

    /// How many taps lie behind the pixel itself.
    pub(super) fn taps_behind(&self) -> usize {
        self.weights.len() - 1 - self.taps_before()
    }
}

/// The normalised weights; not finite where all of them vanish.
fn bell(width: usize, sigma: f64, centre: Centre) -> Vec<f64> {
    let middle = match centre {
        Centre::Centred => (width / 2) as f64,
        Centre::Shifted => width as f64 / 2.0,
    };
    let height = |tap: usize| {
        let distance = tap as f64 - middle;
        exp(-0.5 * distance * distance / (sigma * sigma))
    };
    let heights: Vec<f64> = (0..width).map(height).collect();
    let sum: f64 = heights.iter().sum();
    heights.into_iter().map(|height| height / sum).collect()
}

/// e to the power of `x`, for `x` of at most 0; within 2 ulp, and the same on every platform.
///
/// With n = x / ln 2 rounded and r = x - n ln 2, e^x = 2^n e^r. As |r| is at most 0.35, the Taylor series of e^r
/// is exact to 1e-17 after r^14 / 14!. Below the smallest normal number the answer is 0.
fn exp(x: f64) -> f64 {
    /// ln 2 in two parts (as in fdlibm's e_exp.c): n x `LN_2_HIGH` is exact for |n| below 2^20.
    const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
    const LN_2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
    const SMALLEST_EXPONENT: f64 = -1022.0;
    let n = (x * std::f64::consts::LOG2_E).round();
    if !(SMALLEST_EXPONENT..=0.0).contains(&n) {
        return 0.0;
    }
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let series = (1..=14).rev().fold(1.0, |tail, k| 1.0 + tail * r / f64::from(k));
    let two_to_the_n = f64::from_bits(((n + 1023.0) as u64) << 52);
    series * two_to_the_n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the platform's exp is the oracle")]
    fn our_exp_is_the_platforms_to_2_ulp() {
        for step in 0..70_000 {
            let x = -f64::from(step) / 100.0;
            let (ours, theirs) = (exp(x), x.exp());
            assert!(
                (ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs,
                "exp({x}): {ours} against {theirs}"
            );
        }
        assert_eq!([exp(-1e6), exp(f64::NEG_INFINITY), exp(0.0), exp(-0.0)], [0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn the_weights_are_pyssims() {
        // python -c "from ssim.utils import get_gaussian_kernel as k; print(k(11, 1.5))" (pyssim 0.7.1, Python 3)
        // and the same with `gaussian_kernel_width // 2`, as Python 2 divided.
        let close = |kernel: &Kernel, first: f64, middle: f64, last: f64| {
            let w = kernel.weights();
            let gaps = [w[0] - first, w[5] - middle, w[10] - last, w.iter().sum::<f64>() - 1.0];
            gaps.iter().all(|gap| gap.abs() < 1e-15)
        };
        let [centred, shifted] = [Centre::Centred, Centre::Shifted].map(Kernel::of_wang);
        assert!(close(&centred, CENTRED[0], CENTRED[1], CENTRED[2]), "{centred:?}");
        assert!(close(&shifted, SHIFTED[0], SHIFTED[1], SHIFTED[2]), "{shifted:?}");
    }

    const CENTRED: [f64; 3] = [0.001_028_380_084_479_11, 0.266_011_724_861_794_36, 0.001_028_380_084_479_11];
    const SHIFTED: [f64; 3] =
        [0.000_320_297_892_418_624_4, 0.251_681_113_672_621_3, 0.002_955_649_488_620_624_3];

    #[test]
    fn a_window_out_of_range_is_refused() {
        let refused = |width, sigma| Kernel::gaussian(width, sigma, Centre::Shifted).is_err();
        assert!(refused(0, 1.5) && refused(1024, 1.5));
        assert!(refused(11, 0.0) && refused(11, -1.5) && refused(11, f64::NAN) && refused(11, f64::INFINITY));
        assert!(refused(11, 0.01), "every tap is 50 sigma out");
        assert!(!refused(1, 1.5) && !refused(1023, 1.5) && !refused(8, 0.3) && !refused(11, 1e300));
    }
}
