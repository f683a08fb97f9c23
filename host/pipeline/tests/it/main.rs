//! The pipeline against ports in memory: what it decides, what it survives, and that nothing is done twice.

mod crash;
mod delivery;
mod evaluation;
mod life;
mod memory;
mod messages;
mod submission;
mod upstream;
mod world;
