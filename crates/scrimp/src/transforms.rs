//! A picture's coefficients for each chroma subsampling, made once each.

use scrimp_jpeg::{Coefficients, Pixels, QuantisedCoefficients, Stop, Subsampling};

/// The coefficients made so far.
#[derive(Default)]
pub(crate) struct Transforms {
    made: Vec<(Subsampling, Coefficients)>,
}

impl Transforms {
    /// Those of a subsampling: the source's own where they are of it, else from pixels, unless `stop` says so before
    /// they are made.
    pub(crate) fn of(
        &mut self,
        subsampling: Subsampling,
        pixels: &Pixels,
        source: Option<&QuantisedCoefficients>,
        stop: Stop<'_>,
    ) -> Result<&Coefficients, scrimp_jpeg::Error> {
        let known = self.made.iter().position(|(made, _)| *made == subsampling);
        let place = match known {
            Some(place) => place,
            None => {
                let coefficients = match source.filter(|source| source.subsampling() == subsampling) {
                    Some(source) => source.dequantise(),
                    None => Coefficients::subsampled_unless(pixels, subsampling, stop)?,
                };
                self.made.push((subsampling, coefficients));
                self.made.len() - 1
            }
        };
        Ok(&self.made[place].1)
    }

    /// Those of a subsampling, if they were made.
    pub(crate) fn known(&self, subsampling: Subsampling) -> Option<&Coefficients> {
        self.made.iter().find(|(made, _)| *made == subsampling).map(|(_, coefficients)| coefficients)
    }
}
