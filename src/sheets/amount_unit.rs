//! What the amounts of a file are counted in.

use crate::domain::codes::codes;

codes! {
    /// What the amounts of a file are counted in; declared, never guessed.
    pub enum AmountUnit {
        /// Yuan.
        Yuan = "yuan", "元", "yuan";
        /// Ten thousand yuan.
        Wan = "wan", "万元", "ten thousand yuan";
    }
}
