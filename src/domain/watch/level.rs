//! The four levels of the risk that an enterprise leaves. What puts an enterprise on a level is in `risk`.

use crate::domain::codes::codes;

codes! {
    /// How likely it is that an enterprise leaves; a later level is the more serious one.
    pub enum Level {
        /// Nothing points to a move.
        None = "none", "无预警", "no alert";
        /// Worth watching; nobody is notified.
        Yellow = "yellow", "黄", "yellow";
        /// A move is being considered or several signs agree; the team is notified.
        Orange = "orange", "橙", "orange";
        /// Relocation has started; the team is notified.
        Red = "red", "红", "red";
    }
}

impl Level {
    /// Whether an alert of this level is mailed to the team: orange and red are.
    pub fn notifies(self) -> bool {
        self >= Self::Orange
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn levels_rise_from_none_to_red() {
        assert!(Level::ALL.is_sorted());
        assert_eq!(
            Level::ALL.iter().map(|level| level.as_str()).collect::<Vec<_>>(),
            ["none", "yellow", "orange", "red"]
        );
        assert_eq!(Level::ALL.iter().map(|level| level.text(Language::Zh)).collect::<String>(), "无预警黄橙红");
        assert_eq!(Level::None.text(Language::En), "no alert", "a badge that says “none” says nothing");
    }

    #[test]
    fn orange_and_red_are_mailed() {
        assert_eq!(Level::ALL.iter().map(|level| level.notifies()).collect::<Vec<_>>(), [false, false, true, true]);
    }
}
