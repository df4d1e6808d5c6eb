//! `--resume`, `--ledger` and `scrimp ledger`.

use crate::room::Room;

/// The ledger that a run has made in the state folder.
fn ledger(room: &Room) -> String {
    let mut ledgers = room.files("state");
    assert_eq!(ledgers.len(), 1);
    format!("state/{}", ledgers.remove(0))
}

#[test]
fn without_being_asked_nothing_is_written_down() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o out").exits(0);
    assert!(!room.has("state"));
}

#[test]
fn what_is_done_is_left_out_the_next_time() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o out --resume").exits(0).says("3 of 3");
    let again =
        room.scrimp("shrink photos -o out --resume").exits(0).complains("3 photos had been done before");
    let again = again.says("3 of 3 photos made smaller");
    assert_eq!(again.stdout().lines().count(), 1);
    room.put("photos/new.jpg", &room.bytes("photos/wall.jpg"));
    let run = room.scrimp("shrink photos -o out --resume --json").exits(0);
    assert_eq!(run.json().len(), 1);
    assert_eq!(run.json()[0]["path"], "photos/new.jpg");
    // The sum and the page are those of the whole job.
    let again = room
        .scrimp("shrink photos -o out --resume --report page.html")
        .exits(0)
        .complains("4 photos had been");
    again.says("4 of 4 photos made smaller");
    let page = String::from_utf8(room.bytes("page.html")).unwrap();
    for text in ["4 photos</b> saved", "4 photos of them had been done by an earlier run", "photos/wall.jpg"]
    {
        assert!(page.contains(text), "{text}");
    }
    let run = room.scrimp("shrink photos -o out --look archive --resume").exits(1);
    run.says("is there already").complains("--overwrite");
}

#[test]
fn a_ledger_is_shown_exported_and_forgotten() {
    let room = Room::with_photos();
    room.scrimp("ledger show").exits(0).complains("no ledgers in");
    room.scrimp("shrink photos --in-place --resume").exits(0);
    let ledger = ledger(&room);
    room.scrimp("ledger show").exits(0).says("3 photos: 1 kept, 2 saved").says(&ledger);
    let entries = room.scrimp(&format!("ledger export {ledger}")).exits(0).json();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0]["outcome"], "saved");
    assert_eq!(entries[0]["stamp"]["bytes"], room.bytes("photos/deep/fruit.jpg").len());
    room.scrimp(&format!("ledger forget {ledger} photos/deep")).exits(0).complains("1 photo forgotten");
    room.scrimp("shrink photos --in-place --resume").exits(0).complains("2 photos had been done before");
    room.scrimp(&format!("ledger forget {ledger}")).exits(0).complains("removed");
    assert!(!room.has(&ledger));
}

#[test]
fn a_ledger_stands_where_it_was_named_but_never_among_photos_or_in_place_of_one() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o out --ledger here.redb").exits(0);
    assert!(room.has("here.redb") && !room.has("state"));
    for place in ["photos/l.redb", "out/l.redb", "photos/wall.jpg"] {
        room.scrimp(&format!("shrink photos -o out --ledger {place}")).exits(2).complains("among photos");
    }
    let photo = room.bytes("photos/wall.jpg");
    room.put("wall.jpg", &photo);
    room.scrimp("shrink photos -o out2 --ledger wall.jpg").exits(1).complains("cannot be used");
    room.scrimp("ledger forget wall.jpg").exits(1).complains("cannot be used");
    assert_eq!(room.bytes("wall.jpg"), photo);
    assert!(!room.has("out2"));
}

#[cfg(unix)]
#[test]
fn a_ledger_that_another_run_has_is_done_without() {
    let room = Room::with_photos();
    for number in 0..500 {
        room.put(&format!("many/{number}.jpg"), &room.bytes("photos/deep/fruit.jpg"));
    }
    let first = room.start("shrink many -o smaller --ledger one.redb -j1");
    let started = std::time::Instant::now();
    while !room.has("smaller") {
        assert!(started.elapsed().as_secs() < 10);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let run = room.scrimp("shrink photos -o out --ledger one.redb").exits(0).says("3 of 3");
    run.complains("in use by another run; going on without it");
    first.meets_ctrl_c().exits(130);
}
