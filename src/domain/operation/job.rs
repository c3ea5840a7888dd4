//! The background jobs: their names, how often each passes, why a pass fails, and the one rule that says whether a job is
//! stalled. What they do is in `jobs/`.

use crate::domain::codes::codes;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

codes! {
    /// A background job. Its code is also the name of its lease.
    pub enum JobKind {
        /// Sends the mails of the outbox.
        MailDelivery = "mail_delivery", "邮件发送", "mail delivery";
        /// Gives records their places in the chain of their log.
        Sealer = "sealer", "记录入链", "sealing of records";
        /// Sends the heads of the record out.
        RecordHeads = "record_heads", "链首外发", "sending of record heads";
        /// Takes the steps of deadlines that have passed.
        Deadlines = "deadlines", "办理时限", "deadlines";
        /// Assesses every enterprise once a day.
        Nightly = "nightly", "夜间评估", "nightly assessment";
        /// Matches waiting signals to enterprises that have come into the registry.
        Quarantine = "quarantine", "待匹配线索归户", "matching of signals";
        /// Deletes data that is no longer needed.
        Purge = "purge", "过期数据清理", "purge of old data";
        /// Sums up measurements.
        Upkeep = "upkeep", "指标汇总", "summing up of metrics";
    }

    /// Why a pass of a job failed. It says nothing about persons, amounts or secrets: what else there is to know is in the log of
    /// the node.
    pub enum JobError {
        /// No connection to the database, or it was lost.
        DatabaseUnreachable = "database_unreachable", "无法连接数据库", "the database cannot be reached";
        /// The database refused a statement.
        DatabaseFailed = "database_failed", "数据库出错", "the database failed";
        /// Anything else a pass returned.
        Internal = "internal", "程序内部出错", "an internal error";
        /// The pass panicked.
        Crashed = "crashed", "程序崩溃，已重新启动此任务", "the job crashed and was started again";
        /// The mail server cannot be reached.
        MailServerUnreachable = "mail_server_unreachable", "无法连接邮件服务器", "the mail server cannot be reached";
        /// The mail server wants another user name or password.
        MailCredentialsRefused = "mail_credentials_refused", "邮件服务器不接受用户名或密码", "the mail server does not accept user name or password";
        /// Steps of deadlines failed.
        StepsFailed = "steps_failed", "有办理时限未能处理", "deadlines could not be taken";
        /// Without a mail server: the files cannot be written.
        MailFilesUnwritable = "mail_files_unwritable", "无法写入邮件文件", "mails cannot be written as files";
        /// The record does not agree with its head, so nothing is sealed.
        RecordDisagrees = "record_disagrees", "记录与链首不符，已停止入链", "the record does not agree with its head, so sealing has stopped";
        /// Records wait that were not made by this product or were altered since.
        RecordsRefused = "records_refused", "有记录不是由本系统写入或被改动过，不予入链", "records that this product did not make, or that were altered, get no place";
    }

    /// How a job is doing.
    pub enum JobState {
        /// Its last pass ended well, and nothing is overdue.
        Running = "running", "正常", "running";
        /// Its last pass failed; it is tried again.
        Failing = "failing", "出错，正在重试", "failing";
        /// It has not done its work for longer than it should.
        Stalled = "stalled", "停滞", "stalled";
    }
}

impl JobKind {
    /// How long it sleeps at most when there is nothing to do. Other nodes and the command line write too, and wake nobody
    /// here.
    pub const fn pause(self) -> Duration {
        match self {
            Self::MailDelivery | Self::Sealer => Duration::from_secs(1),
            Self::Upkeep | Self::Deadlines => Duration::from_secs(10),
            Self::RecordHeads | Self::Nightly | Self::Quarantine | Self::Purge => Duration::from_mins(1),
        }
    }

    /// How long it may take until a pass ends well again, and how late its work may be **(system default)**. Longer than a pass,
    /// a pause and the time between two notes of the status take together.
    pub const fn patience(self) -> TimeDelta {
        match self {
            Self::Sealer | Self::Quarantine | Self::Upkeep | Self::Deadlines => TimeDelta::minutes(10),
            // A mail server may take sixteen minutes over one mail.
            Self::MailDelivery => TimeDelta::minutes(30),
            Self::RecordHeads | Self::Purge => TimeDelta::hours(1),
            // A night over a large district takes a while.
            Self::Nightly => TimeDelta::hours(3),
        }
    }

    /// How it is doing: when a pass last ended well, how many have failed since, and since when its work is due. A time that lies
    /// ahead by more than the patience was written by a clock that ran ahead, and says nothing.
    pub fn state(
        self,
        succeeded_at: Option<DateTime<Utc>>,
        failures: i32,
        due_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> JobState {
        let is_silent = succeeded_at.is_none_or(|at| (now - at).abs() > self.patience());
        let is_late = due_at.is_some_and(|due| now - due > self.patience());
        match (is_silent || is_late, failures) {
            (true, _) => JobState::Stalled,
            (false, 0) => JobState::Running,
            (false, _) => JobState::Failing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn now() -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[rstest]
    #[case(Some(0), 0, None, JobState::Running)]
    #[case(Some(60), 0, None, JobState::Running)]
    #[case(Some(61), 0, None, JobState::Stalled)]
    #[case(Some(61), 3, None, JobState::Stalled)]
    #[case(Some(60), 3, None, JobState::Failing)]
    #[case(None, 0, None, JobState::Stalled)]
    #[case(Some(-60), 0, None, JobState::Running)]
    #[case(Some(-61), 0, None, JobState::Stalled)]
    #[case(Some(1), 0, Some(60), JobState::Running)]
    #[case(Some(1), 0, Some(61), JobState::Stalled)]
    #[case(Some(1), 0, Some(-600), JobState::Running)]
    fn a_job_is_stalled_when_it_is_silent_or_late(
        #[case] succeeded_ago: Option<i64>,
        #[case] failures: i32,
        #[case] due_ago: Option<i64>,
        #[case] state: JobState,
    ) {
        assert_eq!(JobKind::Purge.patience(), TimeDelta::minutes(60));
        let ago = |minutes: Option<i64>| minutes.map(|minutes| now() - TimeDelta::minutes(minutes));
        assert_eq!(JobKind::Purge.state(ago(succeeded_ago), failures, ago(due_ago), now()), state);
    }

    #[test]
    fn a_pause_is_far_shorter_than_the_patience() {
        for &kind in JobKind::ALL {
            let pause = TimeDelta::from_std(kind.pause()).unwrap_or(TimeDelta::MAX);
            assert!(kind.patience() >= (pause + TimeDelta::minutes(1)) * 5, "{kind}");
        }
    }
}
