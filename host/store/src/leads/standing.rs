//! Where a lead stands, beside what is known of it: what it takes over from another one, and what it gives back.

use mortise_domain::ids::LeadId;
use mortise_domain::instant::Instant;
use mortise_domain::lead::Lead;
use mortise_domain::lead::touch::TouchKind;
use serde::{Deserialize, Serialize};

use crate::database::{Row, Sql, Tx};
use crate::fault::Fault;

/// Where a lead stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Standing {
    pub store: String,
    pub owner: String,
    pub assigned_at: Option<Instant>,
    pub source: String,
    pub customer: String,
    pub stage: String,
    pub stage_at: Instant,
}

impl Standing {
    pub fn of(lead: &Lead) -> Self {
        Self {
            store: lead.store.clone(),
            owner: lead.owner.clone(),
            assigned_at: lead.assigned_at,
            source: lead.source.clone(),
            customer: lead.customer.clone(),
            stage: lead.stage.clone(),
            stage_at: lead.stage_at,
        }
    }

    pub fn put(self, lead: &mut Lead) {
        let Self { store, owner, assigned_at, source, customer, stage, stage_at } = self;
        (lead.store, lead.owner, lead.assigned_at) = (store, owner, assigned_at);
        (lead.source, lead.customer) = (source, customer);
        (lead.stage, lead.stage_at) = (stage, stage_at);
    }

    /// Takes over what this one lacks, and the stage where the other has come further. `ladder`: stages by how far they are; one that
    /// is not among them, such as a lost one, is left for any that is.
    pub fn absorb(&mut self, other: &Self, ladder: &[String]) {
        let fill = |own: &mut String, theirs: &String| {
            if own.is_empty() {
                own.clone_from(theirs);
            }
        };
        fill(&mut self.store, &other.store);
        if self.owner.is_empty() {
            (self.owner, self.assigned_at) = (other.owner.clone(), other.assigned_at);
        }
        fill(&mut self.source, &other.source);
        fill(&mut self.customer, &other.customer);
        let far = |stage: &str| ladder.iter().position(|code| code == stage);
        if far(&other.stage) > far(&self.stage) {
            (self.stage, self.stage_at) = (other.stage.clone(), other.stage_at);
        }
    }

    /// Do both have become customers, and not the same one?
    pub fn is_another_customer(&self, other: &Self) -> bool {
        !self.customer.is_empty() && !other.customer.is_empty() && self.customer != other.customer
    }

    /// Without what came between `was` and `is`. What was changed by hand since stays.
    pub fn give_back(&self, was: &Self, is: &Self) -> Self {
        fn back<T: Clone + PartialEq>(own: &T, was: &T, is: &T) -> T {
            if own == is { was.clone() } else { own.clone() }
        }
        let (owner, stage) = (
            back(&(&self.owner, self.assigned_at), &(&was.owner, was.assigned_at), &(&is.owner, is.assigned_at)),
            back(&(&self.stage, self.stage_at), &(&was.stage, was.stage_at), &(&is.stage, is.stage_at)),
        );
        Self {
            store: back(&self.store, &was.store, &is.store),
            owner: owner.0.clone(),
            assigned_at: owner.1,
            source: back(&self.source, &was.source, &is.source),
            customer: back(&self.customer, &was.customer, &is.customer),
            stage: stage.0.clone(),
            stage_at: stage.1,
        }
    }

    /// Writes it; the stays in stages stand elsewhere. Whoever calls raises the version.
    async fn write(&self, tx: &mut Tx, lead: LeadId) -> Result<(), Fault> {
        let sql = "UPDATE leads SET store = $2, owner = $3, assigned_at = $4, source = $5, customer = $6, stage = $7, stage_at = $8 \
                   WHERE id = $1";
        let sql = Sql::new(sql).bind(lead.0).bind(&self.store).bind(&self.owner).bind(self.assigned_at);
        tx.execute(sql.bind(&self.source).bind(&self.customer).bind(&self.stage).bind(self.stage_at)).await?;
        Ok(())
    }
}

/// A change of where a lead stands.
#[derive(Debug, Clone)]
pub(super) struct Shift {
    pub lead: LeadId,
    pub was: Standing,
    pub is: Standing,
    pub actor: String,
}

