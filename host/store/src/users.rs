//! Users: who they are, and the rule that an admin stays.

mod invites;
mod passwords;

use mortise_domain::access::Role;
use mortise_domain::ids::UserId;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::user::{Language, Profile, User};

use crate::Store;
use crate::counters::Counter;
use crate::database::{Row, Sql, Tx, json_text, transact};
use crate::fault::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// Columns of [`read`], of the table under the name `u`.
pub(crate) const COLUMNS: &str = "u.id, u.name, u.display_name, u.email, u.roles, u.stores, u.regions, u.language, \
                                  u.disabled, u.password IS NOT NULL, u.created_at, u.last_login_at";

impl Store {
    /// Adds a user without a password.
    pub async fn create_user(&self, name: &str, profile: &Profile) -> Result<User, StoreError> {
        let user = User {
            id: UserId(self.ids(Counter::User, 1).await?.one()?),
            name: name.to_owned(),
            profile: profile.clone(),
            disabled: false,
            has_password: false,
            created_at: self.now(),
            last_login_at: None,
        };
        let sql = "INSERT INTO users (display_name, email, roles, stores, regions, language, id, name, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let sql = profile_values(Sql::new(sql), profile)?.bind(user.id.0).bind(name).bind(user.created_at);
        match self.database.execute(sql).await {
            Ok(_) => Ok(user),
            Err(fault) if fault.is_duplicate() => {
                Err(StoreError::Conflict(format!("there is or was a user {name} already: choose another name")))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Users whose name or display name contains these words, by name.
    pub async fn users(&self, search: &str, page: &PageRequest) -> Result<Page<User>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM users u WHERE u.erased_at IS NULL");
        let mut sql = crate::catalog::matching(sql, ["u.name", "u.display_name"], search);
        if let Some(after) = &page.after {
            sql = sql.push_bind(" AND u.name > ", &after.code);
        }
        let rows = self.database.all(page.limit(sql.push(" ORDER BY u.name"))).await?;
        Ok(page.page(rows, read, |user| Cursor::of_code(&user.name))?)
    }

    /// The user of this name.
    pub async fn user(&self, name: &str) -> Result<Option<User>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM users u WHERE u.erased_at IS NULL AND u.name = $1");
        Ok(self.database.first(sql.bind(name)).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// The user of this id, erased ones too.
    pub async fn user_by_id(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM users u WHERE u.id = $1").bind(id.0);
        Ok(self.database.first(sql).await?.map(|mut row| read(&mut row)).transpose()?)
    }

    /// Names with display names, for those who read stories; of erased users only the name is left.
    pub async fn people(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.database.all(Sql::new("SELECT name, display_name FROM users ORDER BY name")).await?;
        Ok(rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect::<Result<_, Fault>>()?)
    }

    /// Replaces what an admin says about a user. The last admin keeps the role.
    pub async fn put_user(&self, name: &str, profile: &Profile) -> Result<(), StoreError> {
        let stays = profile.roles.contains(&Role::Admin);
        transact!(self.database, tx => async {
            let id = locked(tx, name, stays).await?;
            let sql = "UPDATE users SET display_name = $1, email = $2, roles = $3, stores = $4, regions = $5, \
                       language = $6 WHERE id = $7";
            tx.execute(profile_values(Sql::new(sql), profile)?.bind(id.0)).await
        })?;
        Ok(())
    }

    /// Replaces what everybody may say about themselves: display name, e-mail address, language.
    pub async fn put_own_profile(&self, user: UserId, profile: &Profile) -> Result<(), StoreError> {
        let sql = "UPDATE users SET display_name = $2, email = $3, language = $4 WHERE id = $1 AND erased_at IS NULL";
        let sql = Sql::new(sql).bind(user.0).bind(&profile.display_name).bind(profile.email.as_deref());
        self.database.execute(sql.bind(profile.language.name())).await?;
        Ok(())
    }

    /// Lets a user in, or no more. Whoever is disabled loses all sessions and the open invitation. The last admin stays.
    pub async fn disable_user(&self, name: &str, disabled: bool) -> Result<(), StoreError> {
        transact!(self.database, tx => async {
            let id = locked(tx, name, !disabled).await?;
            if disabled {
                close_doors(tx, id).await?;
            }
            tx.execute(Sql::new("UPDATE users SET disabled = $2 WHERE id = $1").bind(id.0).bind(disabled)).await
        })?;
        Ok(())
    }

    /// Forgets a person: all but the name, which stands in stories. Their tokens are void. The last admin stays.
    pub async fn erase_user(&self, name: &str) -> Result<(), StoreError> {
        let now = self.now();
        transact!(self.database, tx => async {
            let id = locked(tx, name, false).await?;
            close_doors(tx, id).await?;
            let sql = "UPDATE api_tokens SET revoked_at = COALESCE(revoked_at, $2) WHERE owner = $1";
            tx.execute(Sql::new(sql).bind(id.0).bind(now)).await?;
            let sql = "UPDATE users SET display_name = '', email = NULL, roles = '[]', stores = '[]', regions = '[]', \
                       disabled = TRUE, password = NULL, last_login_at = NULL, erased_at = $2 WHERE id = $1";
            tx.execute(Sql::new(sql).bind(id.0).bind(now)).await
        })?;
        Ok(())
    }
}

/// The user's id, its row locked. Where it does not stay an admin, all admins are locked first, always in the same order, and
/// another one who can sign in must be left: two admins who demote each other wait here for one another.
async fn locked(tx: &mut Tx, name: &str, stays_admin: bool) -> Result<UserId, Fault> {
    let mut others = 0;
    let mut is_admin = false;
    if !stays_admin {
        let sql = "SELECT name, password IS NOT NULL FROM users WHERE disabled = FALSE AND roles LIKE '%\"admin\"%' \
                   ORDER BY id /* lock */";
        for mut row in tx.all(Sql::new(sql)).await? {
            let (admin, can_sign_in): (String, bool) = (row.take()?, row.take()?);
            is_admin |= admin == name;
            others += i32::from(admin != name && can_sign_in);
        }
    }
    let sql = "SELECT id FROM users WHERE name = $1 AND erased_at IS NULL /* lock */";
    let row = tx.first(Sql::new(sql).bind(name)).await?;
    let mut row = row.ok_or_else(|| StoreError::NotFound(format!("user {name:?}")))?;
    if is_admin && others == 0 {
        let text = format!("{name} is the last admin who can sign in: give another user the role and a password first");
        return Err(StoreError::Conflict(text).into());
    }
    Ok(UserId(row.take()?))
}

/// No session and no open invitation is left.
async fn close_doors(tx: &mut Tx, user: UserId) -> Result<(), Fault> {
    tx.execute(Sql::new("DELETE FROM sessions WHERE user_id = $1").bind(user.0)).await?;
    tx.execute(Sql::new("DELETE FROM invites WHERE user_id = $1").bind(user.0)).await?;
    Ok(())
}

/// All users who may come in.
pub(crate) async fn alive(store: &Store) -> Result<Vec<User>, Fault> {
    let sql = Sql::new("SELECT ").push(COLUMNS).push(" FROM users u WHERE u.disabled = FALSE AND u.erased_at IS NULL");
    store.database.all(sql.push(" ORDER BY u.id")).await?.into_iter().map(|mut row| read(&mut row)).collect()
}

fn profile_values(sql: Sql, profile: &Profile) -> Result<Sql, Fault> {
    let Profile { display_name, email, roles, stores, regions, language } = profile;
    let sql = sql.bind(display_name).bind(email.as_deref()).bind(json_text(roles)?);
    Ok(sql.bind(json_text(stores)?).bind(json_text(regions)?).bind(language.name()))
}

/// Reads [`COLUMNS`].
pub(crate) fn read(row: &mut Row) -> Result<User, Fault> {
    Ok(User {
        id: UserId(row.take()?),
        name: row.take()?,
        profile: Profile {
            display_name: row.take()?,
            email: row.take()?,
            roles: row.json("roles")?,
            stores: row.json("stores of a user")?,
            regions: row.json("regions of a user")?,
            language: row.word("language", Language::parse)?,
        },
        disabled: row.take()?,
        has_password: row.take()?,
        created_at: row.take()?,
        last_login_at: row.take::<Option<Instant>>()?,
    })
}
