//! Every row of every table, as the bytes that the database holds.

use sqlx::{Column as _, Connection as _, Row as _, ValueRef as _};

use crate::{Engine, House};

/// One value of a row.
pub struct Cell {
    /// Table and column.
    pub place: String,
    /// The value as it is stored.
    pub bytes: Vec<u8>,
}

/// All values of the house's database.
pub async fn cells(house: &House) -> Vec<Cell> {
    match house.engine {
        Engine::Sqlite => sqlite(&house.database).await,
        Engine::Postgres => postgres(&house.database).await,
    }
}

async fn sqlite(url: &str) -> Vec<Cell> {
    let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar("select name from sqlite_master where type = 'table'")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut cells = Vec::new();
    for table in tables {
        let text = format!("select * from \"{table}\"");
        for row in sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(&mut connection).await.unwrap() {
            for column in row.columns() {
                let null = row.try_get_raw(column.ordinal()).unwrap().is_null();
                // SQLite gives the bytes of every kind of value.
                let bytes = if null { Vec::new() } else { row.try_get_unchecked(column.ordinal()).unwrap() };
                cells.push(Cell { place: format!("{table}.{}", column.name()), bytes });
            }
        }
    }
    connection.close().await.unwrap();
    cells
}

async fn postgres(url: &str) -> Vec<Cell> {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = current_schema()")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut cells = Vec::new();
    for table in tables {
        let text = format!("select * from \"{table}\"");
        for row in sqlx::query(sqlx::AssertSqlSafe(text)).fetch_all(&mut connection).await.unwrap() {
            for column in row.columns() {
                let value = row.try_get_raw(column.ordinal()).unwrap();
                let bytes = if value.is_null() { Vec::new() } else { value.as_bytes().unwrap().to_vec() };
                cells.push(Cell { place: format!("{table}.{}", column.name()), bytes });
            }
        }
    }
    connection.close().await.unwrap();
    cells
}
