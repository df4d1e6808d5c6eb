//! SSIM of one pair of 400x400 pictures, and the preparation of the original.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use criterion::{Criterion, criterion_group, criterion_main};
use scrimp_metric::ssim::{Centre, Kernel, Reference};
use scrimp_metric::{Channels, ImageView};
use scrimp_testkit::scenes;

const SIDE: usize = 400;

fn ssim(criterion: &mut Criterion) {
    let [original, candidate] = [1, 2].map(|seed| scenes::landscape(SIDE, SIDE, seed).gray().samples);
    let [original, candidate] =
        [&original, &candidate].map(|samples| ImageView::new(SIDE, SIDE, Channels::Gray, samples).unwrap());
    let prepare = || Reference::new(original, Kernel::of_wang(Centre::Centred));
    let reference = prepare();
    let mut group = criterion.benchmark_group("ssim 400x400");
    group.bench_function("reference", |bencher| bencher.iter(prepare));
    group.bench_function("comparison", |bencher| bencher.iter(|| reference.ssim(candidate).unwrap()));
    group.finish();
}

criterion_group!(benches, ssim);
criterion_main!(benches);
