//! The program is killed.

use crate::lab::{Files, Lab, PHOTO, Pair, Tally, ensure, is_full, is_stray, pair};
use crate::tracer::{CHANGING, Scope, calls, ensure_traceable, run_with};
use scrimp_testkit::{Noise, scenes};
use std::thread;
use std::time::{Duration, Instant};

/// A way to write.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [&'static str],
    /// Where the new file appears.
    output: &'static str,
    /// Whether something older stands there.
    replaces: bool,
}

pub(crate) const WAYS: [Way; 4] = [
    Way {
        name: "in place",
        arguments: &["shrink", PHOTO, "--in-place", "-j1"],
        output: PHOTO,
        replaces: true,
    },
    Way {
        name: "with a backup",
        arguments: &["shrink", PHOTO, "--in-place", "--backup", "backup/deep", "-j1"],
        output: PHOTO,
        replaces: true,
    },
    Way {
        name: "elsewhere",
        arguments: &["shrink", PHOTO, "-o", "out/", "-j1"],
        output: "out/p.jpg",
        replaces: false,
    },
    Way {
        name: "over an output",
        arguments: &["shrink", PHOTO, "-o", "out.jpg", "--overwrite", "-j1"],
        output: "out.jpg",
        replaces: true,
    },
];

const BYSTANDERS: [(&str, &[u8]); 2] = [("notes.txt", b"notes"), (".scrimp-mine", b"mine")];

impl Way {
    pub(crate) fn lab(&self, pair: &Pair) -> Lab {
        let lab = Lab::with(&[(PHOTO, &pair.old)]);
        BYSTANDERS.iter().for_each(|(name, bytes)| lab.put(name, bytes));
        if self.output == "out.jpg" {
            lab.put("out.jpg", b"an earlier output");
        }
        lab
    }

    /// Whether all that stands there is whole, and nothing else.
    pub(crate) fn ensure_whole(&self, pair: &Pair, files: &Files) -> Result<(), String> {
        for (name, bytes) in files {
            let is_right = match name.as_str() {
                PHOTO if self.output == PHOTO => *bytes == pair.old || *bytes == pair.new,
                PHOTO => *bytes == pair.old,
                "backup/deep/p.jpg" => *bytes == pair.old,
                "backup/deep/.scrimp-backups" => true,
                "out.jpg" => bytes == b"an earlier output" || *bytes == pair.new,
                "out/p.jpg" => *bytes == pair.new,
                other => is_stray(other) || BYSTANDERS.iter().any(|(name, it)| *name == other && it == bytes),
            };
            ensure(is_right, || format!("{name} has {} bytes", bytes.len()))?;
        }
        ensure(files.contains_key(PHOTO), || "the photo is gone".to_owned())?;
        let is_gone = self.replaces && !files.contains_key(self.output);
        ensure(!is_gone, || format!("{} is gone", self.output))?;
        BYSTANDERS
            .iter()
            .try_for_each(|(name, _)| ensure(files.contains_key(*name), || format!("{name} is gone")))?;
        let backed_up = files.get("backup/deep/p.jpg") == Some(&pair.old);
        let needs_backup = self.arguments.contains(&"--backup") && files.get(PHOTO) == Some(&pair.new);
        ensure(backed_up || !needs_backup, || "there is no backup".to_owned())
    }

    /// What would be a lie once the new file stands there.
    pub(crate) fn denial(&self) -> String {
        format!("{} cannot be written", self.output)
    }

    pub(crate) fn is_done(&self, pair: &Pair, files: &Files) -> bool {
        files.get(self.output) == Some(&pair.new)
    }
}

#[test]
fn f01_killed_at_a_system_call_a_run_leaves_whole_files_and_the_next_cleans_up() {
    if !ensure_traceable("F1") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F1"));
    for way in &WAYS {
        let calls = calls(&way.lab(pair), Scope::All, way.arguments);
        for (call, count) in calls {
            if !is_full() && !CHANGING.contains(&call.as_str()) {
                continue;
            }
            for when in 1..=count {
                let fault = format!("{call}:signal=KILL:when={when}");
                let lab = way.lab(pair);
                run_with(&lab, &fault, way.arguments);
                let verdict =
                    way.ensure_whole(pair, &lab.files()).and_then(|()| ensure_cleaned(way, pair, &lab));
                tally.count(&format!("{}: {fault}", way.name), verdict);
            }
        }
    }
    tally.end();
}

/// Whether another run removes what was left and ends the work.
fn ensure_cleaned(way: &Way, pair: &Pair, lab: &Lab) -> Result<(), String> {
    let was_done = way.is_done(pair, &lab.files());
    // What is done already is left as it is: to shrink it again would be another question.
    if was_done && way.output == PHOTO {
        lab.put(PHOTO, &pair.old);
    }
    let run = lab.scrimp(way.arguments);
    let files = lab.files();
    way.ensure_whole(pair, &files)?;
    let strays: Vec<_> = files.keys().filter(|name| is_stray(name)).collect();
    ensure(strays.is_empty(), || format!("{strays:?} stay"))?;
    // An output that is there is no reason to fail but for the killed run's own.
    let is_right = run.status.success() || (was_done && !way.replaces);
    ensure(is_right && way.is_done(pair, &files), || String::from_utf8_lossy(&run.stderr).into_owned())
}

#[test]
fn f02_killed_at_any_time_a_batch_can_be_ended_by_another_run() {
    let (kills, photos) = if is_full() { (300, 20) } else { (15, 4) };
    let mut tally = Tally::of("F2");
    let pairs: Vec<_> = (0..photos)
        .map(|seed| Pair::of(scrimp_testkit::jpeg(&scenes::still_life(64, 48, seed), 97)))
        .collect();
    let names: Vec<_> = (0..photos).map(|number| format!("in/{number}.jpg")).collect();
    let lab = || {
        let lab = Lab::with(&[]);
        names.iter().zip(&pairs).for_each(|(name, pair)| lab.put(name, &pair.old));
        lab
    };
    let arguments = ["shrink", "in", "--in-place"];
    let started = Instant::now();
    assert!(lab().scrimp(&arguments).status.success());
    let whole = started.elapsed();
    let mut noise = Noise::seeded(2);
    for kill in 0..kills {
        let lab = lab();
        let wait = whole.mul_f64(noise.unit());
        let mut child = lab.command(crate::lab::SCRIMP).args(arguments).spawn().unwrap();
        thread::sleep(wait.min(Duration::from_secs(60)));
        let _ = child.kill();
        child.wait().unwrap();
        let files = lab.files();
        let mut verdict = Ok(());
        for (name, pair) in names.iter().zip(&pairs) {
            let is_whole = files.get(name).is_some_and(|bytes| *bytes == pair.old || *bytes == pair.new);
            verdict = verdict.and(ensure(is_whole, || format!("{name} is not whole")));
            // Whether another run would shrink a done photo again is not the question here.
            lab.put(name, &pair.old);
        }
        assert!(lab.scrimp(&arguments).status.success());
        let ended: Files = names.iter().cloned().zip(pairs.iter().map(|pair| pair.new.clone())).collect();
        verdict =
            verdict.and(ensure(lab.files() == ended, || "the next run does not end the work".to_owned()));
        tally.count(&format!("kill {kill} after {wait:?}"), verdict);
    }
    tally.end();
}
