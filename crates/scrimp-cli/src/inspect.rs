//! `scrimp inspect`.

use crate::args::InspectArguments;
use crate::exit::Exit;
use crate::{show, size, source};
use anyhow::Context;
use scrimp::{Inspection, ProbeRecord};
use scrimp_batch::{Overwrite, Report};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(crate) fn run(arguments: &InspectArguments) -> anyhow::Result<Exit> {
    let options = arguments.limits.options();
    let name = || arguments.photo.display().to_string();
    let bytes = source::read(&arguments.photo, options.limits.file_bytes).with_context(name)?;
    let inspection = scrimp::inspect(&bytes, &options).with_context(name)?;
    if let Some(path) = &arguments.report {
        let mut report = Report::begin(path, Overwrite::Never)?;
        report.inspect(&arguments.photo, &bytes, inspection.clone(), &options).with_context(name)?;
        report.finish(0)?;
    }
    if arguments.json {
        show::line(&serde_json::to_string(&inspection)?)?;
    } else {
        show::line(text(&inspection).trim_end())?;
    }
    Ok(Exit::Done)
}

fn text(photo: &Inspection) -> String {
    let mut out = String::new();
    let Inspection { format, width, height, components, .. } = photo;
    let colour = match components {
        1 => "gray",
        4 => "CMYK",
        _ => "colour",
    };
    let bytes = size::show(photo.bytes as u64);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{format}, {width} x {height}, {colour}, {bytes}");
    if let (Some(process), Some(scans)) = (photo.process, photo.scans) {
        let subsampling = photo.subsampling.unwrap_or("unusual subsampling");
        let scans = if scans == 1 { "1 scan".to_owned() } else { format!("{scans} scans") };
        let _ = writeln!(out, "{process}, {subsampling}, {scans}");
    }
    if let Some(quality) = photo.estimated_quality {
        let tables = if photo.standard_tables == Some(true) {
            "standard tables"
        } else {
            "tables of its own, nearest"
        };
        let _ = writeln!(out, "saved at quality {quality} ({tables})");
    }
    if let Some(blind) = photo.blind {
        let lost = (100.0 - blind).round();
        let _ = writeln!(out, "has already lost about {lost} points of SSIMULACRA2 (an estimate)");
    }
    let why = photo.traits.map_or_else(|| "too small to tell".to_owned(), |traits| traits.reason());
    let _ = writeln!(out, "class {}: {why}", photo.class);
    let _ = writeln!(out, "rides along: {}", riders(photo));
    if photo.curve.is_empty() {
        let _ = writeln!(out, "no curve: of CMYK only the very same picture is written, in fewer bytes");
    } else {
        let _ = writeln!(out, "\n{}", curve(&photo.curve, photo.bytes));
    }
    out
}

fn riders(photo: &Inspection) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for segment in photo.metadata.iter().chain(&photo.behind) {
        *kinds.entry(segment.kind).or_default() += segment.bytes;
    }
    let list: Vec<_> =
        kinds.iter().map(|(kind, bytes)| format!("{kind} ({})", size::show(*bytes as u64))).collect();
    if list.is_empty() { "nothing".to_owned() } else { list.join(", ") }
}

/// Quality, size and score as a table, with the score as a bar beside it.
fn curve(probes: &[ProbeRecord], input_bytes: usize) -> String {
    const BAR: f64 = 40.0;
    let mut out = String::from("quality      size  of input   score\n");
    for probe in probes {
        let share = 100.0 * probe.bytes as f64 / input_bytes as f64;
        let bar = "#".repeat((probe.score.clamp(0.0, 100.0) / 100.0 * BAR).round() as usize);
        let (quality, bytes, score) = (probe.setting.quality, size::show(probe.bytes as u64), probe.score);
        let _ = writeln!(out, "{quality:7} {bytes:>9}  {share:6.1} %  {score:6.2}  {bar}");
    }
    if let Some(probe) = probes.first() {
        let _ = write!(
            out,
            "(JPEG {}, tables {}; score in SSIMULACRA2 points, bars from 0 to 100)",
            probe.setting.subsampling, probe.setting.tables
        );
    }
    out
}
