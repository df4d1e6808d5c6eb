//! What rides along with photos, made by hand: segments, EXIF, further pictures, videos and trailers.

/// `jpeg` with `segments` (marker code and payload) behind its first two bytes.
///
/// # Panics
/// If a payload is longer than a segment can hold.
#[must_use]
pub fn with_segments(jpeg: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut file = jpeg[..2].to_vec();
    for (code, payload) in segments {
        let length = u16::try_from(payload.len() + 2).expect("a payload fits");
        file.extend([0xFF, *code]);
        file.extend(length.to_be_bytes());
        file.extend(payload);
    }
    file.extend(&jpeg[2..]);
    file
}

/// `image` with `others` behind it, one after the other and `gap` zeros before each, and an index of them all.
///
/// # Panics
/// If the file is longer than 4 GiB.
#[must_use]
pub fn multi_picture(image: &[u8], others: &[Vec<u8>], gap: usize) -> Vec<u8> {
    // Length of the segment: marker, length, signature, header, directory of 3 entries and pointer, entries.
    let index_bytes = 4 + 4 + 8 + (2 + 3 * 12 + 4) + 16 * (others.len() + 1);
    let image_bytes = image.len() + index_bytes;
    let base = 2 + 4 + 4;
    let long = |value: usize| u32::try_from(value).expect("a small file").to_be_bytes();
    let entry = |tag: u16, kind: u16, count: usize, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &long(count), &value].concat()
    };
    let mut index = b"MPF\0MM\0*\0\0\0\x08\0\x03".to_vec();
    index.extend(entry(0xB000, 7, 4, *b"0100"));
    index.extend(entry(0xB001, 4, 1, long(others.len() + 1)));
    index.extend(entry(0xB002, 7, 16 * (others.len() + 1), long(50)));
    index.extend([0; 4]);
    index.extend([&[0, 3, 0, 0][..], &long(image_bytes), &[0; 8]].concat());
    let mut behind = Vec::new();
    for other in others {
        behind.extend(vec![0; gap]);
        let place = image_bytes + behind.len();
        index.extend([&[0; 4][..], &long(other.len()), &long(place - base), &[0; 4]].concat());
        behind.extend(other);
    }
    [with_segments(image, &[(0xE2, index)]), behind].concat()
}

/// An XMP segment with a container of the image and these items (semantic and length).
#[must_use]
pub fn container(items: &[(&str, usize)]) -> (u8, Vec<u8>) {
    let item = |(semantic, length): &(&str, usize)| {
        format!("<rdf:li><Container:Item Item:Semantic=\"{semantic}\" Item:Length=\"{length}\"/></rdf:li>")
    };
    let items: String = items.iter().map(item).collect();
    xmp(&format!(
        "xmlns:Container=\"http://ns.google.com/photos/1.0/container/\"><Container:Directory><rdf:Seq>\
         <rdf:li><Container:Item Item:Semantic=\"Primary\"/></rdf:li>{items}</rdf:Seq></Container:Directory"
    ))
}

/// An XMP segment whose description has these attributes.
#[must_use]
pub fn xmp(attributes: &str) -> (u8, Vec<u8>) {
    let text = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description {attributes}></x:xmpmeta>");
    (0xE1, text.into_bytes())
}

/// A video of so many bytes of data between its first and last box.
///
/// # Panics
/// If it is too long for a box.
#[must_use]
pub fn video(data: usize) -> Vec<u8> {
    let part = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len() + 8).expect("a box fits");
        [&length.to_be_bytes()[..], kind, data].concat()
    };
    let data: Vec<u8> = (0..data).map(|at| (at * 7 % 251) as u8).collect();
    [part(b"ftyp", b"mp42\0\0\0\0mp42"), part(b"mdat", &data), part(b"moov", b"\0\0\0\x08free")].concat()
}

