//! All that rides along with a photo, and goes into its smaller form around the coded picture.

use crate::behind::Behind;
use crate::metadata::{self, Carried, Rider};
use crate::strip::strip;
use crate::{Credentials, Error, Format, Options};
use scrimp_jpeg::Layout;

/// What rides along.
#[derive(Clone, Debug)]
pub(crate) struct Riders {
    /// Metadata segments in their order.
    pub(crate) segments: Vec<Carried>,
    /// What stands behind the image.
    pub(crate) behind: Behind,
    /// Whether content credentials vouched for the photo that are not left out on request: a new file breaks them.
    pub(crate) had_credentials: bool,
}

impl Riders {
    /// Those of a JPEG whose image ends at `end`.
    pub(crate) fn of_jpeg(bytes: &[u8], layout: &Layout, end: usize) -> Self {
        Self {
            segments: metadata::of_jpeg(bytes, layout),
            behind: Behind::image(bytes, layout, end),
            had_credentials: false,
        }
    }

    /// Those of a picture of another format, as segments, and how many bytes stand behind it.
    pub(crate) fn of_other(segments: Vec<Carried>, trailing_bytes: usize) -> Self {
        Self { segments, behind: Behind::other(trailing_bytes), had_credentials: false }
    }

    /// Leaves out what the options say, or tells why that cannot be done.
    pub(crate) fn prepare(&mut self, options: &Options, format: Format) -> Result<(), Error> {
        strip(self, &options.strip)?;
        self.had_credentials = metadata::hold_credentials(&self.segments);
        if options.credentials == Credentials::Break && format != Format::Jpeg {
            // Credentials of another format say nothing in a JPEG.
            self.segments.retain(|(code, payload)| Rider::of(*code, payload) != Rider::C2pa);
        }
        Ok(())
    }

    /// Their bytes in a file, the markers of segments included.
    pub(crate) fn bytes(&self) -> usize {
        self.segments.iter().map(|(_, payload)| payload.len() + 4).sum::<usize>() + self.behind.bytes.len()
    }

    /// The file of a coded picture that has no metadata, with the segments that are `true_of_it`, and what stands
    /// behind; read again and found whole.
    pub(crate) fn around(
        &self,
        coded: &[u8],
        true_of_it: impl Fn(u8, &[u8]) -> bool,
    ) -> Result<Vec<u8>, scrimp_jpeg::Error> {
        let segments: Vec<&Carried> =
            self.segments.iter().filter(|(code, payload)| true_of_it(*code, payload)).collect();
        let carried = segments.iter().map(|(code, payload)| (*code, payload.as_slice()));
        let mut file = scrimp_jpeg::with_segments(coded, carried)?;
        self.behind.append_to(&mut file, &segments)?;
        Ok(file)
    }
}
