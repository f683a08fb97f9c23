//! The doors of a server without plugins: what comes in, what is refused, and in which words.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod access;
mod approvals;
mod attachments;
mod audit;
mod catalog;
mod command_line;
mod compiler;
mod connections;
mod console;
mod cross_site;
mod document;
mod guessing;
mod invites;
mod leads;
mod operations;
mod orders;
mod overview;
mod own_store;
mod pages;
mod publishers;
mod roles;
mod rules;
mod sessions;
mod support;
mod tokens;
mod users;
