//! The arguments of `scrimp ledger`.

use clap::{Subcommand, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Tell what ledgers hold
    Show {
        /// The ledger; all in the user's state folder if there is none
        #[arg(value_name = "LEDGER", value_hint = ValueHint::FilePath)]
        ledger: Option<PathBuf>,
    },
    /// Print every entry of a ledger, one JSON object a line
    Export {
        /// The ledger
        #[arg(value_name = "LEDGER", value_hint = ValueHint::FilePath)]
        ledger: PathBuf,
    },
    /// Forget photos, so that they are looked at again; without a photo or folder the whole ledger, whose file is removed
    Forget {
        /// The ledger
        #[arg(value_name = "LEDGER", value_hint = ValueHint::FilePath)]
        ledger: PathBuf,
        /// Photos, or folders of them
        #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
    },
}
