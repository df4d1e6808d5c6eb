//! The page of the service, used by hand.

use crate::{folder_of_screenshots, is_there, node};
use scrimp::{Options, Outcome};
use scrimp_testkit::{jpeg, scenes};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running service; it is gone when this is dropped.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn begin(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scrimp"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "json"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        // Whoever does not read what it tells holds it up.
        std::thread::spawn(move || told.lines().map_while(Result::ok).for_each(drop));
        let address = format!("http://{}/", line.trim().rsplit("http://").next().unwrap());
        Self { child, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A TIFF of one strip of RGB, not compressed: hardly a browser shows it.
fn tiff(scene: &scenes::Scene) -> Vec<u8> {
    let (width, height) = (scene.width as u32, scene.height as u32);
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, width * height * 3),
    ];
    let mut file = b"II*\0".to_vec();
    file.extend((8 + scene.samples.len() as u32).to_le_bytes());
    file.extend(&scene.samples);
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file
}

/// Photos of all fates.
fn photos(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    let whole = jpeg(&scenes::landscape(900, 600, 2), 96);
    write("landscape.jpg", &whole);
    write("damaged.jpg", &whole[..whole.len() / 2]);
    // What has been shrunk once gains nothing more.
    let Outcome::Saved(shrunk) =
        scrimp::shrink(&jpeg(&scenes::still_life(400, 300, 1), 95), &Options::default()).unwrap()
    else {
        panic!("not saved")
    };
    write("kept.jpg", &shrunk.bytes);
    write("scan.tif", &tiff(&scenes::facade(400, 300, 3)));
    write("note.txt", b"no photo");
}

#[test]
fn the_services_page_can_be_used() {
    if !is_there() {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    photos(room.path());
    let (open, keyed) = (Served::begin(&[]), Served::begin(&["--set", "keys=sesame"]));
    node("page.mjs", &[open.address.as_ref(), keyed.address.as_ref(), room.path(), &folder_of_screenshots()]);
}
