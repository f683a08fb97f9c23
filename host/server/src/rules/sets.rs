//! Sets of rules: the settings of connections that judge orders, and the approval routes.

use mortise_domain::approval::ApprovalRoutes;
use mortise_domain::call::Interface;
use mortise_domain::connection::Connection;
use mortise_domain::manifest::Manifest;
use mortise_domain::text::Text;
use mortise_store::{APPROVALS, StoredConnection};
use serde_json::Value;

use crate::api::problem::Problem;
use crate::app::Shared;

/// A set of rules.
pub enum RuleSet {
    /// Who is asked about holds.
    Routes,
    /// The settings of a connection, with its revision.
    Connection(Box<Connection>, Box<Manifest>, i64),
}

impl RuleSet {
    /// The set of this name.
    pub async fn find(app: &Shared, name: &str) -> Result<Self, Problem> {
        if name == APPROVALS {
            return Ok(Self::Routes);
        }
        let no_such = || Problem::not_found(format_args!("set of rules {name:?}"));
        let stored = app.store.connection(name).await?.ok_or_else(no_such)?;
        of_connection(app, stored).await?.ok_or_else(no_such)
    }

    /// All sets; the routes first.
    pub async fn all(app: &Shared) -> Result<Vec<Self>, Problem> {
        let mut all = vec![Self::Routes];
        for stored in app.store.connections().await? {
            all.extend(of_connection(app, stored).await?);
        }
        Ok(all)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Routes => APPROVALS,
            Self::Connection(connection, ..) => &connection.name,
        }
    }

    /// For people.
    pub fn title(&self) -> Text {
        match self {
            Self::Routes => Text::new("审批流程", "Approval routes"),
            Self::Connection(_, manifest, _) => manifest.title.clone(),
        }
    }

    /// What is in force before any version was published: the default routes, or the connection's settings.
    pub fn present(&self) -> Value {
        match self {
            Self::Routes => serde_json::to_value(ApprovalRoutes::default()).unwrap_or_default(),
            Self::Connection(connection, ..) => connection.settings.clone(),
        }
    }

    /// Revision of the connection, for whose plugin a check is right; the routes have none.
    pub const fn revision(&self) -> Option<i64> {
        match self {
            Self::Routes => None,
            Self::Connection(_, _, revision) => Some(*revision),
        }
    }

    /// The JSON Schema of its content, from which a form is made.
    pub fn schema(&self) -> Value {
        match self {
            Self::Routes => routes_schema(),
            Self::Connection(_, manifest, _) => manifest.settings.clone(),
        }
    }

    /// Fields that conditions may use, as the plugin describes them; empty: it describes none.
    pub fn fields(&self) -> Value {
        let described = match self {
            Self::Routes => None,
            Self::Connection(_, manifest, _) => find_fields(&manifest.settings, 12),
        };
        described.cloned().unwrap_or_else(|| Value::Array(Vec::new()))
    }
}

async fn of_connection(app: &Shared, stored: StoredConnection) -> Result<Option<RuleSet>, Problem> {
    let StoredConnection { connection, revision, .. } = stored;
    let judges = app.connections.interfaces(&connection.plugin).await?;
    if !judges.is_some_and(|found| found.contains(&Interface::OrderPolicy)) {
        return Ok(None);
    }
    let Some(plugin) = app.store.plugin(&connection.plugin).await? else { return Ok(None) };
    Ok(Some(RuleSet::Connection(Box::new(connection), Box::new(plugin.manifest), revision)))
}

/// `x-fields` wherever it stands in a schema.
fn find_fields(schema: &Value, depth: usize) -> Option<&Value> {
    let depth = depth.checked_sub(1)?;
    match schema {
        Value::Object(fields) => match fields.get("x-fields") {
            Some(found) if found.is_array() => Some(found),
            _ => fields.values().find_map(|below| find_fields(below, depth)),
        },
        _ => None,
    }
}

/// Written by hand, because people fill its form in: with titles in both languages.
fn routes_schema() -> Value {
    serde_json::from_str(include_str!("routes.json")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::PartialSchema as _;

    use super::*;

    /// Names of an object's properties.
    fn properties(schema: &Value) -> BTreeSet<&str> {
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_form_of_routes_has_every_field_of_a_route() {
        let form = routes_schema();
        let described = serde_json::to_value(mortise_domain::approval::Route::schema()).unwrap();
        assert_eq!(properties(&form["properties"]["routes"]["items"]), properties(&described));
    }

    #[test]
    fn the_form_of_routes_takes_the_default_ones_and_refuses_others() {
        let words = serde_json::json!({ "zh": "审批", "en": "Approvals" });
        let manifest = serde_json::json!({
            "name": "routes", "version": "0.1.0", "publisher": "mortise", "contract": "1.0",
            "title": words, "description": words, "settings": routes_schema(),
        });
        let manifest: Manifest = serde_json::from_value(manifest).unwrap();
        let present = serde_json::to_value(ApprovalRoutes::default()).unwrap();
        assert_eq!(mortise_runtime::settle_settings(&manifest, &present).unwrap(), present);
        let mut wrong = present;
        wrong["routes"][0]["deadline-hours"] = 0.into();
        assert!(mortise_runtime::settle_settings(&manifest, &wrong).is_err());
    }
}
