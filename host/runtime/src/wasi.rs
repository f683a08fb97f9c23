//! WASI 0.2 for language runtimes that want it: no files, sockets, environment; output goes to the plugin's log.

mod given;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use mortise_domain::call::LogLine;
use tokio::io::AsyncWrite;
use tokio::time::Instant;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use crate::config::Ports;
use crate::runtime::Shared;
use crate::state::{Confines, HANDLES, State};
use given::{Dice, Stopwatch, WallClock};

/// Most random bytes of one question.
pub(crate) const RANDOM_BYTES: u64 = 64 << 10;

/// Made when a guest first asks for it.
pub(crate) struct Wasi {
    context: WasiCtx,
    table: ResourceTable,
    output: Output,
}

impl Wasi {
    /// The one of this call.
    pub(crate) fn of<'a>(
        slot: &'a mut Option<Box<Self>>,
        confines: &Confines,
        shared: &Shared,
        begun: Instant,
    ) -> &'a mut Self {
        slot.get_or_insert_with(|| {
            let most = usize::try_from(confines.limits.log_bytes).unwrap_or(usize::MAX);
            Box::new(Self::new(&shared.ports, begun, most))
        })
    }

    /// What the guest holds handles to.
    pub(crate) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }

    fn new(ports: &Ports, begun: Instant, most: usize) -> Self {
        let dice = || Dice(Arc::clone(&ports.chance));
        let output = Output { written: Arc::default(), most };
        let mut builder = WasiCtxBuilder::new();
        builder
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .max_random_size(RANDOM_BYTES)
            .wall_clock(WallClock(Arc::clone(&ports.clock)))
            .monotonic_clock(Stopwatch(begun))
            .secure_random(dice())
            .insecure_random(dice())
            .insecure_random_seed(dice().seed())
            .stdout(output.clone())
            .stderr(output.clone());
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES);
        Self { context: builder.build(), table, output }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = Wasi::of(&mut self.wasi, &self.confines, &self.shared, self.begun);
        WasiCtxView { ctx: &mut wasi.context, table: &mut wasi.table }
    }
}

impl State {
    /// Moves what the guest printed into the log.
    pub(crate) fn drain_output(&mut self) {
        let Some(wasi) = self.wasi.take() else { return };
        let bytes = std::mem::take(&mut *wasi.output.written.lock().unwrap_or_else(PoisonError::into_inner));
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            self.log(LogLine { level: "info".into(), message: line.to_owned(), fields: Vec::new() });
        }
    }
}

/// Takes what is printed; what is over the budget is dropped.
#[derive(Clone)]
struct Output {
    written: Arc<Mutex<Vec<u8>>>,
    most: usize,
}

impl Output {
    fn take(&self, bytes: &[u8]) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.most.saturating_sub(written.len()).min(bytes.len());
        written.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        self.take(bytes);
        std::task::Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

#[async_trait::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}
