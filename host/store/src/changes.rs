//! How far the changes of each upstream have been read.

use mortise_domain::call::Interface;
use mortise_domain::ports::StoreError;

use crate::Store;
use crate::database::Sql;

impl Store {
    /// The upstream's cursor; none: from the beginning.
    pub async fn change_cursor(&self, connection: &str, interface: Interface) -> Result<Option<String>, StoreError> {
        let sql = "SELECT position FROM change_cursors WHERE connection = $1 AND interface = $2";
        let row = self.database.first(Sql::new(sql).bind(connection).bind(interface.name())).await?;
        Ok(row.map(|mut row| row.take()).transpose()?)
    }

    /// Keeps the upstream's cursor.
    pub async fn keep_change_cursor(
        &self,
        connection: &str,
        interface: Interface,
        cursor: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO change_cursors (connection, interface, position, at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, interface) DO UPDATE SET position = excluded.position, at = excluded.at";
        let sql = Sql::new(sql).bind(connection).bind(interface.name()).bind(cursor).bind(self.now());
        self.database.execute(sql).await?;
        Ok(())
    }
}
