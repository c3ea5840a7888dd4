//! What followed from a use case: how alerts moved, and how many people are told. Said in its answer, so that who wrote down a
//! visit knows at once what came of it.

use super::level::Level;
use crate::{
    domain::{
        codes::codes,
        ids::{AlertId, EnterpriseId},
    },
    texts::{Language, texts},
};

codes! {
    /// How an alert moved.
    pub enum AlertMovement {
        /// It was opened.
        Opened = "opened", "已建立", "opened";
        /// Its level rose.
        Raised = "raised", "已升级", "raised";
        /// The first hard evidence joined: a move has started.
        Hardened = "hardened", "外迁已启动", "move started";
        /// Its level fell, since evidence was withdrawn.
        Lowered = "lowered", "已降级", "lowered";
        /// It was resolved by the product, since nothing is left that it rests on.
        Resolved = "resolved", "已办结", "resolved";
    }
}

/// An alert that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedAlert {
    /// The alert.
    pub alert: AlertId,
    /// Its enterprise.
    pub enterprise: EnterpriseId,
    /// Its level now.
    pub level: Level,
    /// How it moved.
    pub movement: AlertMovement,
}

/// What followed from one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// The alerts that moved, in the order in which they did.
    pub alerts: Vec<MovedAlert>,
    /// How many people are told of anything by mail.
    pub told: usize,
}

impl MovedAlert {
    /// What happened to the alert and who hears of it, as a sentence.
    pub fn sentence(&self, told: usize, language: Language) -> String {
        let level = match self.level {
            Level::None => level_gone(language),
            level => level_of(language, level.text(language)),
        };
        let moved = match self.movement {
            AlertMovement::Opened => opened(language, &level),
            AlertMovement::Raised => raised(language, &level),
            AlertMovement::Hardened => hardened(language, &level),
            AlertMovement::Lowered => lowered(language, &level),
            AlertMovement::Resolved => resolved(language),
        };
        let is_told = matches!(self.movement, AlertMovement::Opened | AlertMovement::Raised | AlertMovement::Hardened);
        match told {
            0 if is_told && self.level.notifies() => nobody_told(language, &moved),
            0 => stop(language, &moved),
            1 => one_told(language, &moved),
            many => many_told(language, &moved, many),
        }
    }
}

texts! {
    level_of(level: &str) { zh: "{level}色", en: "{level}" }
    level_gone() { zh: "无", en: "no" }
    opened(level: &str) { zh: "已建立{level}预警", en: "An alert was opened, level {level}" }
    raised(level: &str) { zh: "预警已升级为{level}", en: "The alert was raised to {level}" }
    hardened(level: &str) { zh: "外迁已启动，{level}预警须重新确认", en: "A move has started; the {level} alert has to be acknowledged again" }
    lowered(level: &str) { zh: "预警已降为{level}", en: "The alert was lowered to {level}" }
    resolved() { zh: "预警的依据已撤回，系统自动办结", en: "The records the alert rested on were withdrawn; the system resolved it" }
    stop(moved: &str) { zh: "{moved}。", en: "{moved}." }
    nobody_told(moved: &str) { zh: "{moved}，但没有可通知的人员，请指派服务团队。", en: "{moved}, but there is nobody to tell: assign a service team." }
    one_told(moved: &str) { zh: "{moved}，已邮件通知 1 人。", en: "{moved}; one person is told by mail." }
    many_told(moved: &str, many: usize) { zh: "{moved}，已邮件通知 {many} 人。", en: "{moved}; {many} people are told by mail." }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(movement: AlertMovement, level: Level) -> MovedAlert {
        MovedAlert { alert: AlertId::new(), enterprise: EnterpriseId::new(), level, movement }
    }

    #[test]
    fn it_is_said_what_happened_and_who_hears_of_it() {
        let red = moved(AlertMovement::Opened, Level::Red);
        assert_eq!(red.sentence(2, Language::Zh), "已建立红色预警，已邮件通知 2 人。");
        assert_eq!(red.sentence(1, Language::En), "An alert was opened, level red; one person is told by mail.");
    }

    #[test]
    fn an_alert_that_nobody_hears_of_says_what_to_do() {
        let sentence = moved(AlertMovement::Raised, Level::Red).sentence(0, Language::En);
        assert_eq!(sentence, "The alert was raised to red, but there is nobody to tell: assign a service team.");
    }

    #[test]
    fn a_yellow_alert_is_mailed_to_nobody_and_misses_nobody() {
        assert_eq!(moved(AlertMovement::Opened, Level::Yellow).sentence(0, Language::Zh), "已建立黄色预警。");
        assert_eq!(
            moved(AlertMovement::Resolved, Level::Red).sentence(0, Language::Zh),
            "预警的依据已撤回，系统自动办结。"
        );
    }
}
