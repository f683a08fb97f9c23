//! The allocator of guests: an arena inside the initial memory, so that an ordinary call never grows memory (growing costs the
//! host two changes of page protection per call). Memory grows only once the arena is full.

use std::alloc::Layout;

use talc::locking::AssumeUnlockable;
use talc::{OomHandler, Span, Talc, Talck};

/// Enough for a call about an order of some hundred lines.
const ARENA: usize = 256 * 1024;
const PAGE: usize = 64 * 1024;

static mut MEMORY: [u8; ARENA] = [0; ARENA];

#[global_allocator]
static ALLOCATOR: Talck<AssumeUnlockable, ArenaThenGrow> =
    Talc::new(ArenaThenGrow { arena_taken: false, grown: Span::empty() }).lock();

/// Claims the arena first and grows memory afterwards.
struct ArenaThenGrow {
    arena_taken: bool,
    /// What growing has added so far, in one piece.
    grown: Span,
}

#[expect(unsafe_code, reason = "sound: a guest has one thread, and what is claimed here belongs to nobody else")]
// SAFETY: `Span` holds pointers; nothing is sent anywhere, a guest has one thread.
unsafe impl Send for ArenaThenGrow {}

impl OomHandler for ArenaThenGrow {
    fn handle_oom(talc: &mut Talc<Self>, layout: Layout) -> Result<(), ()> {
        if talc.oom_handler.arena_taken {
            return grow(talc, layout);
        }
        talc.oom_handler.arena_taken = true;
        claim(talc, Span::from_array((&raw mut MEMORY).cast::<[u8; ARENA]>())).map(drop)
    }
}

fn grow(talc: &mut Talc<ArenaThenGrow>, layout: Layout) -> Result<(), ()> {
    // 8 bytes of book-keeping, and room to align.
    let bytes = layout.size().checked_add(8).ok_or(())?.max(layout.align() * 2);
    let pages = bytes.div_ceil(PAGE);
    let before = core::arch::wasm32::memory_grow::<0>(pages);
    if before == usize::MAX {
        return Err(());
    }
    let start = (before * PAGE) as *mut u8;
    let end = start.wrapping_add(pages * PAGE);
    let grown = talc.oom_handler.grown;
    talc.oom_handler.grown = match grown.get_base_acme() {
        Some((base, acme)) if acme == start => extend(talc, grown, Span::new(base, end)),
        _ => claim(talc, Span::new(start, end))?,
    };
    Ok(())
}

#[expect(unsafe_code, reason = "the one place that hands memory to the allocator")]
fn claim(talc: &mut Talc<ArenaThenGrow>, span: Span) -> Result<Span, ()> {
    // SAFETY: the span is the arena, claimed once, or pages that growing has just added.
    unsafe { talc.claim(span) }
}

#[expect(unsafe_code, reason = "the one place that hands memory to the allocator")]
fn extend(talc: &mut Talc<ArenaThenGrow>, old: Span, new: Span) -> Span {
    // SAFETY: `old` was claimed, and `new` adds pages right behind it that growing has just added.
    unsafe { talc.extend(old, new) }
}
