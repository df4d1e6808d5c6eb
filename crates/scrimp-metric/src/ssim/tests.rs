//! SSIM against an obvious version of itself and against pyssim.

use super::*;
use crate::Channels;
use scrimp_testkit::{Noise, scenes};

/// SSIM by its definition: no windows kept, every pixel's 2-D neighbourhood walked.
fn slow_ssim(original: &[u8], candidate: &[u8], (width, height): (usize, usize), kernel: &Kernel) -> f64 {
    let weights = kernel.weights();
    let before = (weights.len() / 2) as i64;
    let mirrored = |at: i64, count: usize| {
        let mut at = at;
        while at < 0 || at >= count as i64 {
            at = if at < 0 { -1 - at } else { 2 * count as i64 - 1 - at };
        }
        at as usize
    };
    let mean = |x: usize, y: usize, value: &dyn Fn(usize) -> f64| {
        let mut sum = 0.0;
        for (i, down) in weights.iter().enumerate() {
            for (j, across) in weights.iter().enumerate() {
                let row = mirrored(y as i64 + i as i64 - before, height);
                let column = mirrored(x as i64 + j as i64 - before, width);
                sum += down * across * value(row * width + column);
            }
        }
        sum
    };
    let (x_at, y_at) = (|at: usize| f64::from(original[at]), |at: usize| f64::from(candidate[at]));
    let mut total = 0.0;
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let (mean_x, mean_y) = (mean(x, y, &x_at), mean(x, y, &y_at));
        let variance_x = mean(x, y, &|at| x_at(at) * x_at(at)) - mean_x * mean_x;
        let variance_y = mean(x, y, &|at| y_at(at) * y_at(at)) - mean_y * mean_y;
        let covariance = mean(x, y, &|at| x_at(at) * y_at(at)) - mean_x * mean_y;
        total += (2.0 * mean_x * mean_y + C1) * (2.0 * covariance + C2)
            / ((mean_x * mean_x + mean_y * mean_y + C1) * (variance_x + variance_y + C2));
    }
    total / (width * height) as f64
}

fn gray_view(samples: &[u8], (width, height): (usize, usize)) -> ImageView<'_> {
    ImageView::new(width, height, Channels::Gray, samples).unwrap()
}

#[test]
fn any_size_and_window_gives_what_the_definition_gives() {
    let mut noise = Noise::seeded(7);
    let sizes = [(1, 1), (1, 2), (2, 1), (1, 40), (40, 1), (3, 5), (10, 11), (11, 10), (12, 31), (33, 9)];
    for (size, taps) in sizes.into_iter().flat_map(|size| [1, 2, 7, 10, 11, 40].map(|taps| (size, taps))) {
        for centre in [Centre::Centred, Centre::Shifted] {
            let kernel = Kernel::gaussian(taps, 1.5 + noise.unit(), centre).unwrap();
            let mut samples = || (0..size.0 * size.1).map(|_| noise.below(256) as u8).collect::<Vec<u8>>();
            let (original, candidate) = (samples(), samples());
            let slow = slow_ssim(&original, &candidate, size, &kernel);
            let reference = Reference::new(gray_view(&original, size), kernel);
            let fast = reference.ssim(gray_view(&candidate, size)).unwrap();
            assert!((fast - slow).abs() < 1e-11, "{size:?}, {taps} taps, {centre:?}: {fast} against {slow}");
        }
    }
}

#[test]
fn identical_pictures_have_1() {
    for scene in [scenes::landscape(31, 17, 1), scenes::flat(9, 14, [0; 3]), scenes::flat(40, 2, [255; 3])] {
        let view = ImageView::new(scene.width, scene.height, Channels::Rgb, &scene.samples).unwrap();
        for centre in [Centre::Centred, Centre::Shifted] {
            let ssim = Reference::new(view, Kernel::of_wang(centre)).ssim(view).unwrap();
            assert!((ssim - 1.0).abs() < 1e-12, "{ssim}");
        }
    }
}

#[test]
fn colour_is_turned_to_gray_as_pillow_does() {
    // Image.new("RGB", (1, 1), rgb).convert("L") with Pillow 13.0.
    let rgb = [255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 200, 100, 50];
    let view = ImageView::new(6, 1, Channels::Rgb, &rgb).unwrap();
    assert_eq!(*gray(view), [255, 76, 150, 29, 2, 124]);
}

#[test]
fn sizes_must_agree() {
    let reference = Reference::new(gray_view(&[0; 6], (2, 3)), Kernel::of_wang(Centre::Centred));
    assert_eq!(
        reference.ssim(gray_view(&[0; 6], (3, 2))),
        Err(Error::SizesDiffer { original: (2, 3), candidate: (3, 2) })
    );
}

#[test]
fn rows_that_come_bit_by_bit_give_what_the_whole_gives_and_bounds_hold_it() {
    let mut noise = Noise::seeded(11);
    for (size, rows) in [((1, 1), 1), ((9, 3), 2), ((30, 64), 7), ((1100, 40), 16), ((64, 33), 33)] {
        let mut samples = || (0..size.0 * size.1).map(|_| noise.below(256) as u8).collect::<Vec<u8>>();
        let (original, candidate) = (samples(), samples());
        for centre in [Centre::Centred, Centre::Shifted] {
            let reference = Reference::new(gray_view(&original, size), Kernel::of_wang(centre));
            for candidate in [&original, &candidate] {
                let whole = reference.ssim(gray_view(candidate, size)).unwrap();
                let mut comparison = reference.comparison();
                for chunk in candidate.chunks(rows * size.0) {
                    let (at_least, at_most) = comparison.bounds();
                    assert!(at_least <= whole && whole <= at_most, "{size:?}: {at_least}, {at_most}");
                    assert_eq!(comparison.ssim(), None);
                    comparison.take(chunk);
                }
                assert_eq!(comparison.ssim(), Some(whole), "{size:?}, {centre:?}");
                assert_eq!(comparison.bounds(), (whole, whole));
            }
        }
    }
}
