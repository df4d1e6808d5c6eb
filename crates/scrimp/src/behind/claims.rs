//! What XMP tells of the bytes behind an image.
//!
//! Containers (Android's Ultra HDR and motion photo formats, Google's dynamic depth) list the file's items in their
//! order with their lengths; older motion photos tell how far before the file's end the video begins. Neither changes
//! with the image's own length, unless that is told too.

use crate::Kept;
use crate::metadata::xmp;
use scrimp_jpeg::Layout;

/// A container of more is not followed: each item may cost a look at all that stands behind it.
const MOST_ITEMS: usize = 64;

/// What XMP tells.
#[derive(Debug, Default)]
pub(super) struct Claims {
    items: Vec<Item>,
    /// Where a video begins, counted from the file's end.
    video: Option<Told>,
}

#[derive(Debug)]
struct Item {
    semantic: String,
    length: Option<Told>,
    padding: Option<Told>,
}

/// A number; none where it is none that could be a length.
type Told = Option<usize>;

impl Claims {
    pub(super) fn read(bytes: &[u8], layout: &Layout) -> Self {
        let text = xmp::text_of(layout.metadata.iter().map(|s| (s.marker, &bytes[s.payload.clone()])));
        let number = |text: &str, name| xmp::property(text, name).map(|told| told.trim().parse().ok());
        let item = |text: &str| Item {
            semantic: xmp::property(text, "Semantic").unwrap_or_default().to_owned(),
            length: number(text, "Length"),
            padding: number(text, "Padding"),
        };
        let is_container = text.contains("/container/");
        let items = xmp::elements(&text, "Item").take(if is_container { MOST_ITEMS + 1 } else { 0 });
        let items = items.map(item).collect();
        Self { items, video: number(&text, "MicroVideoOffset") }
    }

    /// Why `behind` bytes can't be carried for what is told of them.
    pub(super) fn obstacle(&self, behind: usize) -> Option<Kept> {
        let is_told = |part: &str| self.items.iter().any(|item| item.semantic.contains(part));
        let is_true = self.video.is_none_or(|video| video.is_some_and(|video| video <= behind))
            && (self.items.is_empty() || self.length().is_some_and(|length| length <= behind));
        if is_true {
            None
        } else if self.video.is_some() || is_told("Motion") {
            Some(Kept::MotionPhoto)
        } else if is_told("GainMap") {
            Some(Kept::GainMap)
        } else {
            Some(Kept::TrailingData { bytes: behind })
        }
    }

    /// Where items begin behind the image.
    pub(super) fn starts(&self, behind: usize) -> Vec<usize> {
        let video = self.video.flatten().and_then(|video| behind.checked_sub(video));
        let last = self.items.last().and_then(|item| behind.checked_sub(item.length??));
        let mut starts: Vec<_> = video.into_iter().chain(last.filter(|_| self.items.len() > 1)).collect();
        if let Some((image, others)) = self.items.split_first().filter(|_| self.length() == Some(behind)) {
            let mut at = image.padding.flatten().unwrap_or(0);
            for item in others {
                starts.push(at);
                at += item.bytes().unwrap_or(0);
            }
        }
        starts
    }

    /// The bytes behind the image that the container tells of; `None` if it tells the image's own length, which
    /// changes, or what is no length.
    fn length(&self) -> Option<usize> {
        let (image, others) = self.items.split_first().filter(|_| self.items.len() <= MOST_ITEMS)?;
        let image = Item { semantic: String::new(), length: Some(image.length.unwrap_or(Some(0))), ..*image };
        let first = image.bytes().filter(|_| image.length == Some(Some(0)))?;
        others.iter().try_fold(first, |sum, item| sum.checked_add(item.bytes()?))
    }
}

impl Item {
    /// Its length and what fills up behind it.
    fn bytes(&self) -> Option<usize> {
        self.length??.checked_add(self.padding.unwrap_or(Some(0))?)
    }
}
