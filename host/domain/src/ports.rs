//! What the host asks of the outside world, by consumer. The server and the test harness join each port to its provider.

pub mod approvals;
pub mod clock;
pub mod leads;
pub mod memory;
pub mod plugins;
pub mod sandbox;

/// The store cannot do what was asked. The cause is logged where it happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, or answered with an error.
    #[error("the database cannot be used: {0}")]
    Unavailable(String),
    /// What is stored does not make sense.
    #[error("the stored {what} is inconsistent: {detail}")]
    Inconsistent {
        /// Table or record.
        what: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// Somebody else changed it, or the request conflicts with what is there.
    #[error("{0}")]
    Conflict(String),
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(String),
}
