//! What the OpenAPI document says beside the handlers.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, ResponseBuilder, ServerBuilder};
use utoipa::{PartialSchema as _, ToSchema as _};

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

/// Adds what every operation has: the token, and the form of errors.
pub fn finish(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into(), Problem::schema());
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("token", bearer);
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
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

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, .. } = path;
    [get, put, post, delete].into_iter().flatten()
}
