//! The proof of a plugin before it is used: compiled, checked against the contract, instantiated once.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mortise_domain::manifest::Manifest;
use mortise_domain::text::Text;
use wasmtime::component::{Component, InstancePre};

use crate::adapter::{Functions, TypeFault};
use crate::compile::Compiled;
use crate::inspect::{InspectError, Inspection, inspect};
use crate::runtime::Runtime;
use crate::state::State;

/// Digits of the digest in a label.
const LABELLED: usize = 12;

/// A plugin that may be loaded. Several connections share one.
pub struct Proven {
    inspection: Inspection,
    pub(crate) pre: InstancePre<State>,
    pub(crate) functions: Functions,
    label: String,
}

/// Why a file may not be loaded: what was found, what was expected, what to do.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// It is no plugin.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// The compiler refuses it.
    #[error(
        "the component cannot be compiled for this host: {0}; its developer keeps within these bounds, or builds it again with a current toolchain"
    )]
    Compile(String),
    /// The compiler does not come to an end.
    #[error(
        "the component cannot be compiled within {seconds} s: its developer builds in release mode and splits very large functions; `compile-seconds` is the bound"
    )]
    Slow {
        /// How long it was given.
        seconds: u64,
    },
    /// Other components are being compiled.
    #[error("other components are still being compiled after {seconds} s: try again later")]
    Busy {
        /// How long it was waited for.
        seconds: u64,
    },
    /// Its imports have other types than what the host offers.
    #[error("the component's imports do not fit this host: {0}; build it against `wit/v1` of this host")]
    Link(String),
    /// A function has another type than the contract's.
    #[error(
        "the function `{function}` of `{interface}` does not have the type of the contract: {detail}; build the plugin against `wit/v1` of this host"
    )]
    Type {
        /// The interface.
        interface: &'static str,
        /// The function.
        function: &'static str,
        /// Found and expected.
        detail: String,
    },
    /// It cannot begin.
    #[error("the component cannot be instantiated: {0}")]
    Instantiate(Text),
    /// The host itself failed.
    #[error("the proof was broken off: {0}; try again")]
    Interrupted(String),
}

impl ProveError {
    /// What was found, what was expected, what to do.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Inspect(error) => return error.text(),
            Self::Compile(detail) => {
                format!("组件无法为本主机编译：{detail}；请开发者控制在此范围内，或用当前的工具链重新构建")
            }
            Self::Slow { seconds } => {
                format!(
                    "组件在 {seconds} 秒内编译不完：请开发者以 release 模式构建并拆分过大的函数；时限为 compile-seconds"
                )
            }
            Self::Busy { seconds } => format!("{seconds} 秒后仍在编译其他组件：请稍后再试"),
            Self::Link(detail) => format!("组件的导入与本主机不符：{detail}；请按本主机的 `wit/v1` 构建"),
            Self::Type { interface, function, detail } => format!(
                "`{interface}` 的函数 `{function}` 与接口约定的类型不符：{detail}；请按本主机的 `wit/v1` 构建插件"
            ),
            Self::Instantiate(why) => format!("组件无法启动：{}", why.zh),
            Self::Interrupted(detail) => format!("检查被中断：{detail}；请重试"),
        };
        Text::new(zh, self.to_string())
    }
}

/// It took too long to begin, whether or not it did anything meanwhile.
fn overdue(most: Duration) -> Text {
    let seconds = most.as_secs_f64();
    Text::new(
        format!("{seconds} 秒内未能启动：请开发者检查插件启动时的工作"),
        format!("it does not begin within {seconds} seconds: its developer looks at what it does when it begins"),
    )
}

impl Proven {
    /// What was found in the file.
    pub fn inspection(&self) -> &Inspection {
        &self.inspection
    }

    /// SHA-256 of the file, in hex.
    pub fn hash(&self) -> &str {
        &self.inspection.hash
    }

    /// Name, version and the beginning of the digest: how records name it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What the plugin says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.inspection.manifest
    }
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proven").field("hash", &self.inspection.hash).finish_non_exhaustive()
    }
}

impl Runtime {
    /// Proves a plugin, or finds the proof of the same content that is still in use.
    pub async fn prove(&self, bytes: Bytes) -> Result<Arc<Proven>, ProveError> {
        let most = self.config.component_bytes;
        let file = bytes.clone();
        let inspection = blocking(move || inspect(&file, most)).await??;
        if let Some(known) = self.known(&inspection.hash) {
            return Ok(known);
        }
        let Compiled { component, cached } = self.compiled(&inspection.hash, bytes).await?;
        let proven = Arc::new(self.check(inspection, &component).await?);
        if !cached {
            let (cache, hash) = (Arc::clone(&self.cache), proven.hash().to_owned());
            blocking(move || cache.keep(&hash, &component)).await?;
        }
        self.remember(&proven);
        Ok(proven)
    }

    async fn check(&self, inspection: Inspection, component: &Component) -> Result<Proven, ProveError> {
        let linker = if inspection.wasi_http { &self.http_linker } else { &self.linker };
        let pre = linker.instantiate_pre(component).map_err(|error| ProveError::Link(format!("{error:#}")))?;
        let functions = Functions::find(component, &inspection.interfaces);
        let mut store = self.proof_store();
        let most = self.config.proof_time;
        let instance = tokio::time::timeout(most, pre.instantiate_async(&mut store))
            .await
            .map_err(|_| ProveError::Instantiate(overdue(most)))?
            .map_err(|error| ProveError::Instantiate(crate::call::no_beginning(&error, store.data())))?;
        functions.check_types(&mut store, &instance).map_err(|TypeFault { interface, function, detail }| {
            ProveError::Type { interface: interface.name(), function, detail }
        })?;
        let manifest = &inspection.manifest;
        let digest = inspection.hash.get(..LABELLED).unwrap_or_default();
        let label = format!("{} {} {digest}", manifest.name, manifest.version);
        Ok(Proven { inspection, pre, functions, label })
    }
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ProveError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ProveError::Interrupted(error.to_string()))
}
