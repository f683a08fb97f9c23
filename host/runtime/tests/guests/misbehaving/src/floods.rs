//! Floods: many small host calls, or few large ones. Each goes on until the host ends the call.

use std::hint::black_box;

use mortise_sdk::http::Request;
use mortise_sdk::log::Level;
use mortise_sdk::secrets::{self, Part};
use mortise_sdk::{Result, clock, kv, log, random, records};
use serde::Deserialize;

/// What the guest floods the host with.
#[derive(Deserialize)]
#[serde(tag = "with", rename_all = "kebab-case")]
pub enum Flood {
    /// Small values into the key-value space.
    Kv,
    /// Questions about core data.
    Records,
    /// Questions about the time.
    Clock,
    /// Randomness.
    Random,
    /// Log lines without a letter.
    EmptyLines,
    /// One log line of so many bytes.
    Line { bytes: usize },
    /// Requests that are refused, each with so many headers of so many bytes.
    Refused { times: usize, headers: usize, bytes: usize },
    /// Signatures over so many bytes.
    Signatures { times: usize, bytes: usize },
    /// The whole of so many bytes of memory written again and again.
    Memory { bytes: usize },
}

impl Flood {
    pub fn run(&self, say: &mut dyn FnMut(&str, String)) -> Result<()> {
        match self {
            Self::Kv => loop {
                kv::set("counter", &1)?;
            },
            Self::Records => loop {
                records::products(&["A-1".to_owned()])?;
            },
            Self::Clock => loop {
                black_box(clock::now());
            },
            Self::Random => loop {
                black_box(random::bytes(16));
            },
            Self::EmptyLines => loop {
                log::write(Level::Info, "", &[]);
            },
            Self::Line { bytes } => log::write(Level::Info, &"l".repeat(*bytes), &[]),
            Self::Refused { times, headers, bytes } => {
                for _ in 0..*times {
                    let mut request = Request::get("https://elsewhere.example/");
                    for at in 0..*headers {
                        request = request.header(format!("x-{}{at}", "n".repeat(*bytes)), "v".repeat(*bytes));
                    }
                    if let Err(error) = request.send() {
                        say("error", format!("{error:?}"));
                    }
                }
            }
            Self::Signatures { times, bytes } => {
                let part = Part::text("s".repeat(*bytes));
                for _ in 0..*times {
                    black_box(secrets::hmac("signature", std::slice::from_ref(&part))?);
                }
            }
            Self::Memory { bytes } => {
                let mut memory = vec![0_u8; *bytes];
                for byte in 0.. {
                    black_box(&mut memory).fill(byte);
                }
            }
        }
        Ok(())
    }
}
