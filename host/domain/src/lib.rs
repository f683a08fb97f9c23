//! Words: the types, states, pure decisions and ports of Mortise. No I/O, no clock.
//!
//! Read it by noun: `order`, `hold`, `delivery`, `ticket`, `connection`, `manifest`, `user`, `access`. What the host asks of the outside world
//! is in [`ports`]; what plugins are asked is in [`call`].
#![warn(missing_docs)]

pub mod access;
pub mod allocation;
pub mod announcement;
pub mod approval;
pub mod breaker;
pub mod call;
pub mod cancellation;
pub mod catalog;
pub mod collection;
pub mod confirmation;
pub mod connection;
pub mod contract;
pub mod control;
pub mod decimal;
pub mod delivery;
pub mod draft;
pub mod erp;
pub mod evaluation;
pub mod exchange;
pub mod failure;
pub mod figure;
pub mod grant;
pub mod hold;
pub mod ids;
pub mod instant;
pub mod inventory;
pub mod lead;
pub mod lockout;
pub mod lookup;
pub mod manifest;
pub mod money;
pub mod notification;
pub mod order;
pub mod password;
pub mod place;
pub mod policy;
pub mod ports;
pub mod pricing;
pub mod progress;
pub mod publisher;
pub mod reasons;
pub mod rehearsal;
pub mod retention;
pub mod retry;
pub mod rules;
pub mod search;
pub mod secret;
pub mod submission;
pub mod text;
pub mod ticket;
pub mod timeline;
pub mod user;
pub mod wave;
