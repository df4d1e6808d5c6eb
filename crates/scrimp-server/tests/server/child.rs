//! The service in a process of its own, so that its memory, time, handles and system calls can be seen from outside.
//!
//! The process is this test program once more, told to run the one test that serves.

use crate::room::Client;
use scrimp_server::{Config, Event, serve};
use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Settings of the other process, parted by spaces.
const SETTINGS: &str = "SCRIMP_TEST_SERVE";

/// A program to be tested in place of this one.
const PROGRAM: &str = "SCRIMP_TEST_PROGRAM";

/// What the line with its address begins with.
const LISTENING: &str = "listening on ";

/// A running service; it is gone when this is dropped.
pub(crate) struct Child {
    process: std::process::Child,
    client: Client,
}

impl Child {
    /// A service with these settings beside the defaults for two threads and 1 GiB.
    pub(crate) fn serve(settings: &[(&str, &str)]) -> Self {
        Self::serve_under(&[], settings, &[])
    }

    /// The same under another program, as strace, and with these variables.
    pub(crate) fn serve_under(
        program: &[&str],
        settings: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut process = Self::command(program, settings).envs(variables.iter().copied()).spawn().unwrap();
        // The program tells it on one of the two, this one on the other.
        let told: Box<dyn Read + Send> = match process.stderr.take() {
            Some(stderr) => Box::new(stderr),
            None => Box::new(process.stdout.take().unwrap()),
        };
        let mut lines = BufReader::new(told).lines().map_while(Result::ok);
        let address =
            lines.find_map(|line| line.split_once(LISTENING).map(|(_, address)| address.to_owned()));
        let address = address.expect("it listens").replace("http://", "");
        let client = Client { address: address.parse().unwrap() };
        // What else it prints is read, so that it never waits.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, client }
    }

    /// What serves under `program`: this program, or the one that `SCRIMP_TEST_PROGRAM` names, as to measure a release.
    fn command(program: &[&str], settings: &[(&str, &str)]) -> Command {
        let (this, other) = (env::current_exe().unwrap(), env::var_os(PROGRAM));
        let served = other.as_deref().unwrap_or(this.as_os_str());
        let mut all: Vec<_> = program.iter().map(AsRef::as_ref).chain([served]).collect();
        let mut command = Command::new(all.remove(0));
        command.args(all);
        let settings = settings.iter().map(|(name, value)| format!("{name}={value}"));
        if other.is_some() {
            command.args(["serve", "--log", "off", "--listen", "127.0.0.1:0", "--set", "threads=2"]);
            command.args(["--set", "memory=1GiB"]).stderr(Stdio::piped());
            for setting in settings {
                command.args(["--set", &setting]);
            }
        } else {
            command.args(["--exact", "child::the_other_process", "--ignored", "--nocapture"]);
            command.env(SETTINGS, settings.collect::<Vec<_>>().join(" ")).stdout(Stdio::piped());
        }
        command
    }

    /// The process that serves; under another program, its only child.
    fn id(&self) -> u32 {
        let id = self.process.id();
        let below = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        below.trim().parse().unwrap_or(id)
    }

    /// A figure of the process in bytes: `VmHWM` is the most memory that it ever had, `VmRSS` what it has.
    pub(crate) fn memory(&self, figure: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(figure)).unwrap();
        line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
    }

    /// How much time of the processor it has used.
    pub(crate) fn processor(&self) -> Duration {
        let line = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap();
        // Behind the name, in hundredths of a second: the 14th and 15th field are the 12th and 13th there.
        let behind = line.rsplit(')').next().unwrap().to_owned();
        let ticks = behind.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap());
        Duration::from_millis(10 * ticks.sum::<u64>())
    }

    /// How many handles and threads it has.
    pub(crate) fn handles_and_threads(&self) -> (usize, usize) {
        let count = |what| std::fs::read_dir(format!("/proc/{}/{what}", self.id())).unwrap().count();
        (count("fd"), count("task"))
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn end(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(asked.success() && self.process.wait().unwrap().success());
    }
}

impl Deref for Child {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", &self.id().to_string()]).status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Not a test of anything: what the other process does.
#[test]
#[ignore = "serves until it is told to end"]
fn the_other_process() {
    let Ok(settings) = env::var(SETTINGS) else { return };
    let settings = settings.split_whitespace().map(|setting| setting.split_once('=').unwrap());
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let settings = [("listen".to_owned(), free.to_string())].into_iter().chain(settings);
    let config = Config::new(NonZeroUsize::new(2).unwrap(), 1 << 30).read(None, [], settings).unwrap();
    serve(config, |event| {
        if let Event::Listening(address) = event {
            println!("{LISTENING}{address}");
        }
    })
    .unwrap();
}
