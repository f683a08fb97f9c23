//! A file that ends after so many bytes, until more are allowed.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};

/// The file, and what may be read of it at once.
pub(super) struct Bounded {
    file: File,
    most: u64,
    left: u64,
}

impl Bounded {
    pub fn new(file: File, most: u64) -> Self {
        Self { file, most, left: most }
    }

    /// Allows the whole bound again.
    pub fn refill(&mut self) {
        self.left = self.most;
    }

    /// Has the file seemed to end before its end?
    pub fn is_used_up(&self) -> bool {
        self.left == 0
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left -= read as u64;
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.refill();
        self.file.seek(to)
    }
}
