//! Rules as data: which sets there are, what is wrong with a draft, and what it would have done with past orders.

mod check;
mod sample;
pub mod sets;
pub mod trial;

pub use check::check;
pub use sample::facts as sample_facts;
pub use sets::RuleSet;
