//! Errors as exceptions: python/scrimp/errors.py has one type for each code.

use pyo3::prelude::*;
use scrimp_batch::FileError;
use scrimp_batch::profile::ProfileError;
use std::error::Error;
use std::path::Path;

/// An error on its way to Python.
pub(crate) struct Failure {
    code: &'static str,
    reason: String,
}

impl Failure {
    /// What was asked makes no sense.
    pub(crate) fn of_option(reason: impl ToString) -> Self {
        Self::of_code("option", reason)
    }

    pub(crate) fn of_code(code: &'static str, reason: impl ToString) -> Self {
        Self { code, reason: reason.to_string() }
    }

    /// A profile that does not do, with the remedy as it is spelt in Python.
    pub(crate) fn of_profile(error: ProfileError) -> Self {
        let remedy = match &error {
            ProfileError::Stale { .. } => " with accept_stale_profile=True",
            ProfileError::WhichClass { .. } => " with class_",
            _ => "",
        };
        Self::of_option(format!("{error}{remedy}"))
    }

    pub(crate) fn of_file(path: &Path, error: &FileError) -> Self {
        Self { code: error.code(), reason: format!("{}: {}", path.display(), error.in_full()) }
    }

    fn raise(self, py: Python<'_>) -> PyErr {
        let exception =
            py.import("scrimp.errors").and_then(|errors| errors.call_method1("of", (self.code, self.reason)));
        exception.map_or_else(|error| error, PyErr::from_value)
    }
}

impl From<scrimp::Error> for Failure {
    fn from(error: scrimp::Error) -> Self {
        Self { code: error.code(), reason: error.to_string() }
    }
}

impl From<scrimp::classic::Error> for Failure {
    fn from(error: scrimp::classic::Error) -> Self {
        Self::of_option(error)
    }
}

impl From<scrimp_batch::JobError> for Failure {
    fn from(error: scrimp_batch::JobError) -> Self {
        Self::of_option(error)
    }
}

impl From<scrimp_batch::LedgerError> for Failure {
    fn from(error: scrimp_batch::LedgerError) -> Self {
        let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
        Self { code: "ledger", reason: format!("{error}{cause}") }
    }
}

impl From<scrimp_batch::NotJson> for Failure {
    fn from(error: scrimp_batch::NotJson) -> Self {
        scrimp::Error::Defect(error.to_string()).into()
    }
}

/// The value, or the exception of the failure.
pub(crate) fn refuse<T>(py: Python<'_>, result: Result<T, Failure>) -> PyResult<T> {
    result.map_err(|failure| failure.raise(py))
}

/// The exception of a defect of scrimp.
pub(crate) fn defect(py: Python<'_>, reason: &str) -> PyErr {
    Failure::from(scrimp::Error::Defect(reason.to_owned())).raise(py)
}
