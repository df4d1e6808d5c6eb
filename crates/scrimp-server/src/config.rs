//! What the service may take and where it listens: defaults, then a file, then the environment, then flags.

mod error;
mod settings;

pub use error::ConfigError;
pub use settings::{SETTINGS, Setting};

use crate::{SigningKey, SourcePrefix};
use scrimp::{Goal, Limits, Rollout};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// How the service behaves. [`SETTINGS`] has the names, defaults and meanings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where the service listens.
    pub listen: SocketAddr,
    /// Where metrics are served; nowhere if there is none.
    pub metrics_listen: Option<SocketAddr>,
    /// Keys of which each request needs one; none is needed if there are none.
    pub keys: Vec<String>,
    /// Whether there is a page to try it by hand.
    pub page: bool,
    /// Photos that are worked on at once.
    pub threads: NonZeroUsize,
    /// Bytes for the photos in hand: what is received and what is worked on.
    pub memory: u64,
    /// Requests that may wait for a thread.
    pub queue: usize,
    /// Seconds that a request may wait for a thread.
    pub queue_seconds: u64,
    /// Connections that may be open at once.
    pub connections: usize,
    /// Seconds for the headers of a request, and between requests of a connection.
    pub header_seconds: u64,
    /// Seconds for the body of a request.
    pub body_seconds: u64,
    /// Seconds that a client may read nothing of its answer.
    pub stall_seconds: u64,
    /// Seconds that requests in hand have when the service is to stop.
    pub grace_seconds: u64,
    /// The profile whose goals are for requests that name none, or a class of it.
    pub profile: Option<PathBuf>,
    /// Whether it may have been made with other versions.
    pub accept_stale_profile: bool,
    /// On which photos the profile's goals are tried; on all if there is none.
    pub rollout: Option<Rollout>,
    /// Whether it is only told what would become of them.
    pub shadow: bool,
    /// What photos are held to then that the rollout leaves out, by default to the look `high`; for a rollout alone.
    pub control: Option<Goal>,
    /// The folder that results are kept in; none are kept if there is none.
    pub cache_folder: Option<PathBuf>,
    /// Bytes of results that are kept at most.
    pub cache_bytes: u64,
    /// Seconds after which a result is forgotten.
    pub cache_seconds: u64,
    /// Keys that sign paths.
    pub signatures: Vec<SigningKey>,
    /// Whether paths need no signature.
    pub unsigned: bool,
    /// Where photos of a URL may come from; nowhere if there is none.
    pub sources: Vec<SourcePrefix>,
    /// Whether they may come from this machine and private networks.
    pub private_sources: bool,
    /// The folder of photos of `local:///`.
    pub local_folder: Option<PathBuf>,
    /// Seconds that a photo may take to come from its source.
    pub fetch_seconds: u64,
    /// Seconds that the photo of a URL is taken for unchanged.
    pub source_seconds: u64,
    /// The server of the buckets of `s3://`; that of AWS if there is none.
    pub s3_endpoint: Option<String>,
    /// Its region.
    pub s3_region: Option<String>,
    /// The name of the key to it.
    pub s3_key_id: Option<String>,
    /// The key to it.
    pub s3_secret: Option<String>,
    /// Bounds for each photo; its memory is never more than all work may take.
    pub limits: Limits,
}

