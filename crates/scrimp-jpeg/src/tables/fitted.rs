//! The numbers of the fitted families: scales, in twice libjpeg's percentage, and the tables there.
//!
//! Fitted 2026-11-22 by coordinate descent over the knots, from jpegli's published base tables (libjxl, `quant.cc`), on
//! every other one of 34 lossless photos and 22 camera JPEGs of the corpus, pieces of 256x256: the fewest bytes of
//! progressive files at a SSIMULACRA2 of 70 and 80 (4:2:0) and of 85 (4:4:4) under a dead zone of 0.55 to 0.63, and of 88
//! (4:2:0), 78 and 93 (4:4:4) rounded to the nearest; the scales of these three are set by hand. The example `fit-tables`
//! of the crate scrimp goes on from these numbers in the same way, with the rounding of `Rounding::Weighed`.
//!
//! On 13 lossless photos of the other half the smaller of the two takes, against the smaller of Klein's tables at 4:2:0
//! and Annex K's at 4:4:4 and everything else alike, 3.7 % fewer bytes at 65 points, 2.9 % at 73, 4.4 % at 79, 7.3 % at
//! 85 and 9.9 % at 90.

use super::Diagonals;

/// For chroma at half width and height.
pub(super) const HALVED: [(u32, Diagonals); 3] = [
    // 88 points.
    (
        52,
        Diagonals {
            sixteenths: [
                [24, 42, 45, 95, 94, 104, 133, 174, 201],
                [11, 25, 29, 88, 100, 109, 147, 196, 477],
                [36, 47, 57, 74, 68, 71, 80, 92, 530],
            ],
        },
    ),
    // 80 points.
    (
        111,
        Diagonals {
            sixteenths: [
                [57, 74, 105, 196, 230, 250, 315, 441, 490],
                [40, 87, 101, 257, 291, 287, 403, 644, 1564],
                [62, 102, 123, 165, 153, 154, 170, 195, 1117],
            ],
        },
    ),
    // 70 points.
    (
        228,
        Diagonals {
            sixteenths: [
                [116, 153, 216, 403, 473, 514, 647, 908, 1007],
                [73, 183, 214, 453, 514, 525, 735, 1175, 2856],
                [123, 168, 202, 278, 257, 267, 294, 337, 1932],
            ],
        },
    ),
];

/// For chroma at full size.
pub(super) const FULL: [(u32, Diagonals); 3] = [
    // 93 points.
    (
        20,
        Diagonals {
            sixteenths: [
                [8, 16, 19, 32, 40, 52, 74, 90, 101],
                [19, 45, 52, 176, 210, 173, 158, 202, 683],
                [34, 62, 74, 148, 145, 137, 130, 145, 1158],
            ],
        },
    ),
    // 85 points.
    (
        66,
        Diagonals {
            sixteenths: [
                [33, 53, 55, 136, 136, 153, 195, 249, 289],
                [70, 214, 247, 354, 422, 464, 544, 696, 2349],
                [65, 170, 203, 288, 280, 316, 300, 258, 2057],
            ],
        },
    ),
    // 78 points.
    (
        95,
        Diagonals {
            sixteenths: [
                [49, 70, 84, 184, 196, 229, 292, 374, 433],
                [72, 298, 343, 597, 713, 687, 742, 961, 3243],
                [111, 217, 259, 518, 504, 467, 430, 480, 3823],
            ],
        },
    ),
];
