//! `scrimp doctor`: what this program and machine have.

use crate::exit::Exit;
use crate::plain::plain;
use crate::{machine, show, size};
use scrimp::{LimitKind, Limits};

pub(crate) fn run() -> anyhow::Result<Exit> {
    for (name, value) in facts() {
        show::line(&format!("{name:<24}{}", plain(&value)))?;
    }
    if !scrimp::has_assembly() {
        note!(
            "scrimp: the JPEG library runs without its assembly, and slowly; build it where nasm is installed"
        );
    }
    Ok(Exit::Done)
}

fn facts() -> Vec<(String, String)> {
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let assembly = if scrimp::has_assembly() { "in use" } else { "missing" };
    let places = machine::state_folder();
    let ledgers = places.map_or_else(|| "nowhere".to_owned(), |folder| folder.display().to_string());
    let mut facts = vec![
        fact("version", env!("CARGO_PKG_VERSION")),
        fact("built for", &format!("{}, {}", std::env::consts::ARCH, std::env::consts::OS)),
        fact("vector instructions", scrimp::vector_instructions()),
        fact("JPEG library's assembly", assembly),
        fact("threads", &machine::threads().to_string()),
        fact("memory for photos", &size::show(machine::half_of_memory())),
        fact("ledgers", &ledgers),
    ];
    let mut limits = Limits::default();
    limits.memory = machine::half_of_memory();
    facts.extend(LimitKind::ALL.iter().map(|which| {
        let value = limits.get_mut(*which).to_string();
        (format!("limit {}", which.name()), value)
    }));
    facts
}
