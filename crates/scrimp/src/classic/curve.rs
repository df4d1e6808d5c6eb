//! All that the classic algorithm could learn of a photo, learnt once.

use super::probe::Prober;
use super::{CEILING_QUALITY, Classic, Error, choose, small};
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
        let mut prober = Prober::new(&*small(photo, classic)?, classic.kernel)?;
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
        let step = |quality| self.steps.iter().find(|step| step.quality == quality).copied();
        let ssim_at = |quality| match quality {
            CEILING_QUALITY => Some(self.ceiling),
            _ => step(quality).map(|step| step.ssim),
        };
        let (quality, _) = choose(classic, |quality| ssim_at(quality).ok_or(())).ok()?;
        step(quality)
    }

    /// The shares of the ceiling at which the answer may change, as goals.
    pub fn shares(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|step| step.ssim / self.ceiling)
    }
}
