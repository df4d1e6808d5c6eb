#![allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::print_stdout, unused_crate_dependencies)]
use scrimp_metric::*;
fn ticks() -> (f64, f64) {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() * 10.0, f[12].parse::<f64>().unwrap() * 10.0)
}
fn main() {
    let mp: f64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let metric = Metric::from_name(&std::env::args().nth(2).unwrap()).unwrap();
    let n: usize = std::env::args().nth(3).unwrap().parse().unwrap();
    let h = (mp * 1e6 * 0.75f64).sqrt() as usize;
    let w = h * 4 / 3;
    let a: Vec<u8> = (0..w * h * 3).map(|i| (i * i / 7 % 256) as u8).collect();
    let b: Vec<u8> = a.iter().map(|v| v / 6 * 6).collect();
    let (a, b) =
        (ImageView::new(w, h, Channels::Rgb, &a).unwrap(), ImageView::new(w, h, Channels::Rgb, &b).unwrap());
    let what = std::env::args().nth(4).unwrap();
    let t0 = ticks();
    let mut reference = Reference::new(metric, a).unwrap();
    if what == "r" {
        for _ in 1..n {
            drop(reference);
            reference = Reference::new(metric, a).unwrap();
        }
    }
    let t1 = ticks();
    if what == "c" {
        for _ in 0..n {
            std::hint::black_box(reference.score(b).unwrap());
        }
    }
    let t2 = ticks();
    let d = if what == "r" { (t1.0 - t0.0, t1.1 - t0.1) } else { (t2.0 - t1.0, t2.1 - t1.1) };
    println!(
        "{} {what} {mp} MP: user {:.2} sys {:.2} ms/MP",
        metric.name(),
        d.0 / n as f64 / mp,
        d.1 / n as f64 / mp
    );
}
