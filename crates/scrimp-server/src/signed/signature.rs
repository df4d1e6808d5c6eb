//! Who may have which path: signatures as imgproxy makes them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;

/// A key and a salt for signatures: HMAC-SHA256 over salt and path, in URL-safe base64 without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    key: Vec<u8>,
    salt: Vec<u8>,
}

impl SigningKey {
    fn has_signed(&self, path: &str, signature: &[u8]) -> bool {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return false };
        // In a time that does not tell where the two differ.
        mac.chain_update(&self.salt).chain_update(path).verify_slice(signature).is_ok()
    }
}

/// Whether one of these made the signature of this path, which begins with a slash and holds all behind the signature.
pub(super) fn is_signed(keys: &[SigningKey], path: &str, signature: &str) -> bool {
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
    // All are looked at, so that the time does not tell which one it was.
    keys.iter().fold(false, |signed, key| signed | key.has_signed(path, &signature))
}

impl FromStr for SigningKey {
    type Err = String;

    /// Reads `KEY:SALT`, both in hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = "it takes KEY:SALT in hexadecimal digits, neither of them empty";
        let (key, salt) = text.split_once(':').ok_or(form)?;
        let bytes = |digits: &str| base16ct::mixed::decode_vec(digits).ok().filter(|bytes| !bytes.is_empty());
        match (bytes(key), bytes(salt)) {
            (Some(key), Some(salt)) => Ok(Self { key, salt }),
            _ => Err(form.to_owned()),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of imgproxy's documents (docs.imgproxy.net/signing_the_url).
    const PATH: &str = "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png";
    const SIGNATURE: &str = "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8";

    fn documented() -> SigningKey {
        // "secret" and "hello".
        "736563726574:68656C6C6F".parse().unwrap()
    }

    #[test]
    fn the_documented_example_is_signed() {
        let another: SigningKey = "00:00".parse().unwrap();
        assert!(is_signed(&[documented()], PATH, SIGNATURE));
        assert!(is_signed(&[another.clone(), documented()], PATH, SIGNATURE));
        assert!(!is_signed(&[another], PATH, SIGNATURE) && !is_signed(&[], PATH, SIGNATURE));
    }

    #[test]
    fn nothing_else_is() {
        let keys = [documented()];
        assert!(
            !is_signed(&keys, &PATH[1..], SIGNATURE) && !is_signed(&keys, &format!("{PATH}x"), SIGNATURE)
        );
        for place in 0..SIGNATURE.len() {
            let mut wrong = SIGNATURE.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'A' { b'B' } else { b'A' };
            assert!(!is_signed(&keys, PATH, std::str::from_utf8(&wrong).unwrap()), "{place}");
        }
        for wrong in
            ["", "insecure", &SIGNATURE[..42], &SIGNATURE.replace('_', "/"), &format!("{SIGNATURE}=")]
        {
            assert!(!is_signed(&keys, PATH, wrong), "{wrong}");
        }
    }

    #[test]
    fn keys_that_cannot_be_are_refused() {
        for wrong in ["", ":", "00", "00:", ":00", "0:00", "xy:00", "00:00:00"] {
            assert!(wrong.parse::<SigningKey>().is_err(), "{wrong}");
        }
        assert_eq!(format!("{:?}", documented()), "SigningKey");
    }
}
