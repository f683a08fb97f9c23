//! Which connections a confirmed order goes to.

use mortise_domain::call::Interface;
use mortise_domain::confirmation::Routes;
use mortise_domain::connection::Connection;

use super::{Evaluator, Notes, Stock};

impl Evaluator<'_> {
    /// The ERP's connection, those of the warehouses in use, and the notifiers that take the message.
    pub(super) fn routes(&self, stock: &Stock, notes: &mut Notes) -> Routes {
        let plugins = &self.inner.calls.plugins;
        let erp = plugins.serving(Interface::Erp, self.key()).first().map(|connection| connection.name.clone());
        if erp.is_none() {
            self.inner.no_connection(notes, Interface::Erp, None);
        }
        let notifiers = plugins.serving(Interface::Notifier, self.key());
        let takes = |connection: &Connection| {
            connection.events.is_empty() || connection.events.iter().any(|event| event == "order-confirmed")
        };
        Routes {
            erp: erp.unwrap_or_default(),
            warehouses: stock.owners.clone(),
            notifiers: notifiers
                .into_iter()
                .filter(|connection| takes(connection))
                .map(|connection| connection.name.clone())
                .collect(),
        }
    }
}
