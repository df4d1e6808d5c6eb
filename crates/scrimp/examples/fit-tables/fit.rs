//! Moving knots to where the bytes at a score are least.

use crate::subject::{Measured, Subject};
use scrimp_jpeg::{Diagonals, KNOTS, Quality, TableFamily, TableSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rounds over all knots.
const ROUNDS: usize = 2;
/// By what part of itself a knot is moved at first, at least and at most.
const STRIDE: (f64, f64, f64) = (0.18, 0.06, 0.4);

/// Divisors at the knots of the three components.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knots([[f64; KNOTS]; 3]);

/// Tables that a factor scales.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scaled<'a> {
    Knots(&'a Knots),
    Family(TableFamily),
}

impl Scaled<'_> {
    /// The tables at a scale: a factor for knots, for a family a factor on libjpeg's percentage.
    fn at(&self, scale: f64) -> TableSet {
        match self {
            Self::Knots(knots) => knots.times(scale).rounded().tables(),
            // 5000 / quality and 200 - 2 quality are the percentage.
            Self::Family(family) => {
                let quality = if scale < 1.0 { 100.0 - 50.0 * scale } else { 50.0 / scale };
                let fallback = if scale < 1.0 { Quality::MAX } else { Quality::MIN };
                family.at(Quality::new(quality).unwrap_or(fallback))
            }
        }
    }
}

impl Knots {
    /// Those that a fitted family has at a quality.
    pub(crate) fn of_family(family: TableFamily, quality: Quality) -> Option<Self> {
        Some(Self(
            family.diagonals(quality)?.sixteenths.map(|knots| knots.map(|knot| f64::from(knot) / 16.0)),
        ))
    }

    fn times(&self, factor: f64) -> Self {
        Self(self.0.map(|knots| knots.map(|knot| knot * factor)))
    }

    fn rounded(&self) -> Diagonals {
        Diagonals { sixteenths: self.0.map(|knots| knots.map(|knot| (knot * 16.0).round().max(1.0) as u16)) }
    }

    fn moved(&self, group: &Group, factor: f64) -> Self {
        let mut moved = *self;
        moved.0[group.component][group.knots.clone()].iter_mut().for_each(|knot| *knot *= factor);
        moved
    }
}

/// As it stands in the source: the scale, and the knots. The scale is twice libjpeg's percentage with which Klein's luma
/// table would be as fine at the lowest frequencies, and half as much again: so quality is near the score from 85 to 90
/// points, and a step of it is a small one there.
impl fmt::Display for Knots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let klein = TableFamily::Klein.at(Quality::from_quarters(200)).luma;
        let lowest: f64 = [0, 1, 9].iter().map(|place: &usize| f64::from(klein.divisors()[*place])).sum();
        let scale = 1.5 * 200.0 * self.0[0][..3].iter().sum::<f64>() / lowest;
        write!(f, "({scale:.0}, Diagonals {{ sixteenths: {:?} }})", self.rounded().sixteenths)
    }
}

/// Knots that are moved together.
struct Group {
    component: usize,
    knots: std::ops::Range<usize>,
}

fn groups() -> Vec<Group> {
    let chroma = |component| [0..KNOTS, 0..1, 1..3, 3..5, 7..9].map(|knots| Group { component, knots });
    let luma = (0..KNOTS).map(|knot| Group { component: 0, knots: knot..knot + 1 });
    chroma(1).into_iter().chain(chroma(2)).chain(luma).collect()
}

/// Where a subject reaches the goal.
#[derive(Clone, Copy, Debug)]
struct Foot {
    scale: f64,
    bytes: f64,
    /// By what part the bytes grow for a point more.
    dearer: f64,
}

