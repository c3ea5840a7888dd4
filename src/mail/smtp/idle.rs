//! Idle connections between two messages: kept for a short time, checked before use, then closed.

use super::{StepTimeouts, session::Session};
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::time::{Instant, sleep};

/// How many connections are kept at once; more than a delivery job uses in parallel would only burden the server.
const KEPT_AT_MOST: usize = 4;

/// The kept connections.
#[derive(Debug)]
pub(super) struct IdleSessions {
    timeouts: StepTimeouts,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The longest unused first.
    sessions: Vec<(Instant, Session)>,
    is_swept: bool,
}

impl IdleSessions {
    pub(super) fn new(timeouts: StepTimeouts) -> Self {
        Self { timeouts, state: Mutex::default() }
    }

    /// The most recently used connection that still answers; those that don't are dropped.
    pub(super) async fn take(&self) -> Option<Session> {
        loop {
            let (_, mut session) = self.state().sessions.pop()?;
            if session.is_alive().await {
                return Some(session);
            }
        }
    }

    /// Keeps a connection for the next message.
    pub(super) fn keep(self: &Arc<Self>, session: Session) {
        let mut state = self.state();
        if state.sessions.len() >= KEPT_AT_MOST {
            return;
        }
        state.sessions.push((Instant::now(), session));
        if !mem::replace(&mut state.is_swept, true) {
            tokio::spawn(Arc::clone(self).sweep());
        }
    }

    /// Says goodbye on every kept connection.
    pub(super) async fn close(&self) {
        let sessions = mem::take(&mut self.state().sessions);
        for (_, session) in sessions {
            session.quit().await;
        }
    }

    /// Closes connections whose time is over, until none is left.
    async fn sweep(self: Arc<Self>) {
        loop {
            sleep(self.timeouts.idle).await;
            let Some(expired) = self.take_expired() else { return };
            for session in expired {
                session.quit().await;
            }
        }
    }

    /// The connections whose time is over; `None`, which ends the sweeping, when no connection is kept at all.
    fn take_expired(&self) -> Option<Vec<Session>> {
        let mut state = self.state();
        if state.sessions.is_empty() {
            state.is_swept = false;
            return None;
        }
        let expired = state.sessions.extract_if(.., |(kept_at, _)| kept_at.elapsed() >= self.timeouts.idle);
        Some(expired.map(|(_, session)| session).collect())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
