//! Contraction hierarchies: an order of elimination found once per topology, metrics put on afterwards.

pub mod order;
