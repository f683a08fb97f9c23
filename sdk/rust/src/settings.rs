//! The connection's settings, as a type of yours.

use serde::de::DeserializeOwned;

use crate::Error;
use crate::bindings::host::mortise::plugin::config;

/// Reads the settings of the connection. The host has checked them against the schema in the manifest and filled in the
/// defaults, so a mistake here means that schema and type differ; the error names the field.
///
/// The type that [`plugin!`](crate::plugin) registers is read this way before each call, so few plugins call this.
pub fn settings<T: DeserializeOwned>() -> Result<T, Error> {
    parse(&config::get())
}

/// Reads settings from JSON text, as [`settings`] does: for tests.
pub fn parse<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = if path == "." { "settings".to_owned() } else { format!("settings.{path}") };
        let reason = error.into_inner();
        Error::invalid(field, format!("设置无法读取:{reason}"), format!("the settings cannot be read: {reason}"))
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;
    use crate::{Decimal, Error};

    #[derive(Debug, Deserialize)]
    struct Settings {
        #[expect(dead_code, reason = "only read")]
        tiers: Vec<Tier>,
    }
    #[derive(Debug, Deserialize)]
    struct Tier {
        #[expect(dead_code, reason = "only read")]
        from: Decimal,
    }

    #[test]
    fn an_error_names_the_field() {
        for (json, field) in [
            (r#"{"tiers":[{"from":"1"},{"from":"x"}]}"#, "settings.tiers[1].from"),
            (r#"{"tiers":7}"#, "settings.tiers"),
            ("{}", "settings"),
        ] {
            let Err(Error::Invalid(invalid)) = parse::<Settings>(json) else { panic!("{json} was read") };
            assert_eq!(invalid.field, field);
        }
    }
}
