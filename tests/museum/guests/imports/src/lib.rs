//! Exhibit: all that the host offers to plugins, each function once.

use mortise_sdk::geocoder::{Located, Query};
use mortise_sdk::http::Request;
use mortise_sdk::records::CodeKind;
use mortise_sdk::secrets::Part;
use mortise_sdk::{Error, Geocoder, Result, clock, context, kv, log, random, records, secrets, settings};
use serde::{Deserialize, Serialize};

/// The settings.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Visitor {
    base_url: String,
}

mortise_sdk::plugin!(Visitor: Geocoder);

impl Geocoder for Visitor {
    /// Visits every function; what it saw stands in the attributes.
    fn locate(&self, query: Query) -> Result<Located> {
        let mut seen = Seen::default();
        seen.context()?;
        seen.memory()?;
        seen.credentials()?;
        seen.records()?;
        seen.time_and_chance()?;
        seen.note("http", &self.request(&query.text)?)?;
        seen.note("secrets.optional before a login", &secrets::optional("token")?)?;
        let login = Request::post(format!("{}/login", self.base_url)).send()?;
        seen.note(
            "secrets.optional after it",
            &secrets::optional("token")?.is_some_and(|token| login.text().contains(&token)),
        )?;
        secrets::forget("token")?;
        seen.note("secrets.optional after forget", &secrets::optional("token")?)?;
        let same = settings::<Self>()?.base_url == self.base_url;
        seen.note("settings are the same again", &same)?;
        log::warn!(text = query.text, "the visit is over");
        Ok(Located { attributes: seen.0, ..Located::default() })
    }
}

impl Visitor {
    fn request(&self, text: &str) -> Result<(u16, Option<String>, String)> {
        let request = Request::post(format!("{}/visit", self.base_url)).query("text", text);
        let request = request.header("x-key", secrets::placeholder("key")?).body("text/plain", text);
        let response = request.send()?;
        let header = response.header("x-answer").map(str::to_owned);
        Ok((response.status, header, response.text().into_owned()))
    }
}

#[derive(Default)]
struct Seen(Vec<(String, String)>);

impl Seen {
    fn note(&mut self, name: &str, value: &impl Serialize) -> Result<()> {
        let text =
            serde_json::to_string(value).map_err(|error| Error::rejected(error.to_string(), error.to_string()))?;
        self.0.push((name.to_owned(), text));
        Ok(())
    }

    fn context(&mut self) -> Result<()> {
        self.note("context.connection", &context::connection())?;
        self.note("context.call-id", &context::call_id())?;
        self.note("context.idempotency-key", &context::idempotency_key())?;
        self.note("context.attempt", &context::attempt())?;
        self.note("context.deadline is within the limit", &(context::time_left() <= context::time_limit()))?;
        self.note("context.time-limit", &context::time_limit().as_millis())?;
        self.note("context.locale", &context::locale())?;
        self.note("context.time-zone", &context::time_zone())?;
        self.note("context.business-date", &context::business_date())?;
        self.note("context.trace-parent", &context::trace_parent())
    }

    fn memory(&mut self) -> Result<()> {
        kv::set("visits/1", "first")?;
        kv::set_for("visits/2", "second", std::time::Duration::from_mins(1))?;
        self.note("kv.swap", &[kv::swap("visits/1", None, &"x")?, kv::swap("visits/1", Some(&"first"), &"again")?])?;
        self.note("kv.get", &kv::get::<String>("visits/1")?)?;
        self.note("kv.keys", &kv::keys("visits/", 10)?)?;
        kv::delete("visits/1")?;
        self.note("kv.get after delete", &kv::get::<String>("visits/1")?)?;
        self.note("kv.set of too much", &kv::set("much", &"x".repeat(5_000)).is_err())
    }

    fn credentials(&mut self) -> Result<()> {
        let text = [Part::text("to sign")];
        self.note("secrets.hmac", &secrets::hex(&secrets::hmac("mac", &text)?))?;
        let parts = [Part::text("to sign"), Part::slot("key")];
        self.note("secrets.digest", &secrets::hex(&secrets::digest("sum", &parts)?))?;
        self.note("secrets.hmac in no shape", &secrets::hmac("none", &text).is_err())?;
        self.note("secrets.forget", &secrets::forget("key").is_ok())?;
        // Revealed, so blotted out wherever it is told.
        self.note("secrets.reveal", &secrets::reveal("key")?.map(|value| value.len()))
    }

    fn records(&mut self) -> Result<()> {
        let skus = ["T-100".to_owned(), "NONE".to_owned()];
        self.note("records.products", &records::products(&skus)?)?;
        self.note("records.list-prices", &records::list_prices(&skus, "CNY", &context::business_date())?)?;
        self.note("records.find-customer", &records::find_customer("C1")?)?;
        self.note("records.recent-orders", &records::recent_orders("C1", 0, 10)?)?;
        self.note("records.codes", &records::codes(CodeKind::Sku, &skus)?)?;
        self.note("records.local-codes", &records::local_codes(CodeKind::Sku, &["REMOTE".to_owned()])?)
    }

    fn time_and_chance(&mut self) -> Result<()> {
        self.note("clock.now", &clock::now())?;
        let (before, after) = (clock::monotonic(), clock::monotonic());
        self.note("clock.monotonic goes on", &(before <= after))?;
        self.note("random.bytes", &random::bytes(16).len())?;
        self.note("random.number varies", &(random::number() != random::number()))
    }
}
