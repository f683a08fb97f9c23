//! Failed sign-ins. They are stored, so that a restart gives nobody a new supply of guesses, and all nodes count together.

use mortise_domain::instant::Instant;
use mortise_domain::lockout::{Failures, Patience};
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::{Sql, Tx, transact};
use crate::fault::Fault;

/// Whose failures are counted, and with how much patience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guesser {
    /// A keyed hash of the account's name or of the address.
    pub subject: String,
    /// How failures are followed by waits.
    pub patience: Patience,
}

impl Store {
    /// Asks whether a password may be looked at. If so, the attempt counts as a failure until [`Self::forgive`] takes it back:
    /// a thousand attempts at the same moment are a thousand failures. Otherwise: until when to wait.
    pub async fn attempt(&self, guessers: &[Guesser], now: Instant) -> Result<Option<Instant>, StoreError> {
        let mut sorted: Vec<&Guesser> = guessers.iter().collect();
        sorted.sort_by(|one, other| one.subject.cmp(&other.subject));
        Ok(transact!(self.database, tx => attempt(tx, &sorted, now))?)
    }

    /// The password was right: forgets the account's failures, and takes the one from the address back. Whoever has an account
    /// of his own cannot wash an address clean with it.
    pub async fn forgive(&self, account: &str, address: &str) -> Result<(), StoreError> {
        transact!(self.database, tx => async {
            tx.execute(Sql::new("DELETE FROM guesses WHERE subject = $1").bind(account)).await?;
            let sql = "UPDATE guesses SET failures = failures - 1 WHERE subject = $1 AND failures > 0";
            tx.execute(Sql::new(sql).bind(address)).await
        })?;
        Ok(())
    }
}

async fn attempt(tx: &mut Tx, guessers: &[&Guesser], now: Instant) -> Result<Option<Instant>, Fault> {
    let mut counted = Vec::with_capacity(guessers.len());
    let mut locked = None;
    for guesser in guessers {
        // The row comes first, so that there is something to lock.
        let sql =
            "INSERT INTO guesses (subject, failures, last_at) VALUES ($1, 0, $2) ON CONFLICT (subject) DO NOTHING";
        tx.execute(Sql::new(sql).bind(&guesser.subject).bind(now)).await?;
        let sql = "SELECT failures, last_at FROM guesses WHERE subject = $1 /* lock */";
        let row = tx.first(Sql::new(sql).bind(&guesser.subject)).await?;
        let mut row = row.ok_or_else(|| Fault::inconsistent("guess", "its row is missing"))?;
        let failures = Failures { count: row.take()?, last_at: row.take()? };
        locked = locked.max(guesser.patience.locked_until(failures, now));
        counted.push(guesser.patience.with_another(failures, now));
    }
    if locked.is_some() {
        return Ok(locked);
    }
    for (guesser, failures) in guessers.iter().zip(counted) {
        let sql = "UPDATE guesses SET failures = $2, last_at = $3 WHERE subject = $1";
        tx.execute(Sql::new(sql).bind(&guesser.subject).bind(failures.count).bind(failures.last_at)).await?;
    }
    Ok(None)
}
