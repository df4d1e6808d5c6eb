//! The arguments of `scrimp serve`.

use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Serve over HTTP: a photo in the body of a request, the smaller one in the answer
///
/// Settings come from the file, then from variables SCRIMP_SERVE_NAME of the environment, then from these flags, the
/// later ones winning; docs/server.md lists them. Ends when interrupted or terminated, once the requests in hand are
/// answered.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,

    /// Settings in TOML
    #[arg(long, value_name = "FILE.toml", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,

    /// A single setting; can be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) settings: Vec<(String, String)>,

    /// How each request is told of on standard error
    #[arg(long, value_enum, value_name = "FORM", default_value_t = LogForm::Text)]
    pub(crate) log: LogForm,

    /// Tell whether the settings can be, and serve nothing
    #[arg(long)]
    pub(crate) check_config: bool,

    /// Tell whether a service with these settings is there and alive, and serve nothing
    #[arg(long, conflicts_with = "check_config")]
    pub(crate) check_health: bool,
}

/// How requests are told of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogForm {
    /// A line for people
    Text,
    /// A line of JSON
    Json,
    /// Not at all
    Off,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "a setting is written NAME=VALUE".to_owned())
}
