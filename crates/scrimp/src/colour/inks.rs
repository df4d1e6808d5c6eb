//! Four inks as the viewer sees them: in sRGB by the file's own profile, for the metric's eyes only.

use super::profile_of;
use crate::Unsupported;
use crate::metadata::Carried;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use scrimp_jpeg::DecodedInks;

/// The red, green and blue of each pixel, 3 bytes a pixel.
///
/// # Errors
/// [`Unsupported::Profile`] for one that cannot be read or is for other kinds of samples.
pub(crate) fn to_srgb(inks: &DecodedInks, carried: &[Carried]) -> Result<Vec<u8>, Unsupported> {
    match profile_of(carried)? {
        Some(profile) => by_profile(inks, &profile),
        None => Ok(without_profile(inks)),
    }
}

fn by_profile(inks: &DecodedInks, profile: &ColorProfile) -> Result<Vec<u8>, Unsupported> {
    /// Pixels at a time, which bounds the memory for inks turned round.
    const STRIP: usize = 1 << 14;
    if profile.color_space != DataColorSpace::Cmyk {
        return Err(Unsupported::Profile);
    }
    // moxcms takes inks for its layout of four channels.
    let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
    let transform = profile
        .create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, options)
        .map_err(|_| Unsupported::Profile)?;
    let mut converted = vec![0; inks.samples.len() / 4 * 3];
    for (stored, converted) in inks.samples.chunks(4 * STRIP).zip(converted.chunks_mut(3 * STRIP)) {
        // A profile takes 255 for all of an ink, a file for none.
        let stored: Vec<u8> = stored.iter().map(|ink| 255 - ink).collect();
        transform.transform(&stored, converted).map_err(|_| Unsupported::Profile)?;
    }
    Ok(converted)
}

/// Light passes each ink by itself and then the black, as browsers and Pillow show such files.
fn without_profile(inks: &DecodedInks) -> Vec<u8> {
    let through = |ink: u8, black: u8| ((u16::from(ink) * u16::from(black) + 127) / 255) as u8;
    let (pixels, _) = inks.samples.as_chunks::<4>();
    pixels.iter().flat_map(|[c, m, y, k]| [*c, *m, *y].map(|ink| through(ink, *k))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::tests::{carried, checksum};
    use moxcms::{LutDataType, LutStore, LutType, LutWarehouse, Matrix3d};

    /// A printer's profile by a grid of two points for each ink, in Lab: paper is white, black is black, and every other
    /// ink takes its share of lightness and moves the hue.
    fn printer() -> ColorProfile {
        let corner = |[c, m, y, k]: [i32; 4]| {
            let light = (255 - 60 * c - 90 * m - 20 * y) * (4 - 3 * k) / 4;
            let (a, b) = (128 - 40 * c + 70 * m - 5 * y, 128 - 45 * c - 5 * m + 90 * y);
            // ICC.1:2001, 6.5.10: 0xFF00 is a lightness of 100, 0x8000 is no hue.
            [light, a, b].map(|value| value.clamp(0, 255) as u16 * 256)
        };
        let bits = |index: i32| [(index >> 3) & 1, (index >> 2) & 1, (index >> 1) & 1, index & 1];
        let ramp = |channels: usize| LutStore::Store16([0, u16::MAX].repeat(channels));
        let lut = LutDataType {
            num_input_channels: 4,
            num_output_channels: 3,
            num_clut_grid_points: 2,
            matrix: Matrix3d::IDENTITY,
            num_input_table_entries: 2,
            num_output_table_entries: 2,
            input_table: ramp(4),
            clut_table: LutStore::Store16((0..16).flat_map(|index| corner(bits(index))).collect()),
            output_table: ramp(3),
            lut_type: LutType::Lut16,
        };
        let mut profile = ColorProfile::new_srgb();
        profile.color_space = DataColorSpace::Cmyk;
        profile.pcs = DataColorSpace::Lab;
        profile.profile_class = moxcms::ProfileClass::OutputDevice;
        profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(lut));
        profile
    }

    fn inks(samples: &[u8]) -> DecodedInks {
        let (width, height) = (samples.len() / 4, 1);
        DecodedInks { width, height, samples: samples.to_vec(), warnings: scrimp_jpeg::Warnings::default() }
    }

    #[test]
    fn inks_are_seen_through_the_profile_the_same_on_every_machine() {
        let profile = carried(&printer().encode().unwrap());
        let paper_and_black = to_srgb(&inks(&[255, 255, 255, 255, 0, 0, 0, 0]), &profile).unwrap();
        assert!(paper_and_black[..3].iter().all(|sample| *sample >= 250), "{paper_and_black:?}");
        assert!(paper_and_black[3..].iter().all(|sample| *sample <= 60), "{paper_and_black:?}");
        let levels = || (0..=255_u8).step_by(51);
        let samples: Vec<u8> = levels()
            .flat_map(|c| levels().flat_map(move |m| levels().map(move |y| (c, m, y))))
            .flat_map(|(c, m, y)| levels().flat_map(move |k| [c, m, y, k]))
            .collect();
        // Long enough for several strips.
        let sum = checksum(&to_srgb(&inks(&samples.repeat(16)), &profile).unwrap());
        assert_eq!(sum, 0x5FF3_8627_200C_B125, "{sum:#018x}");
    }

    #[test]
    fn without_a_profile_inks_filter_light() {
        let shown = to_srgb(&inks(&[255, 255, 255, 255, 0, 255, 255, 255, 255, 128, 0, 128]), &[]);
        assert_eq!(shown, Ok(vec![255, 255, 255, 0, 255, 255, 128, 64, 0]));
    }

    #[test]
    fn a_profile_for_other_samples_is_refused() {
        let profile = carried(&ColorProfile::new_display_p3().encode().unwrap());
        assert_eq!(to_srgb(&inks(&[0; 4]), &profile), Err(Unsupported::Profile));
    }
}
