//! What must hold, over the public surface: one test a published failure (`f01_...`) or requirement (`rts_6_...`).

mod flow;
mod support;
