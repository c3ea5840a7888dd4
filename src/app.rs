//! Composition: the pools, the clock and the context, and the only two ways to the data, `read` and `write`.

use crate::{
    clock::Clock,
    db::{
        backend::{self, Database, DbConn},
        records::{
            access_records::{self, AccessRecord},
            read_journal::ReadJournal,
        },
        retry,
    },
    domain::{people::actor::Actor, watch::followed::Followed},
    meters::{self, Meters},
    secrets::{head::Head, head_files::HeadFiles, random},
    services::{Context, Error, Read, Tx, unit_of_work::Aftermath, watch::follow_up},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{
    io, mem,
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
    /// Who puts reads on record waits here, apart from the writers of business rows.
    recorders: Semaphore,
    /// Reads that go on record together, with the next turn.
    reads: Mutex<Vec<WaitingReads>>,
    /// Where reads are durable before they are in their table, on SQLite.
    journal: Option<ReadJournal>,
    wake: Wake,
    heads: HeadFiles,
    meters: Meters,
    node: Uuid,
}

/// The reads of one answer, and who waits until they are on record.
type WaitingReads = (Vec<AccessRecord>, oneshot::Sender<Result<(), NotRecorded>>);

/// Why reads that shared a turn are not on record; each of the readers who waited is told.
#[derive(Debug, Clone, Copy)]
enum NotRecorded {
    /// The database was in the way: the same may succeed in a moment.
    Busy,
    /// Something should not have happened; the log says what.
    Failed,
}

impl NotRecorded {
    /// What a failed turn means to each of its readers.
    fn of(error: &Error) -> Self {
        if error.will_pass() { Self::Busy } else { Self::Failed }
    }
}

impl From<NotRecorded> for Error {
    fn from(reason: NotRecorded) -> Self {
        match reason {
            NotRecorded::Busy => Self::Busy,
            NotRecorded::Failed => Self::Internal("the read could not be recorded".to_owned()),
        }
    }
}

/// What background work is woken by.
#[derive(Debug, Default)]
pub struct Wake {
    /// Changes wait for their place in the chain.
    pub changes: Notify,
    /// Deliveries wait to be sent.
    pub deliveries: Notify,
}

impl App {
    /// Puts the parts together.
    pub fn new(context: Context, database: Database, clock: Clock) -> Self {
        let writers = Semaphore::new(database.max_writers());
        let computers = Semaphore::new(context.settings.server.workers as usize);
        let journal = ReadJournal::of(database.location());
        let heads = HeadFiles::open(&context.settings.server.data_dir, context.record.heads.clone());
        Self(Arc::new(Inner {
            context,
            database,
            clock,
            writers,
            computers,
            recorders: Semaphore::new(1),
            reads: Mutex::default(),
            journal,
            wake: Wake::default(),
            heads,
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

    /// The heads of the record that this machine saw and sent.
    pub fn heads(&self) -> &HeadFiles {
        &self.0.heads
    }

    /// The last head seen of each log of the record, to be compared with what the database holds now.
    pub fn heads_seen(&self) -> Vec<Head> {
        self.0.heads.seen()
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
            let connection = app.database().reader()?;
            app.meters().within(|| connection.run(body))
        })
        .await
    }

    /// Reads for the machinery, off the async threads, all of it from the database as it was at the first look. Nothing of it is
    /// shown to anybody.
    pub async fn read_snapshot<T: Send + 'static>(
        &self,
        body: impl FnOnce(&mut DbConn) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.read(move |connection| backend::snapshot(connection, body)).await
    }

    /// Reads as an actor, off the async threads, all of it from the database as it was at the first look. What goes on record
    /// is durable before this answers.
    pub async fn read_as<T: Send + 'static>(
        &self,
        actor: Actor,
        body: impl FnOnce(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let app = self.clone();
        let (value, notes) = self
            .read_snapshot(move |connection| {
                let mut read = Read::new(connection, &actor, app.now(), app.context());
                let value = body(&mut read)?;
                Ok((value, read.into_notes()))
            })
            .await?;
        self.record_reads(notes).await?;
        Ok(value)
    }

    /// Runs a use case in one transaction with all that follows from it, commits, then wakes the jobs. When another transaction
    /// is in the way, everything is rolled back and the use case runs again from its beginning, at another instant: so ids and
    /// secrets are made within `body`, and it changes nothing outside of the transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        actor: Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_then(actor, body, |_, value, _| Ok(value)).await
    }

    /// The same, with an answer that is made when all that follows from the use case is done: it can say what followed, and may
    /// keep itself on the connection of the transaction.
    pub async fn write_then<T, R: Send + 'static>(
        &self,
        actor: Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
        then: impl Fn(&mut DbConn, T, &Followed) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let (mut work, mut failed, started) = ((actor, body, then), 0, Instant::now());
        loop {
            let turn = self.writers_turn().await?;
            let app = self.clone();
            let (returned, result) = off_thread(move || {
                let result = app.attempt(&work.0, &work.1, &work.2);
                Ok((work, result))
            })
            .await?;
            drop(turn);
            work = returned;
            match result {
                Ok((value, aftermath)) => {
                    self.notify(&aftermath);
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
            match self.attempt(actor, &body, |_, value, _| Ok(value)) {
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
    fn attempt<T, R>(
        &self,
        actor: &Actor,
        body: impl Fn(&mut Tx<'_>) -> Result<T, Error>,
        then: impl Fn(&mut DbConn, T, &Followed) -> Result<R, Error>,
    ) -> Result<(R, Aftermath), Error> {
        let now = self.now();
        let connection = self.database().writer()?;
        let in_transaction = |connection: &mut DbConn| {
            let mut tx = Tx::new(&mut *connection, actor, now, self.context());
            let value = body(&mut tx)?;
            let aftermath = follow_up::finish(tx)?;
            let answer = then(connection, value, &aftermath.followed)?;
            Ok((answer, aftermath))
        };
        self.meters().within(|| connection.run(|connection| backend::transaction(connection, in_transaction)))
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
            let connection = app.database().writer()?;
            app.meters().within(|| connection.run(|connection| backend::transaction(connection, body)))
        })
        .await
    }

    /// Puts reads on record before their answer leaves. Readers that come together share one synchronisation of the disk or one
    /// commit; none waits for the writers of business rows.
    async fn record_reads(&self, records: Vec<AccessRecord>) -> Result<(), Error> {
        if records.is_empty() {
            return Ok(());
        }
        let (done, written) = oneshot::channel();
        self.waiting_reads().push((records, done));
        {
            let _turn = turn(&self.0.recorders).await?;
            let batch = mem::take(&mut *self.waiting_reads());
            if !batch.is_empty() {
                self.write_reads(batch).await;
            }
        }
        // A turn that ended without an answer was cut short; nothing is known of its reads.
        written.await.unwrap_or(Err(NotRecorded::Failed)).map_err(Error::from)
    }

    async fn write_reads(&self, batch: Vec<WaitingReads>) {
        let (records, waiting): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let records: Vec<AccessRecord> = records.into_iter().flatten().collect();
        let app = self.clone();
        let result = off_thread(move || {
            if let Some(journal) = &app.0.journal {
                return journal.append(&records).map_err(Error::internal);
            }
            let insert = |connection: &mut DbConn| access_records::insert(connection, &records);
            let connection = app.database().writer()?;
            connection.run(|connection| backend::transaction(connection, insert)).map_err(Error::Database)
        })
        .await;
        if let Err(error) = &result {
            tracing::error!(%error, "reads could not be recorded");
        }
        self.wake().changes.notify_one();
        let result = result.map_err(|error| NotRecorded::of(&error));
        for done in waiting {
            // A reader who has gone away meanwhile gets no answer and needs none.
            let _ = done.send(result);
        }
    }

    /// Moves reads from the journal into their table, where the logs are read and sealed.
    pub async fn store_reads(&self) -> Result<(), Error> {
        if !self.0.journal.as_ref().is_some_and(ReadJournal::is_waiting) {
            return Ok(());
        }
        let _turn = self.writers_turn().await?;
        let app = self.clone();
        off_thread(move || app.store_reads_now()).await
    }

    /// The same on the calling thread. Only the process that serves moves them: it appends to the journal too.
    pub fn store_reads_now(&self) -> Result<(), Error> {
        let Some(journal) = &self.0.journal else { return Ok(()) };
        let failed = |error: io::Error| Error::Internal(format!("the journal of reads: {error}"));
        let records = journal.to_move().map_err(failed)?;
        let mut connection = self.database().writer()?;
        backend::transaction(&mut connection, |connection| access_records::insert_missing(connection, records))
            .map_err(Error::Database)?;
        journal.moved().map_err(failed)
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

    fn waiting_reads(&self) -> std::sync::MutexGuard<'_, Vec<WaitingReads>> {
        self.0.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn writers_turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Error> {
        turn(&self.0.writers).await
    }

    fn notify(&self, aftermath: &Aftermath) {
        if aftermath.changes {
            self.wake().changes.notify_one();
        }
        if aftermath.deliveries {
            self.wake().deliveries.notify_one();
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
