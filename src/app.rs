//! Composition: the pools, the clock and the context, and the only two ways to the data, `read` and `write`.

use crate::{
    clock::Clock,
    db::{
        access_records::{self, AccessRecord},
        backend::{self, Database, DbConn},
        retry,
    },
    domain::actor::Actor,
    meters::{self, Meters},
    secrets::random,
    services::{Context, Error, Tx, unit_of_work::Aftermath},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Notify, Semaphore, oneshot};
use uuid::Uuid;

/// The product, ready to be served; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    context: Context,
    database: Database,
    clock: Clock,
    /// Writers wait here, asynchronously and in order, not on threads parked in the pool.
    writers: Semaphore,
    /// Computations wait here: each may take a core and 19 MiB.
    computers: Semaphore,
    /// Reads to be recorded with the next commit.
    accesses: Mutex<Vec<(AccessRecord, oneshot::Sender<bool>)>>,
    wake: Wake,
    meters: Meters,
    node: Uuid,
}

/// What background work is woken by.
#[derive(Debug, Default)]
pub struct Wake {
    /// Changes wait for their place in the chain.
    pub changes: Notify,
    /// Mail waits to be sent.
    pub mail: Notify,
}

impl App {
    /// Puts the parts together.
    pub fn new(context: Context, database: Database, clock: Clock) -> Self {
        let writers = Semaphore::new(database.max_writers());
        let computers = Semaphore::new(context.settings.server.workers as usize);
        Self(Arc::new(Inner {
            context,
            database,
            clock,
            writers,
            computers,
            accesses: Mutex::default(),
            wake: Wake::default(),
            meters: Meters::default(),
            node: Uuid::now_v7(),
        }))
    }

    /// Settings and keys.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The pools.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// What background work is woken by.
    pub fn wake(&self) -> &Wake {
        &self.0.wake
    }

    /// This process among the nodes that share the database: who holds a lease.
    pub fn node(&self) -> Uuid {
        self.0.node
    }

    /// What is measured.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The instant now.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// The day now, in the district's time zone.
    pub fn today(&self) -> NaiveDate {
        self.context().day_of(self.now())
    }

