//! Drawings in SVG.

use crate::Compared;
use std::fmt::Write;

/// Scores from one edge of a drawing to the other.
const SCORES: (f64, f64) = (58.0, 93.0);
const OURS: &str = "#111111";
/// Where the legend stands beside a frame of 480, and how wide both are together.
const BESIDE: (f64, f64) = (554.0, 30.0);
const WITH_LEGEND: f64 = 740.0;
/// A colour for each peer, apart for the colour-blind too (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#56b4e9", "#d55e00", "#009e73", "#2fd3a4", "#cc79a7", "#e69f00"];

/// The peers in the order in which they come.
pub(crate) fn peers(compared: &[Compared]) -> Vec<String> {
    let mut peers: Vec<String> = Vec::new();
    for rival in compared.iter().flat_map(|photo| &photo.peers) {
        if !peers.contains(&rival.peer) {
            peers.push(rival.peer.clone());
        }
    }
    peers
}

pub(crate) fn geometric_mean(values: &[f64]) -> f64 {
    libm::exp(values.iter().map(|value| libm::log(*value)).sum::<f64>() / values.len() as f64)
}

/// A part of a drawing with its two scales; the vertical one is logarithmic.
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    /// Least and greatest value, upwards.
    values: (f64, f64),
}

impl Frame {
    fn x(&self, score: f64) -> f64 {
        self.left + self.width * (score - SCORES.0) / (SCORES.1 - SCORES.0)
    }

    fn y(&self, value: f64) -> f64 {
        let (least, most) = self.values;
        self.top + self.height * libm::log(most / value) / libm::log(most / least)
    }

    fn border(&self, svg: &mut String) {
        let Self { left, top, width, height, .. } = self;
        let _ = writeln!(
            svg,
            r##"<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="#999"/>"##
        );
    }

