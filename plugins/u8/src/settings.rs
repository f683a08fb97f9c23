//! What does an admin set for a connection to U8?

use serde::Deserialize;

/// The settings, as the manifest's schema describes them.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub struct Settings {
    pub base_url: String,
    pub from_account: String,
    pub to_account: String,
    pub app_key: String,
    /// Data source; 0: the application's first.
    pub ds_sequence: u32,
    pub write_mode: WriteMode,
    /// Header field that carries our own number of a document.
    pub key_field: String,
    /// Header field of a delivery note that carries the order's number.
    pub order_field: String,
    pub business_type: String,
    pub sale_type_code: String,
    pub department_code: String,
    pub person_code: String,
    pub maker: String,
    /// Where goods leave when a pick task names no warehouse.
    pub warehouse_code: String,
    /// Percent, for the header; lines always carry their own.
    pub tax_rate: String,
    pub home_currency: String,
    /// Rows of a page that lists ask for.
    pub page_rows: u32,
    /// Requests that one question for stock may cost.
    pub stock_requests: u32,
    /// How many days back changes are looked for.
    pub poll_days: u32,
}

/// Does U8 answer when the document is written, or at once with an address to ask?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteMode {
    #[default]
    Sync,
    Async,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: "https://api.yonyouup.com".into(),
            from_account: String::new(),
            to_account: String::new(),
            app_key: String::new(),
            ds_sequence: 0,
            write_mode: WriteMode::Sync,
            key_field: "define1".into(),
            order_field: "define2".into(),
            business_type: "普通销售".into(),
            sale_type_code: String::new(),
            department_code: String::new(),
            person_code: String::new(),
            maker: "mortise".into(),
            warehouse_code: String::new(),
            tax_rate: "13".into(),
            home_currency: "CNY".into(),
            page_rows: 500,
            stock_requests: 18,
            poll_days: 30,
        }
    }
}

impl Settings {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }
}