    /// Reads on a connection of its own, off the async threads.
    pub async fn read<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let app = self.clone();
        off_thread(move || {
            let mut connection = app.database().reader()?;
            app.meters().within(|| body(&mut connection))
        })
        .await
    }

    /// Reads off the async threads, all of it from the database as it was at the first look.
    pub async fn read_snapshot<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.read(move |connection| backend::snapshot(connection, body)).await
    }

    /// Runs a use case in one transaction with all that follows from it, commits, then wakes the jobs. When another transaction
    /// is in the way, everything is rolled back and the use case runs again from its beginning, at another instant: so ids and
    /// secrets are made within `body`, and it changes nothing outside of the transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        actor: Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (mut work, mut failed, started) = ((actor, body), 0, Instant::now());
        loop {
            let turn = self.writers_turn().await?;
            let app = self.clone();
            let (returned, result) = off_thread(move || {
                let result = app.attempt(&work.0, &work.1);
                Ok((work, result))
            })
            .await?;
            drop(turn);
            work = returned;
            match result {
                Ok((value, aftermath)) => {
                    self.notify(aftermath);
                    return Ok(value);
                }
                Err(error) => {
                    failed += 1;
                    tokio::time::sleep(self.pause(error, failed, started)?).await;
                }
            }
        }
    }

    /// The same on the calling thread, for the command line.
    pub fn write_now<T>(
        &self,
        actor: &Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<(T, Aftermath), Error> {
        let (mut failed, started) = (0, Instant::now());
        loop {
            match self.attempt(actor, &body) {
                Ok(done) => return Ok(done),
                Err(error) => {
                    failed += 1;
                    let pause = self.pause(error, failed, started)?;
                    #[allow(clippy::disallowed_methods, reason = "the thread is the caller's own")]
                    std::thread::sleep(pause);
                }
            }
        }
    }

    /// Runs a use case once.
    fn attempt<T>(
        &self,
        actor: &Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error>,
    ) -> Result<(T, Aftermath), Error> {
        let now = self.now();
        let mut connection = self.database().writer()?;
        self.meters().within(|| {
            backend::transaction(&mut connection, |connection| {
                let mut tx = Tx::new(connection, actor, now, self.context());
                let value = body(&mut tx)?;
                let aftermath = tx.finish()?;
                Ok((value, aftermath))
            })
        })
    }

    /// How long to wait before a transaction runs again that has failed so many times since an instant; the error, when it does
    /// not.
    fn pause(&self, error: Error, failed: u32, since: Instant) -> Result<Duration, Error> {
        let jitter = random::bytes().map_or(500, |bytes| u16::from_le_bytes(bytes) % 1001);
        let Some(pause) = retry::pause(failed, since.elapsed(), jitter).filter(|_| error.is_transient()) else {
            return Err(error);
        };
        tracing::info!(failed, %error, "another transaction was in the way, trying again");
        self.meters().within(|| metrics::counter!(meters::name::TRANSACTIONS_REPEATED).increment(1));
        Ok(pause)
    }

    /// Runs a piece of machinery that records no change (leases, the outbox, sessions) in one transaction.
    pub async fn maintain<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self.writers_turn().await?;
        let app = self.clone();
        off_thread(move || {
            let mut connection = app.database().writer()?;
            app.meters().within(|| backend::transaction(&mut connection, body))
        })
        .await
    }

    /// Records a read before its answer leaves. Concurrent readers share a commit: whoever's turn it is writes for all that
    /// wait.
    pub async fn record_access(&self, record: AccessRecord) -> Result<(), Error> {
        let (done, written) = oneshot::channel();
        self.waiting_accesses().push((record, done));
        {
            let _turn = self.writers_turn().await?;
            let batch = mem::take(&mut *self.waiting_accesses());
            if !batch.is_empty() {
                self.write_accesses(batch).await;
            }
        }
        match written.await {
            Ok(true) => Ok(()),
            _ => Err(Error::Internal("the read could not be recorded".to_owned())),
        }
    }

    async fn write_accesses(&self, batch: Vec<(AccessRecord, oneshot::Sender<bool>)>) {
        let (rows, waiting): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let app = self.clone();
        let result = off_thread(move || {
            let mut connection = app.database().writer()?;
            backend::transaction(&mut connection, |connection| {
                rows.chunks(500).try_for_each(|rows| access_records::insert(connection, rows).map(|_| ()))
            })
            .map_err(Error::Database)
        })
        .await;
        if let Err(error) = &result {
            tracing::error!(%error, "reads could not be recorded");
        }
        for done in waiting {
            // Whoever has gone away meanwhile gets no answer and needs none.
            let _ = done.send(result.is_ok());
        }
    }

    /// Computes something long, such as a password hash, off the async threads and without a connection; as many at once as
    /// there are workers.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = turn(&self.0.computers).await?;
        off_thread(work).await
    }

    fn waiting_accesses(&self) -> std::sync::MutexGuard<'_, Vec<(AccessRecord, oneshot::Sender<bool>)>> {
        self.0.accesses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn writers_turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Error> {
        turn(&self.0.writers).await
    }

    fn notify(&self, aftermath: Aftermath) {
        if aftermath.changes {
            self.wake().changes.notify_one();
        }
        if aftermath.mail {
            self.wake().mail.notify_one();
        }
    }
}

async fn turn(semaphore: &Semaphore) -> Result<tokio::sync::SemaphorePermit<'_>, Error> {
    semaphore.acquire().await.map_err(|_| Error::Internal("the product is stopping".to_owned()))
}

/// Runs blocking work on a thread made for it.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Internal(format!("a piece of work did not end: {error}"))),
    }
}
