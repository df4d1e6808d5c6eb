//! The one table of settings.

use super::{Config, ConfigError};
use scrimp::{Goal, LimitKind};
use std::fmt::Display;
use std::str::FromStr;

/// A setting, the same in the file, the environment and the flags.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting {
    /// Its name in the file; in the environment in upper case behind [`Config::VARIABLES`].
    pub name: &'static str,
    /// What it is by default.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
    take: fn(&mut Config, &str) -> Result<(), String>,
}

const fn setting(
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
    take: fn(&mut Config, &str) -> Result<(), String>,
) -> Setting {
    Setting { name, default, meaning, take }
}

/// All settings, as docs/server.md lists them. Lists are arrays of the file, parted by commas elsewhere.
pub const SETTINGS: &[Setting] = &[
    setting("listen", "127.0.0.1:8080", "address and port of the service", |config, value| {
        put(&mut config.listen, parsed(value, "an address and a port, as 127.0.0.1:8080")?)
    }),
    setting(
        "metrics_listen",
        "nowhere",
        "address and port of the metrics, at /metrics; not for the public",
        |config, value| {
            put(&mut config.metrics_listen, Some(parsed(value, "an address and a port, as 127.0.0.1:9090")?))
        },
    ),
    setting(
        "keys",
        "none",
        "list of keys of which each request to /v1 needs one; without any everybody may ask",
        |config, value| {
            let keys = value.split(',').map(str::trim).filter(|key| !key.is_empty());
            put(&mut config.keys, keys.map(str::to_owned).collect())
        },
    ),
    setting("page", "true", "whether there is a page at / to try it by hand", |config, value| {
        put(&mut config.page, parsed(value, "true or false")?)
    }),
    setting(
        "threads",
        "as many as the machine runs at once",
        "photos that are worked on at once",
        |config, value| put(&mut config.threads, parsed(value, "a whole number of at least 1")?),
    ),
    setting(
        "memory",
        "half of the machine's",
        "memory for the photos in hand: a quarter for files that are received, the rest for the work",
        |config, value| put(&mut config.memory, memory(value)?),
    ),
    setting(
        "queue",
        "16",
        "requests that may wait for a thread; more are refused with 503",
        |config, value| put(&mut config.queue, whole(value, 0)?),
    ),
    setting("queue_seconds", "60", "how long a request may wait for a thread", |config, value| {
        put(&mut config.queue_seconds, whole(value, 1)?)
    }),
    setting(
        "connections",
        "1024",
        "connections that may be open at once; more wait to be taken",
        |config, value| put(&mut config.connections, whole(value, 1)?),
    ),
    setting(
        "header_seconds",
        "10",
        "time for the headers of a request, and between two requests of a connection",
        |config, value| put(&mut config.header_seconds, whole(value, 1)?),
    ),
    setting("body_seconds", "30", "time for the body of a request", |config, value| {
        put(&mut config.body_seconds, whole(value, 1)?)
    }),
    setting("stall_seconds", "10", "how long a client may read nothing of its answer", |config, value| {
        put(&mut config.stall_seconds, whole(value, 1)?)
    }),
    setting(
        "grace_seconds",
        "130",
        "how long requests in hand may take when the service is to stop",
        |config, value| put(&mut config.grace_seconds, whole(value, 0)?),
    ),
    setting(
        "profile",
        "none",
        "file of `scrimp calibrate` whose goals are for requests that name none, or a class of it",
        |config, value| put(&mut config.profile, Some(parsed(value, "a file")?)),
    ),
    setting(
        "accept_stale_profile",
        "no",
        "`true`: `profile` may be made with other versions of scrimp, whose goals may mean something else here",
        |config, value| put(&mut config.accept_stale_profile, parsed(value, "true or false")?),
    ),
    setting(
        "rollout",
        "all of them",
        "share of photos that the goals of `profile` are tried on; the others are held to `control`",
        |config, value| {
            let rollout = value.parse().map_err(|error: scrimp::ShareError| error.to_string())?;
            put(&mut config.rollout, Some(rollout))
        },
    ),
    setting(
        "shadow",
        "no",
        "`true`: all photos are held to `control`, and it is only told what the goals of `profile` would make of them",
        |config, value| put(&mut config.shadow, parsed(value, "true or false")?),
    ),
    setting(
        "control",
        "high",
        "the look, or METRIC=VALUE, that `rollout` and `shadow` set against",
        |config, value| {
            let goal = Goal::named(value.trim()).map_err(|error| error.to_string())?;
            put(&mut config.control, Some(goal))
        },
    ),
    setting(
        "cache_folder",
        "none",
        "folder for results, of this service alone; what needs one is off without",
        |config, value| put(&mut config.cache_folder, Some(parsed(value, "a folder")?)),
    ),
    setting("cache_bytes", "1G", "most bytes of results in `cache_folder`", |config, value| {
        put(&mut config.cache_bytes, scrimp_batch::parse_bytes(value)?)
    }),
    setting("cache_seconds", "172800", "how long a result is kept", |config, value| {
        put(&mut config.cache_seconds, whole(value, 1)?)
    }),
    setting(
        "signatures",
        "none",
        "list of KEY:SALT in hexadecimal digits that sign paths; each is good",
        |config, value| put(&mut config.signatures, list(value)?),
    ),
    setting(
        "unsigned",
        "no",
        "`true`: paths that begin with /insecure/ need no signature",
        |config, value| put(&mut config.unsigned, parsed(value, "true or false")?),
    ),
    setting(
        "sources",
        "none",
        "list of what URLs of photos may begin with: https://HOST/, http://HOST/, s3://BUCKET/, local:///",
        |config, value| put(&mut config.sources, list(value)?),
    ),
    setting(
        "private_sources",
        "no",
        "`true`: sources may be on this machine or in its private network",
        |config, value| put(&mut config.private_sources, parsed(value, "true or false")?),
    ),
    setting("local_folder", "none", "folder of the photos of local:///", |config, value| {
        put(&mut config.local_folder, Some(parsed(value, "a folder")?))
    }),
    setting("fetch_seconds", "10", "time for a photo to come from its source", |config, value| {
        put(&mut config.fetch_seconds, whole(value, 1)?)
    }),
    setting(
        "source_seconds",
        "3600",
        "how long the photo of a URL is taken for unchanged, here and by whoever keeps the answer",
        |config, value| put(&mut config.source_seconds, whole(value, 1)?),
    ),
    setting("s3_endpoint", "that of AWS", "URL of the server of s3://", |config, value| {
        put(&mut config.s3_endpoint, Some(value.to_owned()))
    }),
    setting("s3_region", "us-east-1", "region of the buckets", |config, value| {
        put(&mut config.s3_region, Some(value.to_owned()))
    }),
    setting(
        "s3_key_id",
        "those of the machine's role",
        "name of the key to the buckets, with `s3_secret`",
        |config, value| put(&mut config.s3_key_id, Some(value.to_owned())),
    ),
    setting("s3_secret", "those of the machine's role", "the key to the buckets", |config, value| {
        put(&mut config.s3_secret, Some(value.to_owned()))
    }),
    setting("limit_file_bytes", "64M", "most bytes of a request's body", |config, value| {
        limit(config, LimitKind::FileBytes, value)
    }),
    setting("limit_pixels", "200M", "most pixels of a photo", |config, value| {
        limit(config, LimitKind::Pixels, value)
    }),
    setting("limit_side", "65500", "longest side of a photo in pixels", |config, value| {
        limit(config, LimitKind::Side, value)
    }),
    setting("limit_scan_pixels", "2G", "most scans x pixels of a JPEG", |config, value| {
        limit(config, LimitKind::ScanPixels, value)
    }),
    setting("limit_metadata_bytes", "64M", "most bytes of metadata of a photo", |config, value| {
        limit(config, LimitKind::MetadataBytes, value)
    }),
    setting("limit_metadata_segments", "2000", "most metadata segments of a photo", |config, value| {
        limit(config, LimitKind::MetadataSegments, value)
    }),
    setting(
        "limit_memory",
        "what `memory` has for the work",
        "most memory for the work on one photo",
        |config, value| limit(config, LimitKind::Memory, value),
    ),
    setting("limit_time", "60", "seconds for the work on one photo", |config, value| {
        limit(config, LimitKind::Time, value)
    }),
];

