//! The table of who may do what, for pages and for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::Json;
use mortise_domain::access::{Action, Extent, Kind, Role};
use mortise_domain::text::Text;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::routes::ROUTES;
use super::me::ReachView;
use crate::app::Shared;

/// What stands around the tables of `host/ACCESS.md`.
const PAGE: &str = include_str!("access.md");

/// The routes of this noun.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_access))
}

/// The table of who may do what.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessTable {
    /// Its columns.
    pub roles: Vec<RoleView>,
    /// Its rows.
    pub actions: Vec<ActionView>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// Its name.
    pub role: Role,
    /// For people.
    pub title: Text,
}

/// An action and who may do it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionView {
    /// Noun and verb.
    pub name: &'static str,
    /// For people.
    pub title: Text,
    /// Does each attempt stand in the audit trail?
    pub audited: bool,
    /// How far each role may do it; a role that is missing may not.
    pub roles: BTreeMap<String, ReachView>,
}

impl From<Action> for ActionView {
    fn from(action: Action) -> Self {
        let reach = |role: Role| match action.extent(role) {
            Extent::No => None,
            Extent::Own => Some((role.name().to_owned(), ReachView::Own)),
            Extent::All => Some((role.name().to_owned(), ReachView::All)),
        };
        Self {
            name: action.name(),
            title: action.title(),
            audited: action.is_audited(),
            roles: Role::ALL.into_iter().filter_map(reach).collect(),
        }
    }
}

/// Who may do what. What the table does not allow is refused.
#[utoipa::path(get, path = "/access", tag = "access", responses((status = 200, body = AccessTable)))]
async fn get_access() -> Json<AccessTable> {
    let roles = Role::ALL.into_iter().map(|role| RoleView { role, title: role.title() }).collect();
    Json(AccessTable { roles, actions: Action::ALL.iter().copied().map(Into::into).collect() })
}

/// The whole of `host/ACCESS.md`.
pub fn document() -> String {
    PAGE.replace("{{actions}}", actions().trim_end()).replace("{{routes}}", route_list().trim_end())
}

fn actions() -> String {
    let mut page = "| action | what | ".to_owned();
    page += &Role::ALL.map(Role::name).join(" | ");
    page += " | audit |\n| --- | --- |";
    page += &" :-: |".repeat(Role::ALL.len() + 1);
    page.push('\n');
    for action in Action::ALL {
        let cell = |role| match action.extent(role) {
            _ if action.kind() == Kind::Opens => "anyone",
            Extent::No => "–",
            Extent::Own => "own",
            Extent::All => "all",
        };
        let cells = Role::ALL.map(cell).join(" | ");
        let audited = if action.is_audited() { "yes" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{}` | {} | {cells} | {audited} |", action.name(), action.title().en);
    }
    page
}

fn route_list() -> String {
    let mut page = "| route | action |\n| --- | --- |\n".to_owned();
    for (method, path, action) in ROUTES {
        let _ = writeln!(page, "| `{method} {path}` | `{}` |", action.name());
    }
    page
}
