//! What is delivered: by which channel, why, about what, how far it has got, and how each attempt ended.

use crate::domain::{codes::codes, ids::AlertId, records::change::Noun, watch::level::Level};
use uuid::Uuid;

codes! {
    /// A way to tell somebody something.
    pub enum DeliveryChannel {
        /// A mail server, or files without one.
        Mail = "mail", "邮件", "mail";
    }

    /// Why something is delivered.
    pub enum DeliveryKind {
        /// An alert was opened.
        AlertOpened = "alert_opened", "预警", "alert";
        /// An alert rose to a higher level, or has its first hard evidence.
        AlertRaised = "alert_raised", "预警升级", "alert raised";
        /// What was told earlier was withdrawn.
        Correction = "correction", "更正", "correction";
        /// A leader's directive on an alert.
        Directive = "directive", "批示", "directive";
        /// The alerts of one import, together.
        Digest = "digest", "预警汇总", "digest";
        /// The heads of the record, for the auditor to keep.
        RecordHeads = "record_heads", "记录链首", "heads of the record";
        /// A trial of the mail settings.
        Test = "test", "测试", "test";
    }

    /// How far a delivery has got.
    pub enum DeliveryState {
        /// Waits for its next attempt.
        Pending = "pending", "待发送", "pending";
        /// A worker has it.
        Sending = "sending", "发送中", "sending";
        /// The other side accepted it.
        Sent = "sent", "已发送", "sent";
        /// It was refused for good or given up; a person has to look.
        Dead = "dead", "发送失败", "failed";
        /// It was taken out of the queue.
        Cancelled = "cancelled", "已取消", "cancelled";
    }

    /// Why a delivery was taken out of the queue.
    pub enum CancelReason {
        /// The account of the recipient was deactivated.
        RecipientLeft = "recipient_left", "收件账号已停用", "the recipient's account was deactivated";
        /// The account of the recipient has no address any more.
        NoAddress = "no_address", "收件账号已没有邮箱", "the recipient's account has no address any more";
        /// The recipient may no longer read what it is about.
        OutOfScope = "out_of_scope", "收件人已无权查看所述事项", "the recipient may no longer read what it is about";
        /// What it is about is over: the recipient need not be told any more.
        Over = "over", "所述事项在发出前已结束", "what it is about was over before it left";
        /// What it says has changed; another one was written that says how it is now.
        Replaced = "replaced", "发出前情况已变化，已另发新邮件", "what it says changed before it left; another one was written";
    }

    /// How an attempt ended.
    pub enum AttemptOutcome {
        /// The other side accepted the delivery.
        Accepted = "accepted", "已接收", "accepted";
        /// It may work at another attempt.
        Delayed = "delayed", "暂未送达", "delayed";
        /// It was refused for good or given up.
        Failed = "failed", "失败", "failed";
    }
}

impl DeliveryKind {
    /// Those that tell of an alert, or of a higher level of it. Corrections and directives go on from there.
    pub const ANNOUNCING: [Self; 3] = [Self::AlertOpened, Self::AlertRaised, Self::Digest];
}

/// What a delivery is about, and what it says of it. A new noun is a new variant: its storage, its scope and the question whether
/// it still holds do not compile without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// An alert.
    Alert {
        /// The alert.
        id: AlertId,
        /// The level that is told; none when none is, and for what an older program wrote.
        level: Option<Level>,
    },
}

impl About {
    /// The noun, as it is stored.
    pub const fn noun(self) -> Noun {
        match self {
            Self::Alert { .. } => Noun::Alert,
        }
    }

    /// The id within the noun.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Alert { id, .. } => id.0,
        }
    }

    /// What is said of it, as it is stored.
    pub fn stated(self) -> Option<&'static str> {
        match self {
            Self::Alert { level, .. } => level.map(Level::as_str),
        }
    }

    /// Reads what was stored; `None` for a noun that nobody is told of, and for a statement that means nothing.
    pub fn read(noun: Noun, id: Uuid, stated: Option<&str>) -> Option<Self> {
        match noun {
            Noun::Alert => Some(Self::Alert { id: AlertId(id), level: stated.map(str::parse).transpose().ok()? }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let id = AlertId::new();
        for level in Level::ALL.iter().copied().map(Some).chain([None]) {
            let about = About::Alert { id, level };
            assert_eq!(About::read(about.noun(), about.id(), about.stated()), Some(about));
        }
        assert_eq!(About::read(Noun::Alert, id.0, Some("purple")), None);
        assert_eq!(About::read(Noun::Visit, id.0, None), None);
    }
}
