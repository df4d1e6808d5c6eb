//! All that the classic algorithm could learn of a photo, learnt once.

use super::probe::{Prepared, Prober};
use super::{CEILING_QUALITY, Classic, Curve, Error, choose, small};
use scrimp_jpeg::{Coefficients, EncodeSettings, Pixels, Rounding};

/// A photo's SSIM and size over quality: enough to tell what [`super::decide`] answers for any goal.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicCurve {
    /// SSIM at [`CEILING_QUALITY`], 0 to 1 as a rule.
    pub ceiling: f64,
    /// Each quality within the bounds, the lowest first.
    pub steps: Vec<ClassicStep>,
}

/// One quality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassicStep {
    /// 1 to 100.
    pub quality: u8,
    /// SSIM at this quality, of the copy of 400x400 pixels.
    pub ssim: f64,
    /// About the bytes of the whole photo at this quality, without what rides along: an estimate, good to some 15 % from
    /// photo to photo and to 3 % from quality to quality.
    pub bytes: usize,
}

impl ClassicCurve {
    /// Looks at every quality within the bounds of `classic`.
    ///
    /// # Errors
    /// As for [`super::decide`].
    pub fn measure(photo: &Pixels, classic: &Classic) -> Result<Self, Error> {
        let whole = Coefficients::new(photo);
        let prepared = Prepared::new(&*small(photo, classic)?, classic.kernel)?;
        let mut prober = Prober::new(&prepared);
        let ceiling = prober.ssim_at(CEILING_QUALITY)?;
        let (lo, hi) = (classic.bounds.lo(), classic.bounds.hi());
        let step = |quality| {
            let tables = EncodeSettings::libjpeg_turbo(quality).tables;
            let bytes = whole.estimated_bytes(&tables, Rounding::Nearest);
            Ok(ClassicStep { quality, ssim: prober.ssim_at(quality)?, bytes })
        };
        let steps = (lo.min(hi)..=hi).map(step).collect::<Result<_, Error>>()?;
        Ok(Self { ceiling, steps })
    }

    /// What the algorithm answers for `classic`, whose bounds lie within those that were measured; none if they don't.
    #[must_use]
    pub fn decide(&self, classic: &Classic) -> Option<ClassicStep> {
        let (quality, _) = choose(classic, &mut &*self).ok()?;
        self.step(quality)
    }

    fn step(&self, quality: u8) -> Option<ClassicStep> {
        self.steps.iter().find(|step| step.quality == quality).copied()
    }

    /// The shares of the ceiling at which the answer may change, as goals.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|step| step.ssim / self.ceiling)
    }
}

impl Curve for &ClassicCurve {
    /// The quality was not measured.
    type Error = ();

    fn ssim_at(&mut self, quality: u8) -> Result<f64, ()> {
        self.step(quality).map(|step| step.ssim).ok_or(())
    }

    fn is_share_of_ceiling(&mut self, ssim: f64, share: f64) -> Result<bool, ()> {
        Ok(ssim / self.ceiling >= share)
    }
}
