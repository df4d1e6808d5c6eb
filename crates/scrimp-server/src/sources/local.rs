//! Photos of a folder of this machine.

use super::{failed, missing, refused};
use crate::Service;
use crate::body::{Counted, Received};
use crate::problem::Problem;
use percent_encoding::percent_decode_str;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use tokio::task::spawn_blocking;
use url::Url;

/// The file that the path of the URL names inside of `folder`. Symbolic links are followed as long as they stay inside.
pub(super) async fn fetch(folder: Option<&Path>, service: &Service, url: &Url) -> Result<Received, Problem> {
    let folder = folder.ok_or_else(|| refused("the service has no local_folder"))?.to_owned();
    let path = percent_decode_str(url.path().trim_start_matches('/')).decode_utf8().map_err(|_| missing())?;
    let path = PathBuf::from(&*path);
    let service = service.clone();
    let reading = spawn_blocking(move || read(&folder, &path, &service));
    reading.await.map_err(|_| Problem::defect())?
}

fn read(folder: &Path, path: &Path, service: &Service) -> Result<Received, Problem> {
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(missing());
    }
    let path = folder.join(path).canonicalize().map_err(|_| missing())?;
    // Pipes and devices could keep the thread for ever.
    if !path.starts_with(folder) || !path.is_file() {
        return Err(missing());
    }
    let file = File::open(&path).map_err(|_| failed("the photo cannot be read"))?;
    let length = file.metadata().map_err(|_| failed("the photo cannot be read"))?.len();
    let mut counted = Counted::begin(service, length)?;
    counted.take(length)?;
    let mut bytes = Vec::new();
    // One that grows meanwhile is taken as it was.
    file.take(length).read_to_end(&mut bytes).map_err(|_| failed("the photo cannot be read"))?;
    Ok(counted.received(bytes))
}
