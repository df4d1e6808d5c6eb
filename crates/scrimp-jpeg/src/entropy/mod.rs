//! The entropy coder of progressive files, with Huffman tables made for each scan (ITU-T T.81 annex G).
//!
//! What it writes is byte for byte what mozjpeg's library makes of the same coefficients and scans, to which the tests
//! hold it. The library copies all coefficients, and goes twice through those of each scan, once for its table. Here
//! they are read where they are, once for all scans of a component that follow each other, and become [`Tokens`]: the
//! symbols that the table is made for, and the bits between them. These take a tenth to half a byte a pixel in photos,
//! and never more than 3.

mod bits;
mod eob;
mod first;
mod huffman;
mod markers;
mod pass;
mod refinement;
mod scan;
mod significance;
#[cfg(test)]
mod tests;
mod tokens;

use crate::scans::Scan as LibraryScan;
use crate::transform::Plane;
use crate::{Error, QuantisedCoefficients, Stop};
use huffman::Table;
use pass::{Pass, Row};
use scan::Scan;
use tokens::Tokens;

/// The file of these scans, each of one component. `stop` is asked for each row of blocks that is read and for each few
/// thousand symbols that are written.
///
/// # Errors
/// [`Error::Library`], in the library's words, for coefficients that no file can hold; [`Error::OutOfMemory`];
/// [`Error::Stopped`].
pub(crate) fn write(
    coefficients: &QuantisedCoefficients,
    script: &[LibraryScan],
    stop: Stop<'_>,
) -> Result<Vec<u8>, Error> {
    let mut file = markers::header(coefficients);
    let scans: Vec<Scan> = script.iter().map(Scan::from).collect();
    for scans in scans.chunk_by(|one, next| one.component == next.component) {
        // A script is for as many components as there are.
        let plane = scans.first().and_then(|scan| coefficients.planes.get(scan.component));
        let tokens =
            tokens_of(plane.ok_or(Error::Unsupported { what: "scan of a missing component" })?, scans, stop)?;
        for (scan, mut tokens) in scans.iter().zip(tokens) {
            let table = Table::best(&tokens.counts(scan.kind()));
            markers::begin_scan(&mut file, scan, &table);
            tokens.write(&table.codes(scan.kind()), &mut file, stop)?;
        }
    }
    markers::end(&mut file);
    Ok(file)
}

/// The tokens of scans of one component, which go row by row together, so that its coefficients are read but once.
fn tokens_of(plane: &Plane, scans: &[Scan], stop: Stop<'_>) -> Result<Vec<Tokens>, Error> {
    let mut passes: Vec<Pass<'_>> = scans.iter().map(Pass::new).collect();
    for row in 0..plane.blocks_down() {
        if stop() {
            return Err(Error::Stopped);
        }
        let row = Row { groups: plane.row(row), blocks: plane.blocks_across() };
        passes.iter_mut().try_for_each(|pass| pass.read(&row))?;
    }
    passes.into_iter().map(Pass::end).collect()
}
