//! Findings, verdicts and calls as text for people and as JUnit for machines. The texts are styled; whoever writes them to
//! something that is no terminal strips that (`anstream` does).

mod called;
mod checked;
mod conformed;
mod junit;
mod played;
mod style;

pub use called::called;
pub use checked::checked;
pub use conformed::{Conformance, conformed};
pub use junit::junit;
pub use played::{deviated, verdict, verdicts};
