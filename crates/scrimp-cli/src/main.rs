//! The command-line program scrimp: arguments become a job, the libraries do it, and this shows what came of it.

#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

/// Tells people something on standard error, in one line. That it cannot be told, as on a full disk, is no reason to stop.
macro_rules! note {
    ($($text:tt)*) => {{
        let text = format!($($text)*);
        let text = format_args!("{}\n", $crate::plain::plain(&text));
        let _ = std::io::Write::write_fmt(&mut anstream::stderr(), text);
    }};
}

mod args;
mod calibrate;
mod classic;
mod doctor;
mod exit;
mod inspect;
mod interrupt;
mod ledger;
mod machine;
mod measure;
mod plain;
mod progress;
mod save;
mod score;
mod serve;
mod shard;
mod show;
mod shrink;
mod size;
mod source;
mod stores;
mod sum;
mod summary;
mod table;

use args::{Arguments, Command};
use clap::{CommandFactory, Parser};
use exit::Exit;

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    run(arguments.command).unwrap_or_else(|error| exit::report(&error)).into()
}

fn run(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Shrink(arguments) => shrink::run(&arguments),
        Command::Score(arguments) => score::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Classic(arguments) => classic::run(&arguments),
        Command::Calibrate(arguments) => calibrate::run(&arguments),
        Command::Ledger(command) => ledger::run(&command),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Shard(arguments) => shard::run(&arguments),
        Command::Summary(arguments) => summary::run(&arguments),
        Command::Doctor => doctor::run(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "scrimp", &mut script);
            show::line(String::from_utf8_lossy(&script).trim_end())?;
            Ok(Exit::Done)
        }
        Command::Man { command } => show::manual_page(Arguments::command(), command.as_deref()),
    }
}
