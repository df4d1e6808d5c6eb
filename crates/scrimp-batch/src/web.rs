//! What pages are made of, reports and the page of the service alike: pieces of one script and one style, which are put
//! together in their order here, with a page's own behind them.

/// Elements, numbers and words; the other pieces build on it.
pub const ELEMENTS: &str = include_str!("web/elements.js");

/// Two pictures over each other, with an edge between them that can be moved.
pub const SLIDER: &str = include_str!("web/slider.js");

/// The settings that were tried, drawn and as a table.
pub const CURVE: &str = include_str!("web/curve.js");

/// Colours, type, fields, and what the pieces of script draw.
pub const LOOK: &str = include_str!("web/look.css");
