//! Rates: in no span of a pace's length do more calls go out than it allows, over restarts and all nodes.

mod window;

use mortise_domain::connection::Pace;
use mortise_domain::instant::Instant;
use window::Window;

use crate::Store;
use crate::database::{Sql, TRIES, pause};
use crate::fault::Fault;

pub(crate) async fn take_slot(
    store: &Store,
    connection: &str,
    pace: Pace,
    now: Instant,
) -> Result<Result<(), Instant>, Fault> {
    // Callers of this process go one by one; others are noticed by the revision of the row.
    let _turn = store.slots.lock().await;
    let mut tried = 0;
    loop {
        let sql = "SELECT revision, calls FROM rate_windows WHERE connection = $1";
        let row = store.database.first(Sql::new(sql).bind(connection)).await?;
        let (revision, mut window) = match row {
            Some(mut row) => (row.take::<i64>()?, Window::decode(&row.take::<Vec<u8>>()?)),
            None => (0, Window::default()),
        };
        if let Err(free_at) = window.take(pace, now) {
            return Ok(Err(free_at));
        }
        let sql = "INSERT INTO rate_windows (connection, revision, calls) VALUES ($1, $2 + 1, $3) \
                   ON CONFLICT (connection) DO UPDATE SET revision = excluded.revision, calls = excluded.calls \
                   WHERE rate_windows.revision = $2";
        let sql = Sql::new(sql).bind(connection).bind(revision).bind(window.encode());
        if store.database.execute(sql).await? > 0 {
            return Ok(Ok(()));
        }
        tried += 1;
        if tried > TRIES {
            return Err(Fault::inconsistent("rate", "other nodes take all of its slots; try again"));
        }
        pause(tried).await;
    }
}
