//! A database of its own for every test, on either engine.

use std::path::Path;

use sqlx::Connection as _;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the test's folder.
    Sqlite,
    /// A schema of its own in the database of `DATABASE_URL`, or of the local default.
    Postgres,
}

fn server() -> String {
    std::env::var("DATABASE_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into())
}

/// The URL of an empty database, and the schema to drop afterwards.
pub async fn fresh(engine: Engine, folder: &Path) -> (String, Option<String>) {
    match engine {
        Engine::Sqlite => (format!("sqlite:{}", folder.join("mortise.db").display()), None),
        Engine::Postgres => {
            let name = folder.file_name().unwrap().to_string_lossy().to_lowercase();
            let schema = format!("house_{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"));
            statement(format!("create schema {schema}")).await;
            let mark = if server().contains('?') { '&' } else { '?' };
            (format!("{}{mark}options[search_path]={schema}", server()), Some(schema))
        }
    }
}

/// Removes what [`fresh`] made.
pub async fn remove(schema: &str) {
    statement(format!("drop schema if exists {schema} cascade")).await;
}

async fn statement(text: String) {
    let mut connection = sqlx::PgConnection::connect(&server()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
