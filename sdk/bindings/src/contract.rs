//! The contract as the writers of code want it: the types that plugin authors see under one flat list of names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use wit_parser::{Function, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner};

use crate::names::pascal;

/// Interfaces that plugins export, each with the functions that every plugin writes; what else they have may be left out.
pub(crate) const EXPORTED: [(&str, &[&str]); 6] = [
    ("erp", &["find-order", "push-order"]),
    ("inventory", &["stock"]),
    ("geocoder", &["locate"]),
    ("pricing", &["price"]),
    ("notifier", &["send"]),
    ("order-policy", &["judge"]),
];

/// Interfaces that plugins import.
pub(crate) const IMPORTED: [&str; 9] =
    ["context", "config", "kv", "log", "secrets", "http", "records", "clock", "random"];

/// Interfaces whose types authors see; those of the others stay within the SDKs.
pub(crate) const VISIBLE: [&str; 8] =
    ["types", "geocoder", "order-policy", "records", "erp", "inventory", "pricing", "notifier"];

/// `wit/v1`, resolved.
pub(crate) struct Contract {
    resolve: Resolve,
    interfaces: BTreeMap<String, InterfaceId>,
}

impl Contract {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder)?;
        let package = resolve.packages.get(package).context("there is no package")?;
        let interfaces = package.interfaces.iter().map(|(name, id)| (name.clone(), *id)).collect();
        let contract = Self { resolve, interfaces };
        let mut known = BTreeMap::new();
        for (name, id) in contract.visible() {
            let before = known.insert(pascal(name), id);
            ensure!(before.is_none(), "two interfaces have a type `{name}`: one flat list of names cannot hold both");
        }
        Ok(contract)
    }

    /// Types that authors see, words before what is made of them.
    pub(crate) fn visible(&self) -> Vec<(&str, TypeId)> {
        VISIBLE.iter().flat_map(|interface| self.types(interface)).collect()
    }

    /// Types that an interface defines; those that it only uses are left out.
    pub(crate) fn types(&self, interface: &str) -> Vec<(&str, TypeId)> {
        let Some(id) = self.interfaces.get(interface) else { return Vec::new() };
        let types = &self.resolve.interfaces[*id].types;
        types.iter().filter(|(_, id)| !self.is_used(**id)).map(|(name, id)| (name.as_str(), *id)).collect()
    }

    /// Taken over from another interface by `use`.
    fn is_used(&self, id: TypeId) -> bool {
        let TypeDefKind::Type(Type::Id(other)) = self.definition(id).kind else { return false };
        self.definition(other).owner != self.definition(id).owner
    }

    pub(crate) fn functions(&self, interface: &str) -> Vec<&Function> {
        let Some(id) = self.interfaces.get(interface) else { return Vec::new() };
        self.resolve.interfaces[*id].functions.values().collect()
    }

    pub(crate) fn documentation(&self, interface: &str) -> Option<&str> {
        let id = self.interfaces.get(interface)?;
        self.resolve.interfaces[*id].docs.contents.as_deref()
    }

    pub(crate) fn definition(&self, id: TypeId) -> &TypeDef {
        &self.resolve.types[id]
    }

    /// The type itself where this is a name that another interface uses for it.
    pub(crate) fn origin(&self, id: TypeId) -> TypeId {
        match self.definition(id).kind {
            TypeDefKind::Type(Type::Id(other)) if self.is_used(id) => self.origin(other),
            _ => id,
        }
    }

    /// The interface that defines a type.
    pub(crate) fn owner(&self, id: TypeId) -> &str {
        match self.definition(self.origin(id)).owner {
            TypeOwner::Interface(id) => self.resolve.interfaces[id].name.as_deref().unwrap_or_default(),
            _ => "",
        }
    }

    /// Do authors see the type?
    pub(crate) fn is_visible(&self, id: TypeId) -> bool {
        VISIBLE.contains(&self.owner(id))
    }

    /// The two sides of a function's `result`; an infallible one has no second.
    pub(crate) fn outcome(&self, function: &Function) -> (Option<Type>, Option<Type>) {
        if let Some(Type::Id(id)) = function.result
            && let TypeDefKind::Result(result) = &self.definition(id).kind
        {
            return (result.ok, result.err);
        }
        (function.result, None)
    }
}
