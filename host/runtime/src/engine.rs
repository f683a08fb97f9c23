//! The one engine: how sandboxes are made cheap.

mod files;
mod ticker;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::config::RuntimeConfig;
use crate::places::in_reserve;

pub(crate) use files::raise_limit as raise_file_limit;
pub(crate) use ticker::Ticker;

/// Native stack of a call. Guests may use half of it; host functions run on the rest.
const STACK_BYTES: usize = 1 << 20;
const GUEST_STACK_BYTES: usize = 512 << 10;
/// Language runtimes are made of many core modules; Python's of more than twenty.
const CORE_INSTANCES: u32 = 50;
/// Touched memory that a slot keeps, to be reset by copying. A Rust guest touches some 100 kB, a JavaScript engine 2.4 MB, Python's
/// interpreter 5.4 MB; what is over the bound is given back and faulted in again by the next call.
const KEPT_BYTES: usize = 16 << 20;
/// The same where the kernel cannot tell which pages were touched: then that much is copied after every call.
const KEPT_BLINDLY_BYTES: usize = 2 << 20;
const MEMORIES: u32 = 2;
const TABLES: u32 = 10;
/// Largest table that any connection may allow.
pub(crate) const TABLE_ELEMENTS: u64 = 1 << 20;

/// The engine for these settings.
pub(crate) fn build(config: &RuntimeConfig) -> wasmtime::Result<Engine> {
    let scan = PoolingAllocationConfig::is_pagemap_scan_available();
    let mut pool = PoolingAllocationConfig::new();
    let calls = config.calls + in_reserve(config.calls);
    pool.total_component_instances(calls)
        .total_core_instances(calls * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(calls * MEMORIES)
        .max_memories_per_component(MEMORIES)
        .total_tables(calls * TABLES)
        .max_tables_per_component(TABLES)
        .max_tables_per_module(TABLES)
        .total_stacks(calls)
        .max_memory_size(usize::try_from(config.memory_bytes).unwrap_or(usize::MAX))
        .table_elements(usize::try_from(TABLE_ELEMENTS).unwrap_or(usize::MAX))
        // A fresh call costs a memset of the touched pages in place of system calls, and a second thread helps, not hurts.
        .linear_memory_keep_resident(if scan { KEPT_BYTES } else { KEPT_BLINDLY_BYTES })
        .table_keep_resident(64 << 10)
        .pagemap_scan(if scan { Enabled::Yes } else { Enabled::No })
        // Kept pages of slots that nobody uses stay few.
        .max_unused_warm_slots(16);
    let mut settings = Config::new();
    settings
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .memory_init_cow(true)
        .epoch_interruption(true)
        .async_stack_size(STACK_BYTES)
        .max_wasm_stack(GUEST_STACK_BYTES)
        .wasm_component_model(true);
    Engine::new(&settings)
}
