//! Looks for a text in the whole of the guest's own memory.

/// A mark that makes the wanted text differ from its own copy in the script.
const MARK: u8 = 0x55;

/// How often the text stands in memory. It is given with every byte marked, as hex, so that the script itself does not hold it.
pub fn count(marked: &str) -> usize {
    let wanted: Vec<u8> =
        (0..marked.len()).step_by(2).filter_map(|at| u8::from_str_radix(marked.get(at..at + 2)?, 16).ok()).collect();
    let pages = core::arch::wasm32::memory_size(0);
    let (end, length) = (pages * 65_536, wanted.len());
    let found = |start: usize| wanted.iter().enumerate().all(|(at, byte)| read(start + at) == byte ^ MARK);
    (8..end.saturating_sub(length)).filter(|start| found(*start)).count()
}

#[expect(unsafe_code, reason = "sound: every address below the end of linear memory can be read")]
fn read(address: usize) -> u8 {
    // SAFETY: the address is within linear memory, and a guest has one thread that changes it.
    unsafe { core::ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}