/// Sets what a TOML text says.
pub(super) fn take_file(config: &mut Config, text: &str) -> Result<(), ConfigError> {
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| ConfigError::Form(error.to_string()))?;
    for (name, value) in &table {
        let value = as_text(value).map_err(|why| ConfigError::Value { place: name.clone(), why })?;
        take(config, name, &value).map_err(|error| error.at(format!("the configuration's {name}")))?;
    }
    Ok(())
}

/// Sets one setting.
pub(super) fn take(config: &mut Config, name: &str, value: &str) -> Result<(), ConfigError> {
    let unknown = || ConfigError::Unknown { place: String::new(), name: name.to_owned() };
    let setting = SETTINGS.iter().find(|setting| setting.name == name).ok_or_else(unknown)?;
    (setting.take)(config, value).map_err(|why| ConfigError::Value { place: String::new(), why })
}

/// A value of the file as it would stand in the environment.
fn as_text(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Float(number) => Ok(number.to_string()),
        toml::Value::Boolean(switch) => Ok(switch.to_string()),
        toml::Value::Array(list) => Ok(list.iter().map(as_text).collect::<Result<Vec<_>, _>>()?.join(",")),
        _ => Err("a setting is a text, a number, true, false or a list of these".to_owned()),
    }
}

fn put<T>(place: &mut T, value: T) -> Result<(), String> {
    *place = value;
    Ok(())
}

fn parsed<T: FromStr>(value: &str, form: impl Display) -> Result<T, String> {
    value.trim().parse().map_err(|_| format!("it takes {form}, not {value:?}"))
}

/// What commas part.
fn list<T: FromStr<Err = String>>(value: &str) -> Result<Vec<T>, String> {
    value.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::parse).collect()
}

fn whole<T: FromStr + PartialOrd + Display + Copy>(value: &str, least: T) -> Result<T, String> {
    let form = format!("a whole number of at least {least}");
    let number: T = parsed(value, &form)?;
    if number >= least { Ok(number) } else { Err(format!("it takes {form}, not {number}")) }
}

fn memory(value: &str) -> Result<u64, String> {
    // Room for one photo of some megapixels beside its file.
    const LEAST: u64 = 128_000_000;
    let bytes = scrimp_batch::parse_bytes(value)?;
    if bytes < LEAST { Err("it takes at least 128M to work on photos".to_owned()) } else { Ok(bytes) }
}

fn limit(config: &mut Config, which: LimitKind, value: &str) -> Result<(), String> {
    let value = scrimp_batch::parse_limit(which, value)?;
    put(config.limits.get_mut(which), value)
}
