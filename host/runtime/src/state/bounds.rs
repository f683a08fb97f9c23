//! The bounds of one call: what is counted, and what happens at the bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mortise_domain::connection::Limits;
use wasmtime::ResourceLimiter;

/// The bound that a guest ran into. The call ends there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breach {
    Memory {
        wanted: u64,
    },
    /// All guests together have as much as the host gives away.
    Crowded,
    Table {
        wanted: u64,
    },
    Cpu,
    HostCalls,
    StoreCalls,
}

/// Ends a guest at its bound; [`Bounds::breach`] says which.
#[derive(Debug, thiserror::Error)]
#[error("a bound of the call was reached")]
struct Stopped;

/// The memory of all guests together: many that each stay within their bound must not bring the host down.
pub(crate) struct Memory {
    used: AtomicU64,
    most: u64,
}

impl Memory {
    pub(crate) fn new(most: u64) -> Self {
        Self { used: AtomicU64::new(0), most }
    }

    fn take(&self, bytes: u64) -> bool {
        let taken = |used: u64| used.checked_add(bytes).filter(|used| *used <= self.most);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).is_ok()
    }

    fn give_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

pub(crate) struct Bounds {
    all: Arc<Memory>,
    memory: u64,
    memory_most: u64,
    /// The largest that memory has been.
    pub(crate) memory_peak: u64,
    table: u64,
    table_most: u64,
    ticks: u64,
    ticks_most: u64,
    copied_left: u64,
    store_calls_left: u32,
    copied_most: u64,
    /// Which bound was reached.
    pub(crate) breach: Option<Breach>,
}

impl Bounds {
    pub(crate) fn new(limits: &Limits, all: &Arc<Memory>) -> Self {
        Self {
            all: Arc::clone(all),
            memory: 0,
            memory_most: limits.memory_bytes,
            memory_peak: 0,
            table: 0,
            table_most: limits.table_elements,
            ticks: 0,
            ticks_most: limits.cpu_ms,
            copied_left: limits.host_call_bytes,
            store_calls_left: limits.store_calls,
            copied_most: limits.host_call_bytes,
            breach: None,
        }
    }

    fn stop(&mut self, breach: Breach) -> wasmtime::Error {
        self.breach = Some(breach);
        wasmtime::Error::new(Stopped)
    }

    /// A tick passed while the guest ran.
    pub(crate) fn tick(&mut self) -> wasmtime::Result<()> {
        // The first tick may come right after the beginning.
        if self.ticks > self.ticks_most {
            return Err(self.stop(Breach::Cpu));
        }
        self.ticks += 1;
        Ok(())
    }

    /// How many ticks have passed.
    pub(crate) fn ticks(&self) -> u64 {
        self.ticks
    }

    /// How many bytes have passed.
    pub(crate) fn copied(&self) -> u64 {
        self.copied_most - self.copied_left
    }

    /// Bytes pass between guest and host.
    pub(crate) fn copy(&mut self, bytes: usize) -> wasmtime::Result<()> {
        match self.copied_left.checked_sub(bytes as u64) {
            Some(left) => {
                self.copied_left = left;
                Ok(())
            }
            None => Err(self.stop(Breach::HostCalls)),
        }
    }

    /// The guest is about to make the host ask its store. While it waits it uses no CPU of its own, so that nothing else would
    /// keep it from using up the store's.
    pub(crate) fn reach_store(&mut self) -> wasmtime::Result<()> {
        match self.store_calls_left.checked_sub(1) {
            Some(left) => {
                self.store_calls_left = left;
                Ok(())
            }
            None => Err(self.stop(Breach::StoreCalls)),
        }
    }
}

impl Drop for Bounds {
    fn drop(&mut self) {
        self.all.give_back(self.memory);
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        // All memories of the component together.
        let wanted = self.memory + (desired.saturating_sub(current)) as u64;
        if wanted > self.memory_most {
            return Err(self.stop(Breach::Memory { wanted }));
        }
        if !self.all.take(wanted - self.memory) {
            return Err(self.stop(Breach::Crowded));
        }
        self.memory = wanted;
        self.memory_peak = self.memory_peak.max(wanted);
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.table + (desired.saturating_sub(current)) as u64;
        if wanted > self.table_most {
            return Err(self.stop(Breach::Table { wanted }));
        }
        self.table = wanted;
        Ok(true)
    }
}
