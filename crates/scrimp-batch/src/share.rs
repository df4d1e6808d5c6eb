//! A part of the photos, to try something on.

use std::path::Path;
use twox_hash::XxHash3_64;

/// A share of the photos, 0 to 100 percent. Which photos belong to it depends on each one's path alone, so it is the same
/// on every run, and a larger share holds every smaller one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// `None` unless the percentage is above 0 and at most 100.
    #[must_use]
    pub fn percent(value: f64) -> Option<Self> {
        (value > 0.0 && value <= 100.0).then_some(Self(value))
    }

    /// Whether the photo at this path, below the folder that was named, belongs to it.
    pub(crate) fn takes(self, path: &Path) -> bool {
        let mut name = Vec::new();
        // The same on systems that part folders otherwise.
        for component in path.components() {
            name.extend_from_slice(component.as_os_str().as_encoded_bytes());
            name.push(b'/');
        }
        let place = XxHash3_64::oneshot(&name) as f64 / u64::MAX as f64;
        self.0 == 100.0 || place * 100.0 < self.0
    }
}

impl Default for Share {
    /// All.
    fn default() -> Self {
        Self(100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_as_large_as_it_says_and_the_same_every_time() {
        let paths: Vec<_> = (0..20_000).map(|number| format!("year/{number}.jpg")).collect();
        let taken = |share: Share| paths.iter().filter(|path| share.takes(Path::new(path))).count();
        for percent in [1.0, 10.0, 50.0] {
            let expected = 200.0 * percent;
            let found = taken(Share::percent(percent).unwrap()) as f64;
            // Four standard deviations of a fair draw.
            assert!((found - expected).abs() < 4.0 * expected.sqrt(), "{found} of {expected}");
        }
        assert_eq!(taken(Share::default()), paths.len());
        let (small, large) = (Share::percent(5.0).unwrap(), Share::percent(6.0).unwrap());
        assert!(paths.iter().all(|path| !small.takes(Path::new(path)) || large.takes(Path::new(path))));
        assert_eq!(
            (Share::percent(0.0), Share::percent(f64::NAN), Share::percent(101.0)),
            (None, None, None)
        );
    }
}
