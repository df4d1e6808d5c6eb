//! Taking the metadata segments out of any JPEG and putting them in again loses and changes none of them, and nothing
//! of the coded image.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scrimp_jpeg::{Layout, with_segments, without_segments};

const MOST_SEGMENTS: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let Ok(layout) = Layout::read(bytes, MOST_SEGMENTS) else { return };
    let Some(end) = layout.end else { return };
    let segments = |file: &[u8], layout: &Layout| -> Vec<(u8, Vec<u8>)> {
        let payload = |place: &std::ops::Range<usize>| file[place.clone()].to_vec();
        layout.metadata.iter().map(|segment| (segment.marker, payload(&segment.payload))).collect()
    };
    let were = segments(bytes, &layout);
    let coded = without_segments(bytes, &layout);
    assert!(coded.len() + layout.metadata_bytes() + 4 * were.len() <= end);
    // Rubbish that stood between segments is passed over by readers, each in its own way.
    if were.is_empty() || coded.len() + layout.metadata_bytes() + 4 * were.len() != end || coded[2] != 0xFF {
        return;
    }
    let put = were.iter().map(|(code, payload)| (*code, payload.as_slice()));
    let again = with_segments(&coded, put).expect("what fitted into segments fits again");
    let told = Layout::read(&again, MOST_SEGMENTS).expect("what was put together can be read");
    assert!(segments(&again, &told) == were);
    assert_eq!(told.end, Some(again.len()));
    assert!(without_segments(&again, &told) == coded);
    assert_eq!((told.frame, told.scans, told.tables), (layout.frame, layout.scans, layout.tables));
});
