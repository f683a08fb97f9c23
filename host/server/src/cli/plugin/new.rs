//! `mortise plugin new`.

use std::path::PathBuf;

use clap::Args;
use mortise_devkit::Language;
use mortise_devkit::new::create;
use mortise_domain::call::Interface;

use super::author;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The plugin's name: lower-case letters, digits and hyphens
    name: String,
    /// The interface that it serves: erp, inventory, geocoder, pricing, notifier or order-policy
    #[arg(long, value_parser = author::interface)]
    kind: Interface,
    /// The language that it is written in: rust, typescript or python
    #[arg(long, default_value = "rust", value_parser = language)]
    lang: Language,
    /// Where to write it: a folder that is empty, or not there [default: ./NAME]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

fn language(name: &str) -> Result<Language, String> {
    let known = || Language::ALL.map(Language::name).join(", ");
    let found = Language::ALL.into_iter().find(|language| language.name() == name);
    found.ok_or_else(|| format!("the languages are: {}", known()))
}

impl Arguments {
    pub fn run(self) -> anyhow::Result<()> {
        let folder = self.folder.unwrap_or_else(|| PathBuf::from(&self.name));
        create(&folder, &self.name, self.lang, self.kind)?;
        let shown = folder.display();
        author::print(&format!(
            "{shown} is written; {shown}/README.md says how to go on:\n  mortise plugin test {shown}\n"
        ))
    }
}
