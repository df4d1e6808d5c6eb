//! Which part of a profile.

use clap::Args;
use scrimp_batch::profile::{Profile, ProfileError};
use std::path::Path;

/// Which part of a profile, and whether its age matters.
#[derive(Debug, Args)]
pub(crate) struct ProfileArguments {
    /// The class of photos in the profile, or auto: what each photo is found to be, photo, screenshot, line_art, scan or
    /// dark_noisy. Where none is named of several, it is found too if one of them is photo
    #[arg(long, value_name = "NAME", requires = "profile")]
    pub(crate) class: Option<String>,

    /// Take a profile that was made with other versions of scrimp, whose goals may mean something else here
    #[arg(long, requires = "profile")]
    accept_stale_profile: bool,
}

impl ProfileArguments {
    /// The profile in the file at `path`, unless it is stale.
    pub(crate) fn read(&self, path: &Path) -> Result<Profile, ProfileError> {
        let profile = Profile::read(path)?;
        if !self.accept_stale_profile {
            profile.ensure_current(path)?;
        }
        Ok(profile)
    }
}
