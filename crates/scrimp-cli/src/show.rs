//! What people and programs see of the results.

use crate::exit::{Exit, UsageError};
use anyhow::Context;
use std::io::{self, Write};

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    StandardOutput,
    StandardError,
}

/// Prints a line of results.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    line_to(Where::StandardOutput, text)
}

/// Prints a line of results there.
pub(crate) fn line_to(place: Where, text: &str) -> anyhow::Result<()> {
    let (written, name) = match place {
        Where::StandardOutput => (writeln!(anstream::stdout(), "{text}"), "standard output"),
        Where::StandardError => (writeln!(anstream::stderr(), "{text}"), "standard error"),
    };
    match written {
        // A reader that has gone away is no reason to stop the work.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.with_context(|| format!("the results cannot be written to {name}")),
    }
}

/// Prints the manual page of the program or of one of its commands.
pub(crate) fn manual_page(mut program: clap::Command, name: Option<&str>) -> anyhow::Result<Exit> {
    program.build();
    let command = match name {
        None => program,
        Some(name) => {
            let unknown = || UsageError(format!("there is no command {name:?}"));
            program.find_subcommand(name).cloned().ok_or_else(unknown)?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    line(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Exit::Done)
}
