//! From sRGB to linear light.

use crate::simd::Table;
use std::sync::OnceLock;

/// Linear light from 0 to 1 for each 8-bit sRGB sample, as the bits of a float.
///
/// What the public program's colour management (Little CMS) answers, within 2.6e-7 of the curve of
/// IEC 61966-2-1: the standard scale follows the program to the bit. Read out of the program by the authors
/// of fast-ssim2 (imazen, BSD-2-Clause).
#[rustfmt::skip]
const BITS: [u32; 256] = [
    0x0000_0000, 0x399f_22b4, 0x3a1f_22b4, 0x3a6e_b40f, 0x3a9f_22b4, 0x3ac6_eb61, 0x3aee_b40f, 0x3b0b_3e5e,
    0x3b1f_22b4, 0x3b33_070b, 0x3b46_eb61, 0x3b5b_51a9, 0x3b70_f162, 0x3b83_e19c, 0x3b8f_e5e5, 0x3b9c_87ce,
    0x3ba9_c98d, 0x3bb7_ad51, 0x3bc6_353a, 0x3bd5_635b, 0x3be5_39ca, 0x3bf5_ba84, 0x3c03_73c5, 0x3c0c_6165,
    0x3c15_a71b, 0x3c1f_45d7, 0x3c29_3e86, 0x3c33_9212, 0x3c3e_4163, 0x3c49_4d5d, 0x3c54_b6de, 0x3c60_7ec9,
    0x3c6c_a5f0, 0x3c79_2d30, 0x3c83_0aae, 0x3c89_afa2, 0x3c90_85de, 0x3c97_8dc6, 0x3c9e_c7c0, 0x3ca6_3430,
    0x3cad_d379, 0x3cb5_a5fb, 0x3cbd_ac1a, 0x3cc5_e632, 0x3cce_54a3, 0x3cd6_f7ca, 0x3cdf_d005, 0x3ce8_ddae,
    0x3cf2_2123, 0x3cfb_9ab9, 0x3d02_a565, 0x3d07_98d8, 0x3d0c_a7e2, 0x3d11_d2aa, 0x3d17_1961, 0x3d1c_7c2d,
    0x3d21_fb38, 0x3d27_96af, 0x3d2d_4eb9, 0x3d33_2380, 0x3d39_152a, 0x3d3f_23e4, 0x3d45_4fd2, 0x3d4b_991e,
    0x3d51_ffee, 0x3d58_8469, 0x3d5f_26b9, 0x3d65_e702, 0x3d6c_c567, 0x3d73_c212, 0x3d7a_dd2a, 0x3d81_0b69,
    0x3d84_b795, 0x3d88_7331, 0x3d8c_3e4b, 0x3d90_18f8, 0x3d94_0347, 0x3d97_fd4c, 0x3d9c_0719, 0x3da0_20be,
    0x3da4_4a4f, 0x3da8_83da, 0x3dac_cd74, 0x3db1_272b, 0x3db5_9114, 0x3dba_0b3d, 0x3dbe_95b6, 0x3dc3_3093,
    0x3dc7_dbe5, 0x3dcc_97b9, 0x3dd1_641f, 0x3dd6_412d, 0x3ddb_2ef2, 0x3de0_2d79, 0x3de5_3cd6, 0x3dea_5d19,
    0x3def_8e55, 0x3df4_d095, 0x3dfa_23ea, 0x3dff_8863, 0x3e02_7f08, 0x3e05_4281, 0x3e08_0ea4, 0x3e0a_e378,
    0x3e0d_c106, 0x3e10_a754, 0x3e13_966c, 0x3e16_8e52, 0x3e19_8f11, 0x3e1c_98ad, 0x3e1f_ab31, 0x3e22_c6a2,
    0x3e25_eb08, 0x3e29_186a, 0x3e2c_4ed0, 0x3e2f_8e42, 0x3e32_d6c6, 0x3e36_2861, 0x3e39_831f, 0x3e3c_e704,
    0x3e40_5417, 0x3e43_ca61, 0x3e47_49e5, 0x3e4a_d2b0, 0x3e4e_64c3, 0x3e52_002b, 0x3e55_a4e8, 0x3e59_5306,
    0x3e5d_0a89, 0x3e60_cb7c, 0x3e64_95df, 0x3e68_69be, 0x3e6c_471e, 0x3e70_2e08, 0x3e74_1e7e, 0x3e78_188b,
    0x3e7c_1c34, 0x3e80_14bf, 0x3e82_203a, 0x3e84_308c, 0x3e86_45b9, 0x3e88_5fc3, 0x3e8a_7eb0, 0x3e8c_a282,
    0x3e8e_cb3d, 0x3e90_f8e0, 0x3e93_2b73, 0x3e95_62f8, 0x3e97_9f70, 0x3e99_e0e0, 0x3e9c_274d, 0x3e9e_72b8,
    0x3ea0_c321, 0x3ea3_1892, 0x3ea5_7308, 0x3ea7_d28a, 0x3eaa_3718, 0x3eac_a0b8, 0x3eaf_0f6a, 0x3eb1_8333,
    0x3eb3_fc16, 0x3eb6_7a17, 0x3eb8_fd34, 0x3ebb_8578, 0x3ebe_12df, 0x3ec0_a570, 0x3ec3_3d2b, 0x3ec5_da15,
    0x3ec8_7c30, 0x3ecb_2383, 0x3ecd_d009, 0x3ed0_81cb, 0x3ed3_38cc, 0x3ed5_f50a, 0x3ed8_b68a, 0x3edb_7d53,
    0x3ede_4964, 0x3ee1_1ac1, 0x3ee3_f16b, 0x3ee6_cd67, 0x3ee9_aeb5, 0x3eec_955d, 0x3eef_815d, 0x3ef2_72bb,
    0x3ef5_6976, 0x3ef8_6593, 0x3efb_6716, 0x3efe_6e01, 0x3f00_bd2c, 0x3f02_460d, 0x3f03_d1a5, 0x3f05_5ff8,
    0x3f06_f106, 0x3f08_84d0, 0x3f0a_1b56, 0x3f0b_b49b, 0x3f0d_50a0, 0x3f0e_ef68, 0x3f10_90f1, 0x3f12_353e,
    0x3f13_dc52, 0x3f15_862b, 0x3f17_32ce, 0x3f18_e238, 0x3f1a_9470, 0x3f1c_4972, 0x3f1e_0142, 0x3f1f_bbe0,
    0x3f21_794f, 0x3f23_398f, 0x3f24_fca0, 0x3f26_c288, 0x3f28_8b42, 0x3f2a_56d4, 0x3f2c_253d, 0x3f2d_f680,
    0x3f2f_ca9d, 0x3f31_a197, 0x3f33_7b6c, 0x3f35_5820, 0x3f37_37b2, 0x3f39_1a26, 0x3f3a_ff7c, 0x3f3c_e7b3,
    0x3f3e_d2d1, 0x3f40_c0d4, 0x3f42_b1be, 0x3f44_a58f, 0x3f46_9c4c, 0x3f48_95f1, 0x3f4a_9283, 0x3f4c_9202,
    0x3f4e_946f, 0x3f50_99cc, 0x3f52_a21a, 0x3f54_ad59, 0x3f56_bb8a, 0x3f58_ccb2, 0x3f5a_e0ce, 0x3f5c_f7e1,
    0x3f5f_11ed, 0x3f61_2eef, 0x3f63_4ef2, 0x3f65_71ec, 0x3f67_97e2, 0x3f69_c0d7, 0x3f6b_eccc, 0x3f6e_1bc1,
    0x3f70_4db8, 0x3f72_82b1, 0x3f74_baad, 0x3f76_f5b0, 0x3f79_33b7, 0x3f7b_74c7, 0x3f7d_b8df, 0x3f80_0000,
];

