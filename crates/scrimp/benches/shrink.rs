//! One probe and a whole shrink beside the yardstick of the field: one default mozjpeg encode of the same pixels
//! (trellis, scan search, progressive). Criterion tells the times; the ratios at the end come from runs that take
//! turns, so that a busy machine disturbs both sides alike.

use criterion::Criterion;
use scrimp::{Look, Options};
use scrimp_jpeg::{Channels, DecodeBounds, EncodeSettings, Pixels};
use scrimp_metric::{ImageView, Metric, Reference};
use scrimp_testkit::scenes::landscape;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A photo in the forms that the pieces of work take.
struct Photo {
    name: &'static str,
    pixels: Pixels,
    file: Vec<u8>,
    reference: Reference,
}

impl Photo {
    fn new(name: &'static str, width: usize, height: usize) -> Self {
        let scene = landscape(width, height, 1);
        let file = scrimp_testkit::png(&scene);
        let pixels = Pixels::new(width, height, Channels::Rgb, scene.samples).expect("a scene is a picture");
        let reference = Reference::new(Metric::Ssimulacra2, view(&pixels)).expect("a scene can be measured");
        Self { name, pixels, file, reference }
    }

    fn mozjpeg_default(&self) {
        black_box(
            scrimp_jpeg::encode(&self.pixels, &EncodeSettings::mozjpeg_default(75)).expect("it encodes"),
        );
    }

    fn probe(&self) {
        let bytes =
            scrimp_jpeg::encode(&self.pixels, &EncodeSettings::libjpeg_turbo(75)).expect("it encodes");
        let decoded = scrimp_jpeg::decode(&bytes, &DecodeBounds::default()).expect("it decodes");
        black_box(self.reference.score(view(&decoded.pixels)).expect("sizes agree"));
    }

    fn shrink(&self) {
        black_box(scrimp::shrink(&self.file, &Options::look(Look::High)).expect("a sound photo"));
    }
}

fn view(pixels: &Pixels) -> ImageView<'_> {
    ImageView::new(pixels.width(), pixels.height(), scrimp_metric::Channels::Rgb, pixels.samples())
        .expect("pixels are a picture")
}

fn median_of_turns(turns: usize, work: [&dyn Fn(); 2]) -> [Duration; 2] {
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..turns {
        for (work, times) in work.iter().zip(&mut times) {
            let started = Instant::now();
            work();
            times.push(started.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        times[turns / 2]
    })
}

fn main() {
    let photos = [Photo::new("0.4 MP", 768, 512), Photo::new("4 MP", 2432, 1616)];
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    for photo in &photos {
        let mut group = criterion.benchmark_group(photo.name);
        group
            .bench_function("one default mozjpeg encode", |bencher| bencher.iter(|| photo.mozjpeg_default()));
        group.bench_function("one probe", |bencher| bencher.iter(|| photo.probe()));
        group.bench_function("whole shrink", |bencher| bencher.iter(|| photo.shrink()));
        group.finish();
    }
    criterion.final_summary();
    for photo in &photos {
        let mozjpeg = || photo.mozjpeg_default();
        for (name, work) in
            [("one probe", &(|| photo.probe()) as &dyn Fn()), ("whole shrink", &|| photo.shrink())]
        {
            let [ours, theirs] = median_of_turns(5, [work, &mozjpeg]);
            let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
            println!(
                "{}: {name} takes {ratio:.2} default mozjpeg encodes ({ours:.1?} to {theirs:.1?})",
                photo.name
            );
        }
    }
}
