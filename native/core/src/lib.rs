//! Kerf's nesting solver: pieces on hides with holes and quality zones, and on strips. Pure: no clock but the one that
//! ends a run, no chance but a seed, no Node.

mod afford;
mod alone;
pub mod bound;
pub mod cells;
pub mod choice;
pub mod circles;
pub mod construct;
pub mod exchange;
pub mod field;
pub mod geom;
pub mod hits;
pub mod hub;
pub mod jigsaw;
pub mod kind;
pub mod leather;
pub mod line;
pub mod live;
mod locked;
pub mod loss;
pub mod lots;
pub mod model;
mod outset;
pub mod pairs;
pub mod poles;
pub mod pose;
pub mod problem;
pub mod proof;
pub mod race;
pub mod record;
pub mod region;
pub mod rng;
pub mod room;
pub mod rotation;
pub mod rows;
pub mod runs;
pub mod search;
pub mod separate;
pub mod shades;
pub mod sheet;
pub mod sheets;
pub mod sieve;
pub mod solve;
pub mod spare;
pub mod squeeze;
pub mod stock;
pub mod strip;
pub mod turned;
pub mod verify;
pub mod watch;
pub mod world;

#[cfg(test)]
mod jigsaw_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod world_tests;
