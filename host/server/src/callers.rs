//! Who calls: tokens and sessions, checked without asking the store each time.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use mortise_domain::access::Rights;
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use mortise_domain::user::User;
use mortise_store::{Session, Store, Token};

use crate::keys::{KeyKind, hash};

/// How long an answer of the store is believed: how late a change made on another node is in force on this one.
const BELIEVED: Duration = Duration::from_secs(5);
/// Hashes that are remembered; beyond it, all are forgotten.
const REMEMBERED: usize = 10_000;

/// Whoever makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// How they stand in stories: a token's name, or `user:<name>`.
    pub actor: String,
    /// The person behind, as `user:<name>`; a token that speaks for nobody is itself.
    pub person: String,
    /// What they may do.
    pub rights: Rights,
    /// By what they are known.
    pub by: By,
}

/// By what a caller is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The token of this name.
    Token(String),
    /// A person's session.
    Session(Box<(Session, User)>),
}

/// Checks tokens and sessions.
pub struct Callers {
    store: Store,
    clock: Arc<dyn Clock>,
    idle: Duration,
    memory: RwLock<Memory>,
}

/// Answers of the store that are still believed.
#[derive(Default)]
struct Memory {
    /// Rises whenever all are forgotten. An answer that was asked for before is not kept: it may be what was changed.
    age: u64,
    known: HashMap<[u8; 32], Known>,
}

/// Who it was, and until when that is believed.
type Known = (Option<Arc<Caller>>, Instant);

/// What is remembered, or the age of the memory in which it is not.
enum Recalled {
    Known(Option<Arc<Caller>>),
    Unknown(u64),
}

impl Callers {
    /// Checks against this store. A session that is not used for `idle` has ended.
    pub fn new(store: Store, clock: Arc<dyn Clock>, idle: Duration) -> Self {
        Self { store, clock, idle, memory: RwLock::default() }
    }

    /// Whose token this is; none: nobody's, or no longer.
    pub async fn by_token(&self, token: &str) -> Result<Option<Arc<Caller>>, StoreError> {
        // Also keeps the two kinds apart among what is remembered: no token passes for a session.
        if !token.starts_with(KeyKind::Token.prefix()) {
            return Ok(None);
        }
        let (hash, now) = (hash(token), self.clock.now());
        let age = match self.recall(&hash, now) {
            Recalled::Known(caller) => return Ok(caller),
            Recalled::Unknown(age) => age,
        };
        let Some(token) = self.store.verify_token(&hash, now).await? else {
            return Ok(self.keep(hash, age, None, Instant::NEVER));
        };
        let owner = match token.owner {
            Some(id) => self.store.user_by_id(id).await?,
            None => None,
        };
        let until = token.expires_at;
        Ok(self.keep(hash, age, Some(of_token(token, owner.as_ref())), until))
    }

    /// Whose session this is; none: nobody's, or no longer. `used`: somebody uses it by this; a live view that comes back by itself
    /// does not.
    pub async fn by_session(&self, id: &str, used: bool) -> Result<Option<Arc<Caller>>, StoreError> {
        if !id.starts_with(KeyKind::Session.prefix()) {
            return Ok(None);
        }
        let (hash, now) = (hash(id), self.clock.now());
        let age = match self.recall(&hash, now) {
            Recalled::Known(caller) => return Ok(caller),
            Recalled::Unknown(age) => age,
        };
        let idle = self.idle_since();
        let found = if used {
            self.store.verify_session(&hash, now, idle).await?
        } else {
            self.store.session_of(&hash, now, idle).await?
        };
        let Some((session, user)) = found else {
            return Ok(self.keep(hash, age, None, Instant::NEVER));
        };
        let until = session.expires_at;
        let (actor, rights) = (user.actor(), Rights::of(&user));
        let caller = Caller { person: actor.clone(), actor, rights, by: By::Session(Box::new((session, user))) };
        Ok(self.keep(hash, age, Some(caller), until))
    }

    /// Sessions that were last used before then have ended.
    pub fn idle_since(&self) -> Instant {
        self.clock.now().before(self.idle)
    }

    /// Forgets all answers: what has just been changed on this node is in force with the next request.
    pub fn forget(&self) {
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        memory.age += 1;
        memory.known.clear();
    }

    fn recall(&self, hash: &[u8; 32], now: Instant) -> Recalled {
        let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        match memory.known.get(hash) {
            Some((caller, until)) if now < *until => Recalled::Known(caller.clone()),
            _ => Recalled::Unknown(memory.age),
        }
    }

    fn keep(&self, hash: [u8; 32], age: u64, caller: Option<Caller>, until: Instant) -> Option<Arc<Caller>> {
        let caller = caller.map(Arc::new);
        let until = self.clock.now().after(BELIEVED).min(until);
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.known.len() >= REMEMBERED {
            memory.known.clear();
        }
        if memory.age == age {
            memory.known.insert(hash, (caller.clone(), until));
        }
        caller
    }
}

fn of_token(token: Token, owner: Option<&User>) -> Caller {
    let Token { name, roles, scope, places, owner: speaks_for, .. } = token;
    let rights = Rights { roles, places, scope };
    let rights = match (speaks_for, owner) {
        (None, _) => rights,
        (Some(_), Some(owner)) => rights.on_behalf_of(owner),
        // An owner is never removed from the store; without one, nobody stands behind the token.
        (Some(_), None) => Rights::default(),
    };
    let person = owner.map_or_else(|| name.clone(), User::actor);
    Caller { actor: name.clone(), person, rights, by: By::Token(name) }
}
