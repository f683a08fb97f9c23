//! WeCom (企业微信): messages through a group robot or an application.

mod answer;
mod app;
mod content;
pub mod host;
mod recipients;
mod robot;
mod settings;

pub use settings::{Channel, Format, Settings};

use host::{Guest, Host};
use mortise_sdk::notifier::{Message, Receipt};
use mortise_sdk::{Notifier, Result};

/// Sends a message through a host.
pub fn send(host: &mut dyn Host, settings: &Settings, message: &Message) -> Result<Receipt> {
    match settings.channel {
        Channel::Robot => robot::send(host, settings, message),
        Channel::App => app::send(host, settings, message),
    }
}

impl Notifier for Settings {
    fn send(&self, message: Message) -> Result<Receipt> {
        send(&mut Guest, self, &message)
    }
}

mortise_sdk::plugin!(Settings: Notifier);
