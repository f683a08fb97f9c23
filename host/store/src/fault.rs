//! What can go wrong inside, before it is told to a caller.

use mortise_domain::ports::StoreError;

/// A fault of a statement, or an answer for the caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The database answered with an error, or not at all.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What the caller is told.
    #[error(transparent)]
    Told(#[from] StoreError),
    /// What was read before a lock was taken is not so any more.
    #[error("somebody else was faster")]
    Overtaken,
}

impl Fault {
    /// A record that this program did not write like this.
    pub(crate) fn inconsistent(what: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Told(StoreError::Inconsistent { what, detail: detail.to_string() })
    }

    /// The transaction lost against another one and may simply be tried again: a deadlock or failed serialization on
    /// PostgreSQL, another process writing on SQLite, or what this program itself has noticed.
    pub(crate) fn is_lost_race(&self) -> bool {
        if matches!(self, Self::Overtaken) {
            return true;
        }
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01" | "5" | "6" | "261" | "517"))
    }

    /// A row of this key exists already.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Told(error) => error,
            Fault::Overtaken => Self::Unavailable("others change the same records all the time".to_owned()),
            Fault::Database(error) => {
                tracing::error!(%error, "the database failed");
                Self::Unavailable(error.to_string())
            }
        }
    }
}
