//! The marker segments of a file (T.81 annex B), no more of them than decoding needs.

use super::huffman::Table;
use super::scan::{Kind, Scan};
use crate::QuantisedCoefficients;
use crate::layout::ZIGZAG;

const SOF2: u8 = 0xC2;
const DHT: u8 = 0xC4;
const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DQT: u8 = 0xDB;

/// Start, quantisation tables and frame. Each different table comes once, in the place of its first component.
pub(super) fn header(coefficients: &QuantisedCoefficients) -> Vec<u8> {
    let mut file = vec![0xFF, SOI];
    let tables = &coefficients.tables;
    let place_of = |at: usize| tables.iter().position(|other| *other == tables[at]).unwrap_or(at);
    for at in (0..tables.len()).filter(|at| place_of(*at) == *at) {
        let divisors = ZIGZAG.map(|place| tables[at].divisors()[usize::from(place)]);
        segment(&mut file, DQT, &[&[at as u8], &divisors]);
    }
    let shape = coefficients.shape;
    // No picture has a side over 65,500.
    let [height, width] = [shape.height, shape.width].map(|side| (side as u16).to_be_bytes());
    let size = [8, height[0], height[1], width[0], width[1], tables.len() as u8];
    let (across, down) = shape.subsampling.luma_factors();
    let components = (0..tables.len()).map(|at| {
        let (across, down) = if at == 0 { (across, down) } else { (1, 1) };
        [number_of(at), across << 4 | down, place_of(at) as u8]
    });
    segment(&mut file, SOF2, &[&size, components.collect::<Vec<_>>().as_flattened()]);
    file
}

/// The Huffman table of a scan, and its header.
pub(super) fn begin_scan(file: &mut Vec<u8>, scan: &Scan, table: &Table) {
    // As is usual, luma has tables number 0 and chroma number 1.
    let number = u8::from(scan.component > 0);
    let (class, used) = if scan.kind() == Kind::Dc { (0, number << 4) } else { (1 << 4, number) };
    segment(file, DHT, &[&[class | number], &table.counts, &table.symbols]);
    let bits = scan.before << 4 | scan.after;
    segment(file, SOS, &[&[1, number_of(scan.component), used, scan.first, scan.last, bits]]);
}

/// The end.
pub(super) fn end(file: &mut Vec<u8>) {
    file.extend_from_slice(&[0xFF, EOI]);
}

/// The number that stands for a component in the file, from 1 as in JFIF.
const fn number_of(component: usize) -> u8 {
    component as u8 + 1
}

fn segment(file: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    // Tables are far below what a segment can hold.
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>() as u16;
    file.extend_from_slice(&[0xFF, marker]);
    file.extend_from_slice(&length.to_be_bytes());
    parts.iter().for_each(|part| file.extend_from_slice(part));
}