    fn line(&self, svg: &mut String, points: &[(f64, f64)]) {
        let points: Vec<String> = points
            .iter()
            .map(|(score, value)| format!("{:.1},{:.1}", self.x(*score), self.y(*value)))
            .collect();
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{OURS}" stroke-width="1.5"/>"#,
            points.join(" ")
        );
    }

    fn dot(&self, svg: &mut String, (score, value): (f64, f64), radius: f64, colour: &str) {
        let (x, y) = (self.x(score), self.y(value));
        let _ = writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius}" fill="{colour}"/>"#);
    }

    /// Lines and numbers at every tenth score and at `values`.
    fn grid(&self, svg: &mut String, values: &[f64]) {
        let (bottom, right) = (self.top + self.height, self.left + self.width);
        for score in [60.0, 70.0, 80.0, 90.0] {
            let x = self.x(score);
            let _ = writeln!(svg, r##"<path d="M{x:.1} {}V{bottom}" stroke="#ddd"/>"##, self.top);
            text(svg, (x, bottom + 14.0), "middle", &format!("{score}"));
        }
        for value in values {
            let y = self.y(*value);
            let _ = writeln!(svg, r##"<path d="M{} {y:.1}H{right}" stroke="#ddd"/>"##, self.left);
            text(svg, (self.left - 4.0, y + 4.0), "end", &format!("{value}"));
        }
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{words}</text>"#);
}

fn drawing(width: f64, height: f64, title: &str, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         {body}</svg>\n"
    )
}

/// What the colours mean, one below the other.
fn legend(svg: &mut String, (x, y): (f64, f64), peers: &[String]) {
    let _ = writeln!(svg, r#"<path d="M{} {y}h16" stroke="{OURS}" stroke-width="2"/>"#, x - 8.0);
    text(svg, (x + 12.0, y + 4.0), "start", "scrimp");
    for (at, (peer, colour)) in peers.iter().zip(COLOURS).enumerate() {
        let y = y + 16.0 * (at + 1) as f64;
        let _ = writeln!(svg, r#"<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>"#);
        text(svg, (x + 12.0, y + 4.0), "start", peer);
    }
}

/// Bytes at `score` on a curve, between its points evenly in the logarithm; none beyond its ends.
fn bytes_at(curve: &[(f64, f64)], score: f64) -> Option<f64> {
    let pair = curve.windows(2).find(|pair| pair[0].0 <= score && score <= pair[1].0)?;
    let ((low, few), (high, many)) = (pair[0], pair[1]);
    let part = if high > low { (score - low) / (high - low) } else { 0.0 };
    Some(libm::exp(libm::log(few) + part * libm::log(many / few)))
}

/// Bits a pixel against score: our curve and each peer's point, means over the photos.
pub(crate) fn mean_curve(compared: &[Compared]) -> String {
    let frame = Frame { left: 50.0, top: 20.0, width: 480.0, height: 320.0, values: (0.35, 4.0) };
    let mut svg = String::new();
    frame.grid(&mut svg, &[0.5, 0.7, 1.0, 1.4, 2.0, 2.8]);
    frame.border(&mut svg);
    let ours: Vec<(f64, f64)> = (610..=895)
        .step_by(5)
        .filter_map(|tenths| {
            let score = f64::from(tenths) / 10.0;
            let bits: Option<Vec<f64>> = compared
                .iter()
                .map(|photo| Some(8.0 * bytes_at(&photo.ours, score)? / photo.pixels))
                .collect();
            Some((score, geometric_mean(&bits?)))
        })
        .collect();
    frame.line(&mut svg, &ours);
    let peers = peers(compared);
    for (peer, colour) in peers.iter().zip(COLOURS) {
        let files: Vec<(f64, f64)> = compared
            .iter()
            .flat_map(|photo| photo.peers.iter().map(move |rival| (photo, rival)))
            .filter(|(_, rival)| rival.peer == *peer)
            .map(|(photo, rival)| (rival.score, 8.0 * rival.bytes / photo.pixels))
            .collect();
        let score = files.iter().map(|(score, _)| score).sum::<f64>() / files.len() as f64;
        let bits: Vec<f64> = files.iter().map(|(_, bits)| *bits).collect();
        frame.dot(&mut svg, (score, geometric_mean(&bits)), 5.0, colour);
    }
    legend(&mut svg, BESIDE, &peers);
    text(&mut svg, (290.0, 372.0), "middle", "SSIMULACRA2");
    text(&mut svg, (50.0, 13.0), "start", "bits a pixel");
    drawing(WITH_LEGEND, 380.0, "Bits a pixel against score", &svg)
}

/// Our bytes to the peer's against score, a dot for each file.
pub(crate) fn ratios(compared: &[Compared]) -> String {
    let frame = Frame { left: 50.0, top: 20.0, width: 480.0, height: 320.0, values: (0.6, 1.5) };
    let mut svg = String::new();
    frame.grid(&mut svg, &[0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3]);
    frame.border(&mut svg);
    frame.line(&mut svg, &[(SCORES.0, 1.0), (SCORES.1, 1.0)]);
    let peers = peers(compared);
    for (peer, colour) in peers.iter().zip(COLOURS) {
        for rival in compared.iter().flat_map(|photo| &photo.peers).filter(|rival| rival.peer == *peer) {
            let Some(ours) = rival.ours else { continue };
            frame.dot(&mut svg, (rival.score, (ours / rival.bytes).clamp(0.6, 1.5)), 2.5, colour);
        }
    }
    legend(&mut svg, BESIDE, &peers);
    text(&mut svg, (290.0, 372.0), "middle", "SSIMULACRA2");
    text(&mut svg, (50.0, 13.0), "start", "our bytes to the peer's");
    drawing(WITH_LEGEND, 380.0, "Our bytes to the peer's against score", &svg)
}

/// A small drawing for each photo: bytes, on a scale of its own, against score.
pub(crate) fn each_photo(compared: &[Compared]) -> String {
    const ACROSS: usize = 5;
    let (width, height) = (190.0, 150.0);
    let peers = peers(compared);
    let mut svg = String::new();
    for (at, photo) in compared.iter().enumerate() {
        let (column, row) = ((at % ACROSS) as f64, (at / ACROSS) as f64);
        let bytes =
            photo.ours.iter().map(|(_, bytes)| *bytes).chain(photo.peers.iter().map(|rival| rival.bytes));
        let (least, most) =
            bytes.fold((f64::MAX, 1.0_f64), |(least, most), bytes| (least.min(bytes), most.max(bytes)));
        let values = (least / 1.1, most * 1.1);
        let (left, top) = (10.0 + column * width, 20.0 + row * height);
        let frame = Frame { left, top, width: width - 14.0, height: height - 36.0, values };
        text(&mut svg, (left, top - 4.0), "start", &photo.name);
        frame.grid(&mut svg, &[]);
        frame.border(&mut svg);
        frame.line(&mut svg, &photo.ours);
        for rival in &photo.peers {
            let colour = peers
                .iter()
                .position(|peer| *peer == rival.peer)
                .map_or(OURS, |at| COLOURS[at % COLOURS.len()]);
            frame.dot(&mut svg, (rival.score, rival.bytes), 2.5, colour);
        }
    }
    let rows = compared.len().div_ceil(ACROSS) as f64;
    legend(&mut svg, (24.0, 20.0 + rows * height), &peers);
    let bottom = 30.0 + rows * height + 16.0 * (peers.len() + 1) as f64;
    drawing(10.0 + ACROSS as f64 * width, bottom, "Bytes against score for each photo", &svg)
}