/// Samsung's trailer with one block.
///
/// # Panics
/// If the block is longer than 4 GiB.
#[must_use]
pub fn samsung_trailer(block: &[u8]) -> Vec<u8> {
    let long = |value: usize| u32::try_from(value).expect("a small block").to_le_bytes();
    let directory =
        [b"SEFH", &long(106)[..], &long(1), &[0, 0, 1, 10], &long(block.len()), &long(block.len())].concat();
    [block, &directory, &long(directory.len()), b"SEFT"].concat()
}

/// What an EXIF segment is to say. It takes no more than 65,535 bytes.
#[derive(Clone, Debug, Default)]
pub struct Exif {
    /// The most significant byte first.
    pub is_big_endian: bool,
    /// Orientation, 1 to 8.
    pub orientation: u16,
    /// Bytes of the maker note.
    pub maker_note: Vec<u8>,
    /// Bytes of the latitude, three fractions: 24.
    pub latitude: Option<Vec<u8>>,
    /// A JPEG.
    pub thumbnail: Option<Vec<u8>>,
}

impl Exif {
    /// The segment: directories, each with its values behind it, in the order of the image's, EXIF's, the place's and
    /// the thumbnail's.
    ///
    /// # Panics
    /// If it is longer than 4 GiB.
    #[must_use]
    pub fn segment(&self) -> (u8, Vec<u8>) {
        const DIRECTORY: [usize; 5] = [6, 18, 30, 42, 54];
        let pointers = 1 + usize::from(self.latitude.is_some());
        let exif = 8 + DIRECTORY[2 + pointers] + 6;
        let place = exif + DIRECTORY[1] + self.maker_note.len();
        let latitude = self.latitude.clone().unwrap_or_default();
        let place_bytes = if latitude.is_empty() { 0 } else { DIRECTORY[2] + latitude.len() };
        let thumbnail = place + place_bytes;
        let next = if self.thumbnail.is_some() { thumbnail } else { 0 };

        let mut block: Vec<u8> = if self.is_big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        block.extend(self.long(8));
        let make = self.entry(0x10F, 2, 6, self.long(exif - 6));
        let orientation = self.entry(0x112, 3, 1, self.short_inline(self.orientation));
        let mut main = vec![make, orientation, self.entry(0x8769, 4, 1, self.long(exif))];
        if !latitude.is_empty() {
            main.push(self.entry(0x8825, 4, 1, self.long(place)));
        }
        block.extend(self.directory(&main, next));
        block.extend(b"scrimp");
        let note = self.entry(0x927C, 7, self.maker_note.len(), self.long(exif + DIRECTORY[1]));
        block.extend(self.directory(&[note], 0));
        block.extend(&self.maker_note);
        if !latitude.is_empty() {
            let north = self.entry(1, 2, 2, *b"N\0\0\0");
            let latitude = self.entry(2, 5, 3, self.long(place + DIRECTORY[2]));
            block.extend(self.directory(&[north, latitude], 0));
        }
        block.extend(latitude);
        if let Some(picture) = &self.thumbnail {
            let start = self.entry(0x201, 4, 1, self.long(thumbnail + DIRECTORY[2]));
            let length = self.entry(0x202, 4, 1, self.long(picture.len()));
            block.extend(self.directory(&[start, length], 0));
            block.extend(picture);
        }
        (0xE1, [b"Exif\0\0", block.as_slice()].concat())
    }

    fn directory(&self, entries: &[Vec<u8>], next: usize) -> Vec<u8> {
        let count = u16::try_from(entries.len()).expect("few entries");
        [&self.short(count)[..], &entries.concat(), &self.long(next)].concat()
    }

    fn entry(&self, tag: u16, kind: u16, count: usize, value: [u8; 4]) -> Vec<u8> {
        [&self.short(tag)[..], &self.short(kind), &self.long(count), &value].concat()
    }

    fn short(&self, value: u16) -> [u8; 2] {
        if self.is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn short_inline(&self, value: u16) -> [u8; 4] {
        let [first, second] = self.short(value);
        [first, second, 0, 0]
    }

    fn long(&self, value: usize) -> [u8; 4] {
        let value = u32::try_from(value).expect("a small block");
        if self.is_big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}
