//! Which action each route is. A route that stands not here is closed: the guard knows no other list.

use axum::http::Method;
use mortise_domain::access::Action::{
    self, AccessRead, ApprovalsByLink, ApprovalsDecide, ApprovalsRead, AuditRead, CatalogChange, CatalogRead,
    CodesChange, CodesRead, CompanyChange, CompanyRead, ConnectionsChange, ConnectionsOperate, ConnectionsRead,
    ConnectionsSwitch, ConnectionsTest, ConnectionsTry, CredentialsChange, CredentialsRead, CreditChange,
    CustomersChange, CustomersRead, DeliveriesInspect, DeliveriesRead, DeliveriesReplay, FormsSubmit, HoldsRead,
    HoldsRelease, InvitesUse, LeadRulesChange, LeadRulesRead, LeadsApprove, LeadsErase, LeadsExport, LeadsImport,
    LeadsJoin, LeadsRead, LeadsWork, OrdersAttach, OrdersCancel, OrdersCorrect, OrdersRead, OrdersSubmit, PeopleRead,
    PluginsFetch, PluginsInspect, PluginsInstall, PluginsRead, PluginsRemove, PricesPublish, PricesRead, ProfileChange,
    ProfileRead, PublishersChange, PublishersRead, QuotesMake, RetentionChange, RetentionRead, RulesDraft,
    RulesPublish, RulesRead, SessionsEnd, SessionsOpen, StatusRead, TicketsClose, TicketsHandle, TicketsRead,
    TokensChange, TokensRead, UsersChange, UsersRead,
};

/// Where the API begins.
pub const PREFIX: &str = "/api/v1";

