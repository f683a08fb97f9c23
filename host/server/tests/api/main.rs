//! The doors of a server without plugins: what comes in, what is refused, and in which words.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod access;
mod attachments;
mod catalog;
mod compiler;
mod connections;
mod document;
mod orders;
mod publishers;
mod support;
