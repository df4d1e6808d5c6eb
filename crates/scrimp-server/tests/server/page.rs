//! The page as it is given; what it does is tried in a browser, crates/scrimp-cli/tests/browser.

use crate::room::{Request, Room};

/// What the page names in attributes that load something.
fn loaded(page: &str) -> Vec<&str> {
    let named = [" src=\"", " href=\""].into_iter().flat_map(|attribute| page.split(attribute).skip(1));
    named.filter_map(|rest| rest.split('"').next()).filter(|address| !address.starts_with('#')).collect()
}

#[test]
fn the_page_and_all_it_loads_come_from_the_service() {
    let room = Room::plain();
    let page = room.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let text = String::from_utf8(page.body).unwrap();
    let files = loaded(&text);
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let answer = room.get(&format!("/{file}"));
        assert_eq!(
            (answer.status, answer.header("x-content-type-options")),
            (200, Some("nosniff")),
            "{file}"
        );
        assert!(!answer.body.is_empty());
    }
    assert_eq!(room.ask(&Request::new("HEAD", "/")).status, 200);
    room.ask(&Request::new("POST", "/")).is_problem(405, "method_not_allowed");
}

#[test]
fn its_policy_lets_in_nothing_from_elsewhere_and_no_script_of_the_page() {
    let room = Room::plain();
    let page = room.get("/");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    let loose = ["inline", "eval", "http", "data:", "*"];
    assert!(!loose.iter().any(|word| policy.contains(word)), "{policy}");
    let text = String::from_utf8(page.body).unwrap();
    let is_handler =
        |rest: &str| rest.trim_start_matches(|sign: char| sign.is_ascii_lowercase()).starts_with('=');
    assert!(
        !text.split(" on").skip(1).any(is_handler) && !text.contains(" style=") && !text.contains("<style")
    );
    assert_eq!(text.matches("<script").count(), text.matches("<script src=").count());
}

#[test]
fn it_can_be_switched_off() {
    let room = Room::open(&[("page", "false")]);
    for path in ["/", "/page.js", "/page.css", "/icon.svg"] {
        room.get(path).is_problem(404, "not_found");
    }
    assert_eq!(room.get("/healthz").status, 200);
}

#[test]
fn it_tells_what_the_service_asks_for_but_no_key() {
    let text = |room: &Room| String::from_utf8(room.get("/").body).unwrap();
    let open = text(&Room::open(&[("limit_file_bytes", "5M")]));
    assert!(open.contains("data-limit=\"5000000\"") && !open.contains("data-needs-key"));
    let keyed = text(&Room::open(&[("keys", "first,second")]));
    assert!(keyed.contains("data-needs-key") && !keyed.contains("second"));
}
