//! What a path asks for.

use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::percent_decode_str;

/// Options, and the photo that they are for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub(super) options: Vec<(&'a str, &'a str)>,
    pub(super) source: String,
}

/// Reads what stands behind the signature: `/name:value/name:value/plain/URL`, or the URL in base64 in place of the last
/// two, with slashes in it wherever one likes.
pub(super) fn parse(path: &str) -> Result<Asked<'_>, Problem> {
    let mut options = Vec::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    loop {
        let (segment, behind) = rest.split_once('/').unwrap_or((rest, ""));
        if segment == "plain" {
            let source = percent_decode_str(behind).decode_utf8().map_err(|_| no_url())?;
            return Ok(Asked { options, source: source.into_owned() });
        }
        let Some(option) = segment.split_once(':') else { break };
        options.push(option);
        rest = behind;
    }
    let text = URL_SAFE_NO_PAD.decode(rest.replace('/', "").trim_end_matches('=')).map_err(|_| no_url())?;
    let source = String::from_utf8(text).map_err(|_| no_url())?;
    if source.is_empty() { Err(no_url()) } else { Ok(Asked { options, source }) }
}

fn no_url() -> Problem {
    let detail = "behind the options the path has plain/ and the photo's URL, percent-encoded, or the URL in URL-safe \
                  base64";
    Problem::bad_request("bad_path", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(path: &str) -> (Vec<(&str, &str)>, String) {
        let asked = parse(path).unwrap();
        (asked.options, asked.source)
    }

    #[test]
    fn options_and_a_plain_url() {
        let (options, source) =
            parsed("/look:web/goal:ssimulacra2:80/plain/http://example.com/a%20b.jpg%3Fx=1");
        assert_eq!(options, [("look", "web"), ("goal", "ssimulacra2:80")]);
        assert_eq!(source, "http://example.com/a b.jpg?x=1");
        assert_eq!(parsed("/plain/local:///plain/a.jpg"), (vec![], "local:///plain/a.jpg".to_owned()));
    }

    #[test]
    fn a_url_in_base64_with_slashes_anywhere() {
        let text = "aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn";
        let expected = "http://example.com/images/curiosity.jpg".to_owned();
        assert_eq!(parsed(&format!("/look:web/{text}")), (vec![("look", "web")], expected.clone()));
        assert_eq!(parsed(&format!("/{}", text.replace('/', ""))), (vec![], expected));
    }

    #[test]
    fn paths_that_ask_for_nothing() {
        for wrong in
            ["", "/", "/look:web", "/look:web/", "/!!!", "/aHR0cDovL2V4YW1w.png", "/plain/%ff", "/_w"]
        {
            assert_eq!(parse(wrong).unwrap_err().code, "bad_path", "{wrong}");
        }
    }
}