/// Method, address below [`PREFIX`], action.
pub const ROUTES: &[(&str, &str, Action)] = &[
    ("GET", "/access", AccessRead),
    ("POST", "/approval-links/decide", ApprovalsByLink),
    ("POST", "/approval-links/look", ApprovalsByLink),
    ("GET", "/approvals", ApprovalsRead),
    ("GET", "/approvals/{id}", ApprovalsRead),
    ("POST", "/approvals/{id}/approve", ApprovalsDecide),
    ("POST", "/approvals/{id}/reject", ApprovalsDecide),
    ("GET", "/audit", AuditRead),
    ("GET", "/catalog/codes/{connection}/{kind}", CodesRead),
    ("PUT", "/catalog/codes/{connection}/{kind}", CodesChange),
    ("DELETE", "/catalog/codes/{connection}/{kind}", CodesChange),
    ("GET", "/catalog/customers", CustomersRead),
    ("PUT", "/catalog/customers", CustomersChange),
    ("GET", "/catalog/customers/{code}", CustomersRead),
    ("POST", "/catalog/customers/{code}/open-credit", CreditChange),
    ("GET", "/catalog/products", CatalogRead),
    ("PUT", "/catalog/products", CatalogChange),
    ("GET", "/catalog/products/{sku}", CatalogRead),
    ("GET", "/catalog/products/{sku}/stock", CatalogRead),
    ("GET", "/catalog/regions", CatalogRead),
    ("PUT", "/catalog/regions", CatalogChange),
    ("GET", "/catalog/stores", CatalogRead),
    ("PUT", "/catalog/stores", CatalogChange),
    ("GET", "/catalog/warehouses", CatalogRead),
    ("PUT", "/catalog/warehouses", CatalogChange),
    ("GET", "/collections", CustomersRead),
    ("PUT", "/collections", CreditChange),
    ("DELETE", "/collections/{region}/{month}", CreditChange),
    ("GET", "/company", CompanyRead),
    ("PUT", "/company", CompanyChange),
    ("GET", "/connections", ConnectionsRead),
    ("GET", "/connections/{name}", ConnectionsRead),
    ("PUT", "/connections/{name}", ConnectionsChange),
    ("DELETE", "/connections/{name}", ConnectionsChange),
    ("POST", "/connections/{name}/breaker", ConnectionsOperate),
    ("POST", "/connections/{name}/check-settings", ConnectionsTest),
    ("GET", "/connections/{name}/credentials", CredentialsRead),
    ("PUT", "/connections/{name}/credentials/{slot}", CredentialsChange),
    ("DELETE", "/connections/{name}/credentials/{slot}", CredentialsChange),
    ("POST", "/connections/{name}/disable", ConnectionsSwitch),
    ("POST", "/connections/{name}/enable", ConnectionsSwitch),
    ("GET", "/connections/{name}/figures", ConnectionsRead),
    ("POST", "/connections/{name}/pause", ConnectionsOperate),
    ("POST", "/connections/{name}/plan", ConnectionsTest),
    ("POST", "/connections/{name}/resume", ConnectionsOperate),
    ("GET", "/connections/{name}/revisions", ConnectionsRead),
    ("POST", "/connections/{name}/rollback", ConnectionsChange),
    ("GET", "/connections/{name}/status", ConnectionsRead),
    ("POST", "/connections/{name}/test", ConnectionsTest),
    ("POST", "/connections/{name}/upgrade", ConnectionsChange),
    ("POST", "/connections/{name}/upgrade/check", ConnectionsTry),
    ("POST", "/connections/{name}/upgrade/shadow", ConnectionsTry),
    ("GET", "/deliveries", DeliveriesRead),
    ("POST", "/deliveries/replay", DeliveriesReplay),
    ("GET", "/deliveries/replays", DeliveriesInspect),
    ("GET", "/deliveries/replays/{id}", DeliveriesInspect),
    ("GET", "/deliveries/{id}", DeliveriesInspect),
    ("POST", "/deliveries/{id}/replay", DeliveriesReplay),
    ("GET", "/events", OrdersRead),
    ("POST", "/forms/{store}", FormsSubmit),
    ("GET", "/holds", HoldsRead),
    ("GET", "/holds/{id}", HoldsRead),
    ("POST", "/holds/{id}/release", HoldsRelease),
    ("POST", "/invites/accept", InvitesUse),
    ("POST", "/invites/look", InvitesUse),
    ("GET", "/lead-imports", LeadsRead),
    ("POST", "/lead-imports", LeadsImport),
    ("GET", "/lead-imports/{id}", LeadsRead),
    ("POST", "/lead-imports/{id}/preview", LeadsImport),
    ("GET", "/lead-imports/{id}/refused", LeadsRead),
    ("POST", "/lead-imports/{id}/start", LeadsImport),
    ("POST", "/lead-imports/{id}/stop", LeadsImport),
    ("GET", "/lead-insight/assignments", LeadsRead),
    ("GET", "/lead-insight/funnel", LeadsRead),
    ("GET", "/lead-insight/heat-map", LeadsRead),
    ("GET", "/lead-insight/pass-rates", LeadsRead),
    ("GET", "/lead-rules", LeadRulesRead),
    ("PUT", "/lead-rules", LeadRulesChange),
    ("POST", "/lead-rules/try", LeadRulesChange),
    ("GET", "/lead-rules/versions", LeadRulesRead),
    ("GET", "/lead-tasks", LeadsRead),
    ("GET", "/leads", LeadsRead),
    ("POST", "/leads", LeadsWork),
    ("GET", "/leads/counts", LeadsRead),
    ("GET", "/leads/{number}", LeadsRead),
    ("PUT", "/leads/{number}", LeadsWork),
    ("DELETE", "/leads/{number}", LeadsErase),
    ("POST", "/leads/{number}/approval", LeadsApprove),
    ("GET", "/leads/{number}/attachments", LeadsRead),
    ("POST", "/leads/{number}/attachments", LeadsWork),
    ("GET", "/leads/{number}/attachments/{id}", LeadsRead),
    ("POST", "/leads/{number}/customer", LeadsWork),
    ("POST", "/leads/{number}/entries/{id}/undo", LeadsJoin),
    ("GET", "/leads/{number}/export", LeadsExport),
    ("GET", "/leads/{number}/history", LeadsRead),
    ("POST", "/leads/{number}/merge", LeadsJoin),
    ("POST", "/leads/{number}/merges/{id}/undo", LeadsJoin),
    ("POST", "/leads/{number}/stage", LeadsWork),
    ("GET", "/leads/{number}/stages", LeadsRead),
    ("GET", "/leads/{number}/tasks", LeadsRead),
    ("POST", "/leads/{number}/tasks", LeadsWork),
    ("POST", "/leads/{number}/tasks/{id}/done", LeadsWork),
    ("GET", "/leads/{number}/timeline", LeadsRead),
    ("GET", "/leads/{number}/touches", LeadsRead),
    ("POST", "/leads/{number}/touches", LeadsWork),
    ("GET", "/me", ProfileRead),
    ("PUT", "/me", ProfileChange),
    ("PUT", "/me/password", ProfileChange),
    ("GET", "/openapi.json", AccessRead),
    ("GET", "/orders", OrdersRead),
    ("POST", "/orders", OrdersSubmit),
    ("GET", "/orders/{number}", OrdersRead),
    ("PUT", "/orders/{number}", OrdersCorrect),
    ("POST", "/orders/{number}/attachments", OrdersAttach),
    ("GET", "/orders/{number}/attachments/{id}", OrdersRead),
    ("POST", "/orders/{number}/cancel", OrdersCancel),
    ("GET", "/orders/{number}/events", OrdersRead),
    ("GET", "/orders/{number}/timeline", OrdersRead),
    ("GET", "/overview", StatusRead),
    ("GET", "/people", PeopleRead),
    ("GET", "/plugins", PluginsRead),
    ("POST", "/plugins", PluginsInstall),
    ("POST", "/plugins/fetch", PluginsFetch),
    ("POST", "/plugins/fetch/inspect", PluginsFetch),
    ("POST", "/plugins/inspect", PluginsInspect),
    ("GET", "/plugins/{digest}", PluginsRead),
    ("DELETE", "/plugins/{digest}", PluginsRemove),
    ("GET", "/plugins/{digest}/dependents", PluginsRead),
    ("GET", "/price-lists", PricesRead),
    ("POST", "/price-lists", PricesPublish),
    ("GET", "/price-lists/{code}/{version}", PricesRead),
    ("GET", "/publishers", PublishersRead),
    ("PUT", "/publishers/{publisher}", PublishersChange),
    ("DELETE", "/publishers/{publisher}/keys/{id}", PublishersChange),
    ("GET", "/queues", ConnectionsRead),
    ("POST", "/quotes", QuotesMake),
    ("GET", "/retention", RetentionRead),
    ("PUT", "/retention", RetentionChange),
    ("GET", "/rules", RulesRead),
    ("GET", "/rules/{set}", RulesRead),
    ("POST", "/rules/{set}/check", RulesDraft),
    ("GET", "/rules/{set}/fields", RulesRead),
    ("POST", "/rules/{set}/rollback", RulesPublish),
    ("GET", "/rules/{set}/trials/{id}", RulesRead),
    ("POST", "/rules/{set}/trials/{id}/stop", RulesDraft),
    ("POST", "/rules/{set}/versions", RulesDraft),
    ("GET", "/rules/{set}/versions/{version}", RulesRead),
    ("PUT", "/rules/{set}/versions/{version}", RulesDraft),
    ("POST", "/rules/{set}/versions/{version}/publish", RulesPublish),
    ("POST", "/rules/{set}/versions/{version}/try", RulesDraft),
    ("GET", "/sessions", ProfileRead),
    ("POST", "/sessions", SessionsOpen),
    ("DELETE", "/sessions/current", SessionsEnd),
    ("DELETE", "/sessions/others", SessionsEnd),
    ("DELETE", "/sessions/{id}", SessionsEnd),
    ("GET", "/status", StatusRead),
    ("GET", "/tickets", TicketsRead),
    ("GET", "/tickets/{id}", TicketsRead),
    ("POST", "/tickets/{id}/assign", TicketsHandle),
    ("POST", "/tickets/{id}/close", TicketsClose),
    ("POST", "/tickets/{id}/comments", TicketsHandle),
    ("GET", "/tokens", TokensRead),
    ("POST", "/tokens", TokensChange),
    ("DELETE", "/tokens/{id}", TokensChange),
    ("GET", "/users", UsersRead),
    ("POST", "/users", UsersChange),
    ("GET", "/users/{name}", UsersRead),
    ("PUT", "/users/{name}", UsersChange),
    ("DELETE", "/users/{name}", UsersChange),
    ("POST", "/users/{name}/disable", UsersChange),
    ("POST", "/users/{name}/enable", UsersChange),
    ("POST", "/users/{name}/invite", UsersChange),
];