/// Linear light from 0 to 1 for each 8-bit sRGB sample.
pub(crate) static LINEAR: Table = {
    let mut light = [0.0; 256];
    let mut sample = 0;
    while sample < 256 {
        light[sample] = f32::from_bits(BITS[sample]);
        sample += 1;
    }
    Table::new(light)
};

/// Linear light from 0 to 1 for each 16-bit sRGB sample: the curve of IEC 61966-2-1, moved by the line between the
/// errors of [`LINEAR`]'s two nearest entries, so that 257 times an 8-bit sample is that sample's light to the bit.
pub(crate) fn linear_16() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| (0..=u16::MAX).map(light_of_16).collect())
}

fn light_of_16(sample: u16) -> f32 {
    let (below, share) = ((sample / 257) as u8, f64::from(sample % 257) / 257.0);
    let error = |sample: u8| f64::from(LINEAR.of(sample)) - curve(f64::from(sample) / 255.0);
    let errors = [error(below), error(below.saturating_add(1))];
    (curve(f64::from(sample) / 65_535.0) + errors[0] + (errors[1] - errors[0]) * share) as f32
}

fn curve(encoded: f64) -> f64 {
    if encoded <= 0.04045 { encoded / 12.92 } else { libm::pow((encoded + 0.055) / 1.055, 2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_lie_on_the_curve_and_eight_among_them() {
        let table = linear_16();
        assert!(table.is_sorted_by(|dark, light| dark < light));
        for (sample, light) in table.iter().enumerate() {
            assert!((f64::from(*light) - curve(sample as f64 / 65_535.0)).abs() < 3e-7, "{sample}");
        }
        for sample in 0..=u8::MAX {
            let light = table[257 * usize::from(sample)];
            assert_eq!(light.to_bits(), LINEAR.of(sample).to_bits(), "{sample}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a bound on the table, not a score")]
    fn the_table_is_the_srgb_curve() {
        for sample in 0..=u8::MAX {
            let encoded = f64::from(sample) / 255.0;
            let curve =
                if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) };
            assert!((f64::from(LINEAR.of(sample)) - curve).abs() < 2.6e-7, "{sample}");
        }
    }
}
