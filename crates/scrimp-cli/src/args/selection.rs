//! Which files of folders.

use clap::Args;
use scrimp_batch::{Selection, Share};

/// Which files of the folders that are named.
#[derive(Debug, Args)]
#[command(next_help_heading = "Files of folders")]
pub(crate) struct SelectionArguments {
    /// Only files that match this glob, such as *.jpg or holiday/**; upper and lower case are one. May be given several
    /// times
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,

    /// No files or folders that match this glob
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,

    /// Hidden files and folders too
    #[arg(long)]
    hidden: bool,

    /// None that a .gitignore or .ignore leaves out
    #[arg(long)]
    gitignore: bool,

    /// Also what links lead to; not with --in-place
    #[arg(long)]
    follow_links: bool,

    /// Only about this part of the photos, for example 1%, to try something on a large library: the same ones each time
    #[arg(long, value_name = "PCT", value_parser = share)]
    sample: Option<Share>,
}

impl SelectionArguments {
    pub(crate) fn is_given(&self) -> bool {
        let has_globs = !self.include.is_empty() || !self.exclude.is_empty();
        has_globs || self.hidden || self.gitignore || self.follow_links || self.sample.is_some()
    }

    pub(crate) fn selection(&self) -> Selection {
        Selection {
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            hidden: self.hidden,
            ignore_files: self.gitignore,
            follow_links: self.follow_links,
            share: self.sample.unwrap_or_default(),
        }
    }
}

fn share(text: &str) -> Result<Share, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse().ok().and_then(Share::percent);
    percent.ok_or_else(|| "a sample is above 0 and at most 100 percent".to_owned())
}
