//! The names of results.

use scrimp::Options;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The name of a result: what is hashed in it decides all of its bytes, so it never changes and nobody can make two
/// photos of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The name of what this version makes of this photo with these options.
    pub(crate) fn of(photo: &[u8], options: &Options) -> Self {
        // The flag that ends the work early is no option of the photo's.
        let mut options = options.clone();
        options.interrupt = None;
        // As a text it holds each field, those of the future too, and it differs where any of them does.
        let asked = format!("{} {options:?}", env!("CARGO_PKG_VERSION"));
        let hash = Sha256::new().chain_update(Sha256::digest(photo)).chain_update(asked).finalize();
        Self(hash.into())
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl FromStr for Key {
    type Err = base16ct::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        match base16ct::lower::decode(text, &mut bytes)?.len() {
            32 => Ok(Self(bytes)),
            _ => Err(base16ct::Error::InvalidLength),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::{Goals, tests::goals};
    use crate::query;
    use scrimp::Limits;
    use std::collections::HashSet;

    fn asked_of(goals: &Goals, text: &str) -> Options {
        query::options(form_urlencoded::parse(text.as_bytes()), Limits::default(), goals).unwrap()
    }

    #[test]
    fn each_photo_and_each_option_makes_another_name() {
        let asked = |text: &str| asked_of(&Goals::default(), text);
        let texts = [
            "",
            "look=web",
            "goal=ssimulacra2=81",
            "floor=none",
            "floor=40",
            "max_bytes=1000",
            "from=original",
            "effort=fast",
            "min_saving=5",
            "subsampling=keep",
            "strip=gps",
            "strip=gps,comments",
            "baseline",
            "break_credentials",
            "background=white",
            "first_frame",
            "salvage",
        ];
        let mut names: HashSet<_> = texts.iter().map(|text| Key::of(b"photo", &asked(text))).collect();
        assert!(names.insert(Key::of(b"photos", &asked(""))));
        assert_eq!(names.len(), texts.len() + 1);
        // Spelt differently, asked the same.
        assert_eq!(Key::of(b"photo", &asked("goal=ssimulacra2=70")), Key::of(b"photo", &asked("look=web")));
    }

    #[test]
    fn each_goal_of_a_profile_makes_another_name() {
        let named = |classes: &[(&str, &str)], text: &str| {
            Key::of(b"photo", &asked_of(&goals(classes).unwrap(), text))
        };
        let classes = [("photo", "ssimulacra2=81"), ("scan", "ssimulacra2=62")];
        let other = [("photo", "ssimulacra2=81"), ("scan", "ssimulacra2=63")];
        let auto = named(&classes, "");
        let all = [auto, named(&other, ""), named(&classes, "class=photo"), named(&classes, "class=scan")];
        assert_eq!(HashSet::from(all).len(), all.len());
        // Spelt differently, asked the same; what the profile has besides does not matter.
        assert_eq!(named(&classes, "class=auto"), auto);
        assert_eq!(named(&other, "class=photo"), named(&classes, "class=photo"));
        assert_eq!(named(&classes, "class=scan"), named(&[], "goal=ssimulacra2=62"));
    }

    #[test]
    fn a_name_can_be_written_and_read() {
        let key = Key::of(b"photo", &Options::default());
        assert_eq!((key.to_string().len(), key.to_string().parse()), (64, Ok(key)));
        for wrong in ["", "ab", &"A".repeat(64), &"0".repeat(66), &"g".repeat(64), "../../etc/passwd"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }
}
