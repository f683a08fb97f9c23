//! What the OpenAPI document says beside the handlers.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder, ServerBuilder};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::guard::routes::ROUTES;
use super::problem::Problem;

/// Title, version, server.
pub fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Mortise")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Orders in, deliveries out. Amounts are minor units of the currency beside them; decimals are strings; instants are \
             RFC 3339 in UTC; free fields are lists of [name, value]. Errors are `application/problem+json`.",
        ))
        .build();
    let server = ServerBuilder::new().url("/api/v1").build();
    OpenApiBuilder::new().info(info).servers(Some([server])).build()
}

/// Adds what every operation has: token or session, its action, and the form of errors.
pub fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into(), Problem::schema());
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("token", bearer);
    let cookie = ApiKeyValue::with_description(
        "mortise",
        "Of a session; `__Host-mortise` with https. A change needs the header `X-Requested-With: mortise` too.",
    );
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let either = ["token", "session"].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
    document.security = Some(either.into());
    name_actions(&mut document);
    for path in document.paths.paths.values_mut() {
        for operation in operations(path) {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
            let problem = ResponseBuilder::new()
                .description("It did not work: what happened, why, and what to do")
                .content("application/problem+json", content)
                .build();
            operation.responses.responses.insert("default".into(), problem.into());
        }
    }
    document
}

/// `x-action` of an operation is the row of the table that decides who may use it.
fn name_actions(document: &mut OpenApi) {
    for (method, path, action) in ROUTES {
        let Some(item) = document.paths.paths.get_mut(*path) else { continue };
        let operation = match *method {
            "GET" => &mut item.get,
            "PUT" => &mut item.put,
            "POST" => &mut item.post,
            _ => &mut item.delete,
        };
        if let Some(operation) = operation {
            operation.extensions.get_or_insert_default().insert("x-action".into(), action.name().into());
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, .. } = path;
    [get, put, post, delete].into_iter().flatten()
}
