//! The bounds of one call: what is counted, and what happens at the bound.

use mortise_domain::connection::Limits;
use wasmtime::ResourceLimiter;

/// The bound that a guest ran into. The call ends there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breach {
    Memory { wanted: u64 },
    Table { wanted: u64 },
    Cpu,
    HostCalls,
}

/// Ends a guest at its bound; [`Bounds::breach`] says which.
#[derive(Debug, thiserror::Error)]
#[error("a bound of the call was reached")]
struct Stopped;

pub(crate) struct Bounds {
    memory: u64,
    memory_most: u64,
    /// The largest that memory has been.
    pub(crate) memory_peak: u64,
    table: u64,
    table_most: u64,
    ticks: u64,
    ticks_most: u64,
    copied_left: u64,
    copied_most: u64,
    /// Which bound was reached.
    pub(crate) breach: Option<Breach>,
}

impl Bounds {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory: 0,
            memory_most: limits.memory_bytes,
            memory_peak: 0,
            table: 0,
            table_most: limits.table_elements,
            ticks: 0,
            ticks_most: limits.cpu_ms,
            copied_left: limits.host_call_bytes,
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
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        // All memories of the component together.
        let wanted = self.memory + (desired.saturating_sub(current)) as u64;
        if wanted > self.memory_most {
            return Err(self.stop(Breach::Memory { wanted }));
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