impl Config {
    /// The defaults on a machine with so many threads and so much memory, in bytes, to spare.
    #[must_use]
    pub fn new(threads: NonZeroUsize, memory: u64) -> Self {
        let mut config = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            keys: Vec::new(),
            page: true,
            threads,
            memory,
            queue: 16,
            queue_seconds: 60,
            connections: 1024,
            header_seconds: 10,
            body_seconds: 30,
            stall_seconds: 10,
            // The longest wait and the longest work, and some time to send the answer.
            grace_seconds: 130,
            profile: None,
            accept_stale_profile: false,
            rollout: None,
            shadow: false,
            control: None,
            cache_folder: None,
            cache_bytes: 1_000_000_000,
            // Two days, which is how long Tinify's clients are used to.
            cache_seconds: 172_800,
            signatures: Vec::new(),
            unsigned: false,
            sources: Vec::new(),
            private_sources: false,
            local_folder: None,
            fetch_seconds: 10,
            source_seconds: 3600,
            s3_endpoint: None,
            s3_region: None,
            s3_key_id: None,
            s3_secret: None,
            limits: Limits::default(),
        };
        config.limits.file_bytes = 64_000_000;
        config.limits.memory = u64::MAX;
        config.settle();
        config
    }

    /// The configuration that a TOML text, variables of the environment and flags make of the defaults, the later ones
    /// winning. Variables that begin with [`Self::VARIABLES`] name a setting in upper case; others are passed over.
    ///
    /// # Errors
    /// [`ConfigError`] for a setting that is not known or has no such value; it says where it stands.
    pub fn read(
        mut self,
        file: Option<&str>,
        variables: impl IntoIterator<Item = (String, String)>,
        flags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        // Unless it was limited apart, it goes with the memory that is set.
        if self.limits.memory == self.work_memory() {
            self.limits.memory = u64::MAX;
        }
        if let Some(text) = file {
            settings::take_file(&mut self, text)?;
        }
        for (name, value) in variables {
            if let Some(setting) = name.strip_prefix(Self::VARIABLES) {
                settings::take(&mut self, &setting.to_lowercase(), &value)
                    .map_err(|error| error.at(format!("the environment's {name}")))?;
            }
        }
        for (name, value) in flags {
            settings::take(&mut self, &name, &value).map_err(|error| error.at(format!("--set {name}")))?;
        }
        self.settle();
        Ok(self)
    }

    /// What the names of the service's variables begin with.
    pub const VARIABLES: &str = "SCRIMP_SERVE_";

    /// No photo may need more than all photos together have.
    fn settle(&mut self) {
        self.limits.memory = self.limits.memory.min(self.work_memory());
    }

    /// A quarter of the memory holds files.
    pub(crate) const fn body_memory(&self) -> u64 {
        self.memory / 4
    }

    /// The rest is for the work on them.
    pub(crate) const fn work_memory(&self) -> u64 {
        self.memory - self.body_memory()
    }

    pub(crate) const fn queue_timeout(&self) -> Duration {
        Duration::from_secs(self.queue_seconds)
    }

    pub(crate) const fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    pub(crate) const fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }

    pub(crate) const fn stall_timeout(&self) -> Duration {
        Duration::from_secs(self.stall_seconds)
    }

    pub(crate) const fn source_lifetime(&self) -> Duration {
        lifetime(self.source_seconds)
    }

    pub(crate) const fn cache_lifetime(&self) -> Duration {
        lifetime(self.cache_seconds)
    }

    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }
}

/// A hundred years are for ever, and about all that an index counts.
const fn lifetime(seconds: u64) -> Duration {
    const LONGEST: u64 = 100 * 365 * 24 * 60 * 60;
    Duration::from_secs(if seconds < LONGEST { seconds } else { LONGEST })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new(NonZeroUsize::MIN, 1 << 30)
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = "queue = 1\nthreads = 3\nmemory = \"2G\"\n";
        let variables = pairs(&[("SCRIMP_SERVE_QUEUE", "2"), ("SCRIMP_SERVE_THREADS", "4"), ("HOME", "/")]);
        let read = config().read(Some(file), variables, pairs(&[("queue", "5")])).unwrap();
        assert_eq!((read.queue, read.threads.get(), read.memory), (5, 4, 2_000_000_000));
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let told = |file, variables, flags| {
            config().read(file, pairs(variables), pairs(flags)).unwrap_err().to_string()
        };
        assert!(told(Some("queue = "), &[], &[]).contains("TOML"));
        let unknown = told(Some("quue = 3"), &[], &[]);
        assert!(
            unknown.contains("the configuration's quue") && unknown.contains("docs/server.md"),
            "{unknown}"
        );
        assert!(told(None, &[("SCRIMP_SERVE_THREADS", "0")], &[]).contains("SCRIMP_SERVE_THREADS"));
        let memory = told(None, &[], &[("memory", "1M")]);
        assert!(memory.contains("--set memory") && memory.contains("128M"), "{memory}");
        assert!(told(Some("[queue]\nlength = 3"), &[], &[]).contains("queue"));
    }

    #[test]
    fn no_photo_may_need_more_than_all_work_has() {
        let read = config().read(None, [], pairs(&[("memory", "400M"), ("limit_memory", "4G")])).unwrap();
        assert_eq!(read.limits.memory, 300_000_000);
        let more = config().read(None, [], pairs(&[("memory", "4G")])).unwrap();
        assert_eq!(more.limits.memory, 3_000_000_000);
    }

    #[test]
    fn each_setting_stands_in_the_manual_and_has_the_default_that_it_tells() {
        let manual = include_str!("../../../docs/server.md");
        for Setting { name, default, meaning, .. } in SETTINGS {
            let row = format!("| `{name}` | {default} | {meaning} |");
            assert!(manual.contains(&row), "docs/server.md lacks: {row}");
            // Those that depend on the machine are told in words.
            if default.starts_with(|first: char| first.is_ascii_digit()) || default.parse::<bool>().is_ok() {
                let set = config().read(None, [], pairs(&[(name, default)])).unwrap();
                assert_eq!(format!("{set:?}"), format!("{:?}", config()), "{name}");
            }
        }
    }
}