/// Moves `knots`; the mean ratio of bytes at the end and at the beginning.
pub(crate) fn fit(knots: &mut Knots, subjects: &[Subject], goal: f64) -> f64 {
    let groups = groups();
    let mut strides = vec![STRIDE.0; groups.len()];
    let begin = feet(&Scaled::Knots(knots), subjects, goal, None);
    let mut feet_now = begin.clone();
    for _ in 0..ROUNDS {
        let cost = |knots: &Knots| {
            mean(&in_parallel(subjects.len(), |at| {
                feet_now[at].map(|foot| {
                    at_goal(subjects[at].measure(&Scaled::Knots(knots).at(foot.scale)), &foot, goal)
                })
            }))
        };
        let mut centre = cost(knots);
        for (group, stride) in groups.iter().zip(&mut strides) {
            let [up, down] =
                [1.0 + *stride, 1.0 / (1.0 + *stride)].map(|factor| cost(&knots.moved(group, factor)));
            let (bend, tilt) = ((up + down) / 2.0 - centre, (up - down) / 2.0);
            let way = if bend > 0.0 { (-tilt / (2.0 * bend)).clamp(-1.5, 1.5) } else { -tilt.signum() };
            let step = 1.0 + *stride * way.abs();
            let tried = knots.moved(group, if way > 0.0 { step } else { 1.0 / step });
            let after = cost(&tried);
            if after < centre {
                (*knots, centre) = (tried, after);
            }
            *stride = (*stride * way.abs() * 0.7).clamp(STRIDE.1, STRIDE.2);
        }
        feet_now = feet(&Scaled::Knots(knots), subjects, goal, Some(&feet_now));
        // What all photos want to be scaled by belongs into the knots.
        let mut scales: Vec<f64> = feet_now.iter().flatten().map(|foot| foot.scale).collect();
        scales.sort_by(f64::total_cmp);
        let middle = scales.get(scales.len() / 2).copied().unwrap_or(1.0);
        *knots = knots.times(middle);
        feet_now.iter_mut().flatten().for_each(|foot| foot.scale /= middle);
    }
    ratio(&feet_now, &begin)
}

/// The mean ratio of the bytes of one kind of tables and of another at a score, over the subjects that both reach it on.
pub(crate) fn bytes_against(one: &Scaled<'_>, other: &Scaled<'_>, subjects: &[Subject], goal: f64) -> f64 {
    ratio(&feet(one, subjects, goal, None), &feet(other, subjects, goal, None))
}

fn ratio(one: &[Option<Foot>], other: &[Option<Foot>]) -> f64 {
    let ratios: Vec<_> = one.iter().zip(other).map(|(a, b)| Some((*a)?.bytes / (*b)?.bytes)).collect();
    mean(&ratios)
}

fn mean(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().sum::<f64>() / values.iter().flatten().count() as f64
}

/// The bytes at the goal, from what is near it, as a ratio to those at the foot.
fn at_goal(measured: Measured, foot: &Foot, goal: f64) -> f64 {
    measured.bytes / foot.bytes * (1.0 + (goal - measured.score) * foot.dearer)
}

/// For each subject the scale at which it reaches the goal; none where it cannot.
fn feet(
    scaled: &Scaled<'_>,
    subjects: &[Subject],
    goal: f64,
    near: Option<&[Option<Foot>]>,
) -> Vec<Option<Foot>> {
    in_parallel(subjects.len(), |at| {
        let start = near.and_then(|near| near[at]).map(|foot| foot.scale);
        foot(scaled, &subjects[at], goal, start)
    })
}

/// Halves a bracket of scales, and interpolates at last.
fn foot(scaled: &Scaled<'_>, subject: &Subject, goal: f64, start: Option<f64>) -> Option<Foot> {
    let probe = |scale: f64| (scale, subject.measure(&scaled.at(scale)));
    let (least, most) = start.map_or((0.03, 8.0), |scale| (scale / 1.5, scale * 1.5));
    let (mut fine, mut coarse) = (probe(least), probe(most));
    if fine.1.score < goal || coarse.1.score > goal {
        return if start.is_some() { foot(scaled, subject, goal, None) } else { None };
    }
    while coarse.0 / fine.0 > 1.12 {
        let middle = probe((coarse.0 * fine.0).sqrt());
        *(if middle.1.score < goal { &mut coarse } else { &mut fine }) = middle;
    }
    let part = (fine.1.score - goal) / (fine.1.score - coarse.1.score).max(1e-9);
    let points = (fine.1.score - coarse.1.score).max(0.5);
    Some(Foot {
        scale: fine.0 + part * (coarse.0 - fine.0),
        bytes: fine.1.bytes + part * (coarse.1.bytes - fine.1.bytes),
        dearer: ((fine.1.bytes / coarse.1.bytes - 1.0) / points).clamp(0.01, 0.12),
    })
}

/// `work` for each number below `count`, on all processors, in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        handles.into_iter().filter_map(|handle| handle.join().ok()).flatten().collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
