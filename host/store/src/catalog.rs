//! The company's standing data.

pub(crate) mod codes;
pub(crate) mod customers;
pub(crate) mod places;
pub(crate) mod prices;
pub(crate) mod products;
pub(crate) mod stock;

use std::collections::BTreeMap;

use crate::database::Sql;

/// The last of each key, in the order of the keys: one statement cannot change a row twice, and rows that are changed in one
/// order everywhere cannot wait for each other.
pub(crate) fn distinct<'a, K: Ord, T>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Vec<&'a T> {
    items.iter().map(|item| (key(item), item)).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// ` AND (code or name contains the words)`; nothing where there are none.
pub(crate) fn matching(sql: Sql, [code, name]: [&'static str; 2], words: &str) -> Sql {
    if words.is_empty() {
        return sql;
    }
    let escaped: String =
        words.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect();
    // SQLite lowers ASCII letters only.
    let (exact, lower) = (format!("%{escaped}%"), format!("%{}%", escaped.to_lowercase()));
    sql.push(" AND (LOWER(")
        .push(code)
        .push_bind(") LIKE ", &lower)
        .push(" ESCAPE '!' OR LOWER(")
        .push(name)
        .push_bind(") LIKE ", &lower)
        .push(" ESCAPE '!' OR ")
        .push(name)
        .push_bind(" LIKE ", exact)
        .push(" ESCAPE '!')")
}