impl Shift {
    /// Writes it, with the stay in a stage that was taken over. `stay`: id of that stay.
    pub async fn write(&self, tx: &mut Tx, stay: i64) -> Result<(), Fault> {
        let Self { lead, was, is, actor } = self;
        is.write(tx, *lead).await?;
        if (&was.stage, was.stage_at) == (&is.stage, is.stage_at) {
            return Ok(());
        }
        // The other one may have entered the stage before this one was entered at all.
        let sql = "UPDATE lead_stays SET left_at = CASE WHEN entered_at > $2 THEN entered_at ELSE $2 END, next = $3 \
                   WHERE lead_id = $1 AND left_at IS NULL";
        tx.execute(Sql::new(sql).bind(lead.0).bind(is.stage_at).bind(&is.stage)).await?;
        let sql =
            "INSERT INTO lead_stays (id, lead_id, store, stage, entered_at, actor) VALUES ($1, $2, $3, $4, $5, $6)";
        let sql = Sql::new(sql).bind(stay).bind(lead.0).bind(&is.store).bind(&is.stage).bind(is.stage_at);
        tx.execute(sql.bind(actor)).await?;
        Ok(())
    }

    /// Takes it back from a lead as it is now, with the stay that came with it.
    pub async fn undo(tx: &mut Tx, lead: &Lead, [was, is]: &[Standing; 2]) -> Result<(), Fault> {
        let present = Standing::of(lead);
        let back = present.give_back(was, is);
        back.write(tx, lead.id).await?;
        if back.stage == present.stage {
            return Ok(());
        }
        let sql = "DELETE FROM lead_stays WHERE lead_id = $1 AND left_at IS NULL";
        tx.execute(Sql::new(sql).bind(lead.id.0)).await?;
        let sql = "UPDATE lead_stays SET left_at = NULL, next = NULL WHERE id = \
                   (SELECT id FROM lead_stays WHERE lead_id = $1 ORDER BY left_at DESC, id DESC LIMIT 1)";
        tx.execute(Sql::new(sql).bind(lead.id.0)).await?;
        Ok(())
    }
}

/// Reads the pair of a record; none: nothing changed.
pub(super) fn pair(row: &mut Row, what: &'static str) -> Result<Option<[Standing; 2]>, Fault> {
    row.json_if_set(what)
}

/// When somebody was in touch with a lead and first answered it, from its own touches and those of what it has absorbed.
pub(super) async fn recount(tx: &mut Tx, lead: LeadId) -> Result<(), Fault> {
    let answering = TouchKind::ALL.into_iter().filter(|kind| kind.answers());
    let sql = Sql::new(
        "UPDATE leads SET touched_at = (SELECT MAX(at) FROM lead_touches WHERE lead_id IN \
         (SELECT id FROM leads WHERE id = $1 OR merged_into = $1)), answered_at = (SELECT MIN(at) FROM lead_touches WHERE lead_id IN \
         (SELECT id FROM leads WHERE id = $1 OR merged_into = $1) AND kind IN ",
    );
    let sql = sql.bind(lead.0).list(answering.map(TouchKind::name)).push(") WHERE id = $1");
    tx.execute(sql).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_further_stage_counts_and_a_lost_one_never() {
        let ladder: Vec<String> = ["new", "called", "won"].map(str::to_owned).into();
        let at = |stage: &str| Standing { stage: stage.into(), ..Standing::default() };
        for (own, other, after) in [
            ("new", "called", "called"),
            ("called", "new", "called"),
            ("new", "lost", "new"),
            ("lost", "new", "new"),
            ("lost", "lost", "lost"),
        ] {
            let mut standing = at(own);
            standing.absorb(&at(other), &ladder);
            assert_eq!(standing.stage, after, "{own} {other}");
        }
    }

    #[test]
    fn what_was_changed_since_is_not_given_back() {
        let mut was = Standing { source: "expo".into(), ..Standing::default() };
        let mut is = was.clone();
        is.absorb(&Standing { store: "S1".into(), owner: "user:lee".into(), ..Standing::default() }, &[]);
        assert_eq!(is.give_back(&was, &is), was);
        let by_hand = Standing { store: "S2".into(), ..is.clone() };
        was.store = "S2".into();
        assert_eq!(by_hand.give_back(&was, &is), was);
    }
}
