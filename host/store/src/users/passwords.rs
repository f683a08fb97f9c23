//! Passwords of users, as their hashes.

use mortise_domain::ids::UserId;
use mortise_domain::ports::StoreError;
use mortise_domain::user::User;

use super::{COLUMNS, close_doors, read};
use crate::Store;
use crate::database::{Sql, transact};

impl Store {
    /// The user of this name with the hash of the password, disabled ones too.
    pub async fn user_with_password(&self, name: &str) -> Result<Option<(User, Option<String>)>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(", u.password FROM users u WHERE u.name = $1");
        let Some(mut row) = self.database.first(sql.bind(name)).await? else { return Ok(None) };
        Ok(Some((read(&mut row)?, row.take()?)))
    }

    /// Sets a changed password, ends all sessions and voids the open invitation.
    pub async fn set_password(&self, user: UserId, password: &str) -> Result<(), StoreError> {
        transact!(self.database, tx => async {
            close_doors(tx, user).await?;
            tx.execute(Sql::new("UPDATE users SET password = $2 WHERE id = $1").bind(user.0).bind(password)).await
        })?;
        Ok(())
    }

    /// The same password under other parameters, unless it was changed meanwhile.
    pub async fn rehash_password(&self, user: UserId, before: &str, after: &str) -> Result<(), StoreError> {
        let sql = "UPDATE users SET password = $3 WHERE id = $1 AND password = $2";
        self.database.execute(Sql::new(sql).bind(user.0).bind(before).bind(after)).await?;
        Ok(())
    }

    /// Has anybody ever set a password?
    pub async fn has_passwords(&self) -> Result<bool, StoreError> {
        Ok(self.database.first(Sql::new("SELECT id FROM users WHERE password IS NOT NULL LIMIT 1")).await?.is_some())
    }
}
