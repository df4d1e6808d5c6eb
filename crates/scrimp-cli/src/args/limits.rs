//! Bounds.

use crate::size;
use clap::Args;
use scrimp::{LimitKind, Limits, Options};

/// Bounds.
#[derive(Debug, Args)]
pub(crate) struct LimitArguments {
    /// Memory that all photos in hand may take together, for example 4G; at least 64M [default: half of
    /// the machine's]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub(crate) memory: Option<u64>,

    /// Raise or lower a limit for each photo: pixels (200M), side (65500), file-bytes (512M), scan-pixels (2G),
    /// metadata-bytes (64M), metadata-segments (2000), memory (--memory), time (60 seconds)
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = limit)]
    limits: Vec<(LimitKind, u64)>,
}

impl LimitArguments {
    /// The memory for all photos together.
    pub(crate) fn memory(&self) -> u64 {
        self.memory.unwrap_or_else(crate::machine::half_of_memory)
    }

    /// The default options within these limits.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        let mut limits = Limits::default();
        limits.memory = self.memory();
        for (which, value) in &self.limits {
            *limits.get_mut(*which) = *value;
        }
        options.limits = limits;
        options
    }
}
fn memory(text: &str) -> Result<u64, String> {
    // Room for one small photo: with less, nothing could be done.
    const LEAST: u64 = 64_000_000;
    let bytes = size::parse(text)?;
    if bytes < LEAST { Err("it takes at least 64M to work on a photo".to_owned()) } else { Ok(bytes) }
}
fn limit(text: &str) -> Result<(LimitKind, u64), String> {
    let names: Vec<_> = LimitKind::ALL.iter().map(|which| which.name()).collect();
    let form = || format!("a limit is written NAME=VALUE; the names are {}", names.join(", "));
    let (name, value) = text.split_once('=').ok_or_else(form)?;
    let which = LimitKind::ALL.iter().copied().find(|which| which.name() == name).ok_or_else(form)?;
    Ok((which, scrimp_batch::parse_limit(which, value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_raised_by_its_name() {
        assert_eq!(limit("pixels=400M"), Ok((LimitKind::Pixels, 400_000_000)));
        assert!(limit("beauty=1").unwrap_err().contains("scan-pixels"));
        assert!(limit("pixels").is_err());
        assert!(limit("pixels=0.9").unwrap_err().contains("at least 1"));
        assert!(limit("time=0.5").unwrap_err().contains("whole number"));
        assert!(limit("side=2KiB").unwrap_err().contains("whole number"));
        assert_eq!(limit("time=90"), Ok((LimitKind::Time, 90)));
        assert_eq!(limit("side=65500"), Ok((LimitKind::Side, 65_500)));
        assert!(limit("side=70000").unwrap_err().contains("65500"));
    }
}
