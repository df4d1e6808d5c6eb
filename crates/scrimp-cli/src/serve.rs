//! `scrimp serve`.

use crate::args::{LogForm, ServeArguments};
use crate::exit::{Exit, UsageError};
use crate::interrupt::Interrupt;
use crate::{machine, show};
use anyhow::Context;
use scrimp_server::{Access, Config, Event};
use std::path::Path;

pub(crate) fn run(arguments: &ServeArguments) -> anyhow::Result<Exit> {
    let config = config(arguments)?;
    if arguments.check_config {
        scrimp_server::check_config(&config)?;
        show::line("the configuration is sound")?;
        return Ok(Exit::Done);
    }
    if arguments.check_health {
        let listen = config.listen;
        scrimp_server::check_health(listen).with_context(|| format!("no service is alive at {listen}"))?;
        show::line("the service is alive")?;
        return Ok(Exit::Done);
    }
    // The first signal lets the requests in hand end, the second one ends the program at once.
    let _interrupt = Interrupt::listen()?;
    scrimp_server::serve(config, teller(arguments.log))?;
    Ok(Exit::Done)
}

fn config(arguments: &ServeArguments) -> anyhow::Result<Config> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| UsageError(format!("{}: {error}", path.display())))
    };
    let file = arguments.config.as_deref().map(read).transpose()?;
    // Names and values that are no Unicode are none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let listen = arguments.listen.iter().map(|value| ("listen".to_owned(), value.clone()));
    let flags = arguments.settings.iter().cloned().chain(listen);
    let config = Config::new(machine::threads(), machine::half_of_memory());
    Ok(config.read(file.as_deref(), variables, flags).map_err(|error| UsageError(error.to_string()))?)
}

/// What tells people of events.
fn teller(form: LogForm) -> impl Fn(&Event) + Send + Sync + 'static {
    move |event| match (event, form) {
        (Event::Request(access), LogForm::Json) => {
            // Texts and numbers always become JSON.
            note!("{}", serde_json::to_string(access).unwrap_or_default());
        }
        (Event::Request(access), LogForm::Text) => note!("{}", line(access)),
        (Event::Listening(address), _) => note!("scrimp: listening on http://{address}"),
        (Event::Metrics(address), _) => note!("scrimp: metrics on http://{address}/metrics"),
        (Event::Stopping, _) => note!("scrimp: ending, once the requests in hand are answered"),
        _ => {}
    }
}

fn line(access: &Access) -> String {
    let Access { request, method, route, status, code, ms, .. } = access;
    let (route, code) = (route.as_deref().unwrap_or("-"), code.unwrap_or("-"));
    format!("{request} {method} {route} {status} {code} {ms:.0} ms")
}
