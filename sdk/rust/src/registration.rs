//! From the host's call to the author's type.

use serde::de::DeserializeOwned;

use crate::{Result, panics, settings};

/// Reads the plugin from the connection's settings and lets it work. Nothing survives a call, so there is no other state.
pub(crate) fn call<P: DeserializeOwned, T>(work: impl FnOnce(&P) -> Result<T>) -> Result<T> {
    panics::report();
    work(&settings::settings()?)
}

/// Registers the type that this plugin is, with the interfaces that it exports: any of [`Erp`](crate::Erp),
/// [`Inventory`](crate::Inventory), [`Geocoder`](crate::Geocoder), [`Pricing`](crate::Pricing), [`Notifier`](crate::Notifier) and
/// [`OrderPolicy`](crate::OrderPolicy).
///
/// The type implements the traits of these names and `serde::Deserialize`: before each call it is read from the connection's
/// settings. A plugin without settings is a `struct` with `{}`.
///
/// ```
/// use mortise_sdk::{Geocoder, Result, geocoder::{Located, Query}};
///
/// #[derive(serde::Deserialize)]
/// struct Nowhere {}
///
/// impl Geocoder for Nowhere {
///     fn locate(&self, _: Query) -> Result<Located> {
///         Ok(Located::default())
///     }
/// }
///
/// mortise_sdk::plugin!(Nowhere: Geocoder);
/// ```
#[macro_export]
macro_rules! plugin {
    ($plugin:ident: $($interface:ident),+ $(,)?) => {
        $($crate::__export!($interface $plugin);)+
    };
}

/// Exports one interface. In a guest that takes the generated ABI; elsewhere it is only checked that the traits are there.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    (Erp $plugin:ident) => { $crate::__export!(@ erp $plugin); };
    (Inventory $plugin:ident) => { $crate::__export!(@ inventory $plugin); };
    (Geocoder $plugin:ident) => { $crate::__export!(@ geocoder $plugin); };
    (Pricing $plugin:ident) => { $crate::__export!(@ pricing $plugin); };
    (Notifier $plugin:ident) => { $crate::__export!(@ notifier $plugin); };
    (OrderPolicy $plugin:ident) => { $crate::__export!(@ order_policy $plugin); };
    (@ $module:ident $plugin:ident) => {
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::$module::export!($plugin with_types_in $crate::bindings::$module);
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() = || {
            fn implements<P: $crate::bindings::$module::exports::mortise::plugin::$module::Guest>() {}
            implements::<$plugin>();
        };
    };
    ($other:ident $plugin:ident) => {
        ::std::compile_error!(::std::concat!(
            "`", ::std::stringify!($other),
            "` is no interface: use Erp, Inventory, Geocoder, Pricing, Notifier or OrderPolicy"
        ));
    };
}
