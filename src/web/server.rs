//! The HTTP server: workers, TLS, and a stop that lets requests in flight finish.

use crate::{
    app::App,
    jobs::Jobs,
    web::{
        limits::Limits,
        middleware::{observe::observe, problems::problems},
        openapi::Document,
        routes, tls,
        unknown_names::UnknownNames,
    },
};
use actix_web::{
    HttpServer,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web::Data,
};
use serde_json::Value;
use std::{io, net::SocketAddr};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What all workers share.
#[derive(Clone)]
pub struct Shared {
    document: Data<Document>,
    limits: Data<Limits>,
    unknown_names: Data<UnknownNames>,
}

impl Shared {
    /// Nobody has sent anything yet.
    pub fn new(app: &App, describe: fn() -> Value) -> Self {
        Self {
            document: Data::new(Document::new(describe)),
            limits: Data::new(Limits::new(&app.context().settings.security)),
            unknown_names: Data::default(),
        }
    }
}

/// The application with every route and layer, as the server runs it and tests call it.
#[allow(clippy::needless_pass_by_value, reason = "a borrow would be part of the application's type")]
pub fn application(
    app: App,
    shared: &Shared,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    actix_web::App::new()
        .app_data(Data::new(app))
        .app_data(shared.limits.clone())
        .app_data(shared.unknown_names.clone())
        .configure(|config| routes::configure(config, &shared.document))
        .wrap(from_fn(problems))
        .wrap(from_fn(observe))
        .wrap(Compress::default())
}

/// Binds the server; it serves when [`run`], and its addresses are returned first.
pub fn bind(app: App) -> io::Result<(Server, Vec<SocketAddr>)> {
    let settings = &app.context().settings;
    let listen = settings.server.listen;
    let workers = settings.server.workers as usize;
    let blocking = settings.database.pool_size as usize;
    let tls = settings.tls().map(|files| tls::configuration(&files)).transpose()?;
    let shared = Shared::new(&app, routes::document);
    let server = HttpServer::new(move || application(app.clone(), &shared))
        .workers(workers)
        .worker_max_blocking_threads(blocking)
        .disable_signals()
        .shutdown_timeout(LAST_REQUESTS_SECONDS);
    let server = match tls {
        Some(tls) => server.bind_rustls_0_23(listen, tls)?,
        None => server.bind(listen)?,
    };
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// How long requests in flight may take when the server is told to stop.
const LAST_REQUESTS_SECONDS: u64 = 30;

/// Serves until SIGTERM or SIGINT, then accepts nothing new and lets what is in flight finish: first requests, then jobs,
/// since requests give jobs work. A second signal does not wait for requests.
pub async fn run(server: Server, jobs: Jobs) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let handle = server.handle();
    let mut serving = tokio::spawn(server);
    let ended = tokio::select! {
        ended = &mut serving => Some(ended),
        () = told(&mut terminate, &mut interrupt) => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        tracing::info!("stopping: what is in flight finishes");
        tokio::select! {
            () = handle.stop(true) => {}
            () = told(&mut terminate, &mut interrupt) => handle.stop(false).await,
        }
        serving.await
    };
    jobs.stop().await;
    tracing::info!("stopped");
    ended.map_err(io::Error::other)?
}

async fn told(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
