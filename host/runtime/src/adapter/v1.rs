//! Version 1 of the contract.

mod dynamic;
mod erp;
mod geocoder;
mod host;
mod http;
mod interface;
mod inventory;
mod kv;
mod notifier;
mod order_policy;
mod place;
mod pricing;
mod records;
mod secrets;
mod types;

use futures::FutureExt;
use futures::future::Either;
use mortise_domain::call::{Answer, Interface, Request};
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Instance, Linker};

use super::{Fault, TypeFault};
use crate::state::State;

/// Generated from `wit/v1`.
mod wit {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        world: "mortise:plugin/plugin",
        imports: {
            default: trappable,
            "mortise:plugin/http": async | trappable,
            "mortise:plugin/kv": async | trappable,
            "mortise:plugin/records": async | trappable,
            "mortise:plugin/secrets.hmac": async | trappable,
            "mortise:plugin/secrets.digest": async | trappable,
            "mortise:plugin/secrets.forget": async | trappable,
        },
        exports: { default: async },
        // Answers of dynamic calls become typed to be checked.
        additional_derives: [serde::Deserialize],
    });
}

pub(super) use dynamic::{check_answer, plain};
use wit::mortise::plugin as imports;

pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::Plugin::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// The exported functions, found once; a component may export any mixture of the interfaces.
pub(crate) struct Functions {
    erp: Option<erp::Functions>,
    inventory: Option<inventory::Functions>,
    geocoder: Option<geocoder::Functions>,
    pricing: Option<pricing::Functions>,
    notifier: Option<notifier::Functions>,
    order_policy: Option<order_policy::Functions>,
}

impl Functions {
    pub(super) fn find(component: &Component, interfaces: &[Interface]) -> Self {
        let has = |interface| interfaces.contains(&interface);
        Self {
            erp: has(Interface::Erp).then(|| erp::Functions::find(component)).flatten(),
            inventory: has(Interface::Inventory).then(|| inventory::Functions::find(component)).flatten(),
            geocoder: has(Interface::Geocoder).then(|| geocoder::Functions::find(component)).flatten(),
            pricing: has(Interface::Pricing).then(|| pricing::Functions::find(component)).flatten(),
            notifier: has(Interface::Notifier).then(|| notifier::Functions::find(component)).flatten(),
            order_policy: has(Interface::OrderPolicy).then(|| order_policy::Functions::find(component)).flatten(),
        }
    }

    pub(super) fn check_types(&self, store: &mut Store<State>, instance: &Instance) -> Result<(), TypeFault> {
        self.erp.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))?;
        self.inventory.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))?;
        self.geocoder.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))?;
        self.pricing.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))?;
        self.notifier.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))?;
        self.order_policy.as_ref().map_or(Ok(()), |functions| functions.check(store, instance))
    }

    /// Prices go the short way; the future of a rarer call has a box of its own.
    pub(super) fn call<'a>(
        &'a self,
        store: &'a mut Store<State>,
        instance: &'a Instance,
        request: Request,
    ) -> impl Future<Output = Result<Answer, Fault>> + Send + 'a {
        match (request, &self.pricing) {
            (Request::Price { request }, Some(pricing)) => Either::Left(pricing.answer(store, instance, request)),
            (request, _) => Either::Right(self.rarer(store, instance, request).boxed()),
        }
    }

    async fn rarer(&self, store: &mut Store<State>, instance: &Instance, request: Request) -> Result<Answer, Fault> {
        match request.interface() {
            Interface::Erp => present(self.erp.as_ref())?.answer(store, instance, request).await,
            Interface::Inventory => present(self.inventory.as_ref())?.answer(store, instance, request).await,
            Interface::Geocoder => present(self.geocoder.as_ref())?.answer(store, instance, request).await,
            Interface::Notifier => present(self.notifier.as_ref())?.answer(store, instance, request).await,
            Interface::OrderPolicy => present(self.order_policy.as_ref())?.answer(store, instance, request).await,
            Interface::Pricing => Err(Fault::Missing),
        }
    }
}

fn present<T>(functions: Option<&T>) -> Result<&T, Fault> {
    functions.ok_or(Fault::Missing)
}

pub(super) fn names(interface: Interface) -> &'static [&'static str] {
    match interface {
        Interface::Erp => erp::Functions::NAMES,
        Interface::Inventory => inventory::Functions::NAMES,
        Interface::Geocoder => geocoder::Functions::NAMES,
        Interface::Pricing => pricing::Functions::NAMES,
        Interface::Notifier => notifier::Functions::NAMES,
        Interface::OrderPolicy => order_policy::Functions::NAMES,
    }
}

/// The functions of an interface that plugins may import; none: they may not import it at all.
pub(super) fn offered(interface: &str) -> Option<&'static [&'static str]> {
    Some(match interface {
        "types" => &[],
        "context" => &[
            "connection",
            "call-id",
            "idempotency-key",
            "attempt",
            "deadline",
            "time-limit",
            "locale",
            "time-zone",
            "business-date",
            "trace-parent",
        ],
        "config" => &["get"],
        "kv" => &["get", "set", "delete", "swap", "keys"],
        "log" => &["write"],
        "secrets" => &["placeholder", "hmac", "digest", "forget", "reveal"],
        "http" => &["send"],
        "records" => &["products", "list-prices", "find-customer", "recent-orders", "codes", "local-codes"],
        "clock" => &["now", "monotonic"],
        "random" => &["bytes", "number"],
        _ => return None,
    })
}
