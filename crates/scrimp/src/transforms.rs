//! A picture's coefficients for each chroma subsampling, made once each.

use scrimp_jpeg::{Coefficients, Pixels, QuantisedCoefficients, Subsampling};

/// The coefficients made so far.
#[derive(Default)]
pub(crate) struct Transforms {
    made: Vec<(Subsampling, Coefficients)>,
}

impl Transforms {
    /// Those of a subsampling: the source's own where they are of it, else from pixels.
    pub(crate) fn of(
        &mut self,
        subsampling: Subsampling,
        pixels: &Pixels,
        source: Option<&QuantisedCoefficients>,
    ) -> &Coefficients {
        let place = self.made.iter().position(|(made, _)| *made == subsampling);
        let place = place.unwrap_or_else(|| {
            let coefficients = match source.filter(|source| source.subsampling() == subsampling) {
                Some(source) => source.dequantise(),
                None => Coefficients::subsampled(pixels, subsampling),
            };
            self.made.push((subsampling, coefficients));
            self.made.len() - 1
        });
        &self.made[place].1
    }

    /// Those of a subsampling, if they were made.
    pub(crate) fn known(&self, subsampling: Subsampling) -> Option<&Coefficients> {
        self.made.iter().find(|(made, _)| *made == subsampling).map(|(_, coefficients)| coefficients)
    }
}
