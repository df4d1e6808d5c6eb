use super::{Scene, facade, landscape, still_life};
use crate::Noise;

/// What a camera makes of too little light: a dark photo, or one that was made bright with all its noise.
#[must_use]
pub fn night(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let scene = [landscape, still_life, facade][noise.below(3) as usize](width, height, noise.bits());
    let is_pushed = noise.below(2) == 0;
    let (gain, grain) =
        if is_pushed { (0.9, 12.0 + 10.0 * noise.unit()) } else { (0.12, 2.0 + 2.0 * noise.unit()) };
    let samples = scene.samples.iter().map(|sample| {
        let light = f64::from(*sample) / 255.0;
        // A sensor counts light, of which the screen's curve is about the root.
        let dark = 255.0 * gain * if is_pushed { light } else { light * light };
        (dark + grain * noise.bell()).round().clamp(0.0, 255.0) as u8
    });
    Scene { samples: samples.collect(), ..scene }
}