/// The action of a route, by its pattern; none: there is no such route, or it was forgotten here.
pub fn action(method: &Method, pattern: &str) -> Option<Action> {
    // The router answers HEAD by what answers GET.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let path = pattern.strip_prefix(PREFIX)?;
    ROUTES.iter().find(|(verb, route, _)| *verb == method && *route == path).map(|(_, _, action)| *action)
}

/// Methods of an address, for the header `Allow`.
pub fn methods(pattern: &str) -> String {
    let path = pattern.strip_prefix(PREFIX).unwrap_or_default();
    let methods: Vec<&str> = ROUTES.iter().filter(|(_, route, _)| *route == path).map(|(verb, ..)| *verb).collect();
    methods.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Method and address of everything that the router serves and describes.
    fn served() -> BTreeSet<(String, String)> {
        let document = serde_json::to_value(crate::api::openapi()).unwrap();
        let mut served = BTreeSet::from([("GET".to_owned(), "/openapi.json".to_owned())]);
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "put", "post", "delete", "patch", "head", "options", "trace"] {
                if item.get(method).is_some() {
                    served.insert((method.to_uppercase(), path.clone()));
                }
            }
        }
        served
    }

    #[test]
    fn every_route_has_its_action_and_every_row_its_route() {
        let rows: BTreeSet<_> = ROUTES.iter().map(|(method, path, _)| ((*method).into(), (*path).into())).collect();
        assert_eq!(rows.len(), ROUTES.len(), "a route stands twice in the table");
        let closed: Vec<_> = served().difference(&rows).cloned().collect();
        assert!(closed.is_empty(), "closed until they stand in ROUTES: {closed:?}");
        let dead: Vec<_> = rows.difference(&served()).cloned().collect();
        assert!(dead.is_empty(), "rows without a route: {dead:?}");
    }

    #[test]
    fn every_action_is_some_route() {
        let used: BTreeSet<Action> = ROUTES.iter().map(|(_, _, action)| *action).collect();
        let unused: Vec<_> = Action::ALL.iter().filter(|action| !used.contains(action)).collect();
        // The figures have an address of their own beside the API; telephone numbers are part of orders.
        assert_eq!(unused, [&Action::ContactsRead, &Action::MetricsRead]);
    }

    #[test]
    fn what_only_reads_is_asked_with_get() {
        for (method, path, action) in ROUTES {
            let reads = action.kind() == mortise_domain::access::Kind::Reads;
            assert_eq!(reads, *method == "GET", "{method} {path}");
        }
    }

    #[test]
    fn an_unknown_route_is_closed() {
        assert_eq!(action(&Method::HEAD, "/api/v1/orders"), Some(OrdersRead));
        assert_eq!(action(&Method::PATCH, "/api/v1/orders"), None);
        assert_eq!(action(&Method::GET, "/orders"), None);
        assert_eq!(methods("/api/v1/orders"), "GET, POST");
    }
}
