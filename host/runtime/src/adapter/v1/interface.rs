//! How an exported interface is found, checked and called.

/// Declares the functions of an interface with their types in the contract.
macro_rules! functions {
    ($interface:expr, $wit:literal { $($field:ident = $function:literal ($($param:ty),*) -> $result:ty;)* }) => {
        /// Where the component has the functions.
        pub(in crate::adapter) struct Functions {
            $($field: wasmtime::component::ComponentExportIndex,)*
        }

        impl Functions {
            pub(in crate::adapter) const NAMES: &[&'static str] = &[$($function),*];

            pub(super) fn find(component: &wasmtime::component::Component) -> Option<Self> {
                let instance = component.get_export_index(None, $wit)?;
                Some(Self { $($field: component.get_export_index(Some(&instance), $function)?,)* })
            }

            pub(super) fn check(
                &self,
                store: &mut wasmtime::Store<crate::state::State>,
                instance: &wasmtime::component::Instance,
            ) -> Result<(), crate::adapter::TypeFault> {
                $(
                    instance
                        .get_typed_func::<($($param,)*), (Result<$result, super::types::Error>,)>(
                            &mut *store,
                            &self.$field,
                        )
                        .map_err(|error| crate::adapter::TypeFault {
                            interface: $interface,
                            function: $function,
                            detail: format!("{:#}", error.root_cause()),
                        })?;
                )*
                Ok(())
            }

            $(
                async fn $field(
                    &self,
                    store: &mut wasmtime::Store<crate::state::State>,
                    instance: &wasmtime::component::Instance,
                    arguments: ($($param,)*),
                ) -> Result<$result, crate::adapter::Fault> {
                    let function = instance
                        .get_typed_func::<($($param,)*), (Result<$result, super::types::Error>,)>(
                            &mut *store,
                            &self.$field,
                        )?;
                    let (answer,) = function.call_async(&mut *store, arguments).await?;
                    answer.map_err(super::types::failure)
                }
            )*
        }
    };
}

pub(super) use functions;
