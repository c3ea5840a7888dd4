//! The demonstration district: 星河区 of the invented city 临川市, with its enterprises, receipts, visits and relocations. What it is
//! made of is drawn in `plan`.

pub mod plan;
