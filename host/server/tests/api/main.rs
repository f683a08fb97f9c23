//! The doors of a server without plugins: what comes in, what is refused, and in which words.

mod access;
mod attachments;
mod catalog;
mod connections;
mod document;
mod orders;
mod support;
