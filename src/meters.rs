//! Metrics: the recorder of one application, so that several in one process never mix their figures. How figures are
//! rendered and who may read them is decided above.

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::fmt;

/// Names of everything measured, in the way of Prometheus: base units, `_total` for counters.
pub mod name {
    /// Requests answered, by method, route template and status.
    pub const REQUESTS: &str = "wellspring_http_requests_total";
    /// Seconds from request to answer, by method and route template.
    pub const REQUEST_SECONDS: &str = "wellspring_http_request_duration_seconds";
    /// Seconds one assessment took: loading the facts, assessing, writing what changed.
    pub const ASSESSMENT_SECONDS: &str = "wellspring_assessment_duration_seconds";
    /// Enterprises assessed.
    pub const ASSESSED: &str = "wellspring_enterprises_assessed_total";
    /// Deliveries that ended, by outcome.
    pub const DELIVERIES: &str = "wellspring_mail_deliveries_total";
    /// Seconds from writing a mail to its acceptance by the mail server.
    pub const DELIVERY_SECONDS: &str = "wellspring_mail_acceptance_seconds";
    /// Mails that are not sent, by state.
    pub const MAILS: &str = "wellspring_mail_messages";
    /// Age in seconds of the oldest mail that is still to be sent; 0 when there is none.
    pub const OLDEST_UNSENT: &str = "wellspring_mail_oldest_unsent_seconds";
    /// Unresolved alerts, by level.
    pub const ALERTS: &str = "wellspring_alerts_open";
    /// Unresolved alerts nobody could be told of.
    pub const ALERTS_WITHOUT_RECIPIENT: &str = "wellspring_alerts_without_recipient";
    /// Changes without a place in the chain.
    pub const UNSEALED: &str = "wellspring_changes_unsealed";
    /// Transactions that ran again, since another one was in the way.
    pub const TRANSACTIONS_REPEATED: &str = "wellspring_transactions_repeated_total";
    /// Whether a background job is stalled: 1 or 0, by job.
    pub const JOB_STALLED: &str = "wellspring_job_stalled";
    /// Passes of a background job that failed in a row, by job.
    pub const JOB_FAILURES: &str = "wellspring_job_failures";
    /// Seconds since 1970 at which a pass of a background job last succeeded, by job; 0 when none has.
    pub const JOB_SUCCEEDED: &str = "wellspring_job_last_success_timestamp_seconds";
    /// Connections to the database, by pool and state.
    pub const CONNECTIONS: &str = "wellspring_database_connections";
}

/// Upper bounds in seconds, for requests and assessments alike.
const BOUNDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Upper bounds in seconds for mails, which may wait for days.
const MAIL_BOUNDS: &[f64] = &[0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 60.0, 600.0, 3600.0, 86_400.0];

/// The recorder of one application. What is measured inside [`Meters::within`] with the macros of `metrics` lands here.
pub struct Meters {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl fmt::Debug for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meters")
    }
}

impl Default for Meters {
    fn default() -> Self {
        // Only an empty list of bounds is refused; without bounds there are summaries in place of histograms.
        let recorder = with_bounds().unwrap_or_default().build_recorder();
        let meters = Self { handle: recorder.handle(), recorder };
        meters.within(describe);
        meters
    }
}

impl Meters {
    /// Runs `body` with everything it measures recorded here.
    pub fn within<T>(&self, body: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&self.recorder, body)
    }

    /// All figures in the text format of Prometheus.
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Sums up what was measured since; to be done now and then, since single measurements are kept until then.
    pub fn sum_up(&self) {
        self.handle.run_upkeep();
    }
}

fn with_bounds() -> Result<PrometheusBuilder, BuildError> {
    use metrics_exporter_prometheus::Matcher;
    PrometheusBuilder::new()
        .set_buckets(BOUNDS)?
        .set_buckets_for_metric(Matcher::Full(name::DELIVERY_SECONDS.to_owned()), MAIL_BOUNDS)
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!(name::REQUESTS, "Requests answered");
    describe_histogram!(name::REQUEST_SECONDS, "Time from request to answer");
    describe_histogram!(name::ASSESSMENT_SECONDS, "Time one assessment of changed enterprises took");
    describe_counter!(name::ASSESSED, "Enterprises assessed");
    describe_counter!(name::DELIVERIES, "Mail deliveries that ended, by outcome");
    describe_histogram!(name::DELIVERY_SECONDS, "Time from writing a mail to its acceptance by the mail server");
    describe_gauge!(name::MAILS, "Mails that are not sent, by state");
    describe_gauge!(name::OLDEST_UNSENT, "Age of the oldest mail that is still to be sent");
    describe_gauge!(name::ALERTS, "Unresolved alerts, by level");
    describe_gauge!(name::ALERTS_WITHOUT_RECIPIENT, "Unresolved alerts nobody could be told of");
    describe_gauge!(name::UNSEALED, "Changes without a place in the chain");
    describe_counter!(name::TRANSACTIONS_REPEATED, "Transactions that ran again, since another one was in the way");
    describe_gauge!(name::JOB_STALLED, "Whether a background job is stalled");
    describe_gauge!(name::JOB_FAILURES, "Passes of a background job that failed in a row");
    describe_gauge!(name::JOB_SUCCEEDED, "When a pass of a background job last succeeded");
    describe_gauge!(name::CONNECTIONS, "Connections to the database, by pool and state");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_applications_do_not_mix_their_figures() {
        let (one, other) = (Meters::default(), Meters::default());
        one.within(|| metrics::counter!(name::ASSESSED).increment(3));
        other.within(|| metrics::counter!(name::ASSESSED).increment(4));
        assert!(one.render().contains("wellspring_enterprises_assessed_total 3"));
        assert!(other.render().contains("wellspring_enterprises_assessed_total 4"));
    }

    #[test]
    fn times_are_histograms_with_help() {
        let meters = Meters::default();
        meters.within(|| metrics::histogram!(name::DELIVERY_SECONDS).record(0.07));
        let text = meters.render();
        assert!(text.contains("# HELP wellspring_mail_acceptance_seconds Time from"), "{text}");
        assert!(text.contains("wellspring_mail_acceptance_seconds_bucket{le=\"0.1\"} 1"), "{text}");
    }
}
