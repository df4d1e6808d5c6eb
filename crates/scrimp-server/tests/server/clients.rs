//! Clients of others, as `scripts/setup --with-clients` gets them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of packages that `scripts/test` names.
pub(crate) struct Clients(PathBuf);

impl Clients {
    /// None where they could not be got; says so.
    pub(crate) fn get() -> Option<Self> {
        let folder = std::env::var_os("SCRIMP_CLIENTS");
        if folder.is_none() {
            eprintln!("client test NOT RUN: scripts/test says what is missing");
        }
        Some(Self(folder?.into()))
    }

    pub(crate) fn python(&self, script: &str) -> Command {
        let mut python = Command::new(self.0.join("python/bin/python"));
        python.arg(path_of(script));
        python
    }

    pub(crate) fn node(&self, script: &str) -> Command {
        let mut node = Command::new("node");
        node.env("NODE_PATH", self.0.join("node_modules")).arg(path_of(script));
        node
    }
}

fn path_of(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script)
}

/// A certificate for this machine, and its key.
pub(crate) fn make_certificate(certificate: &Path, key: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl
        .args(["-addext", "subjectAltName=DNS:localhost", "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(certificate);
    let output = openssl.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
