//! The HTTP server: workers, TLS, and a stop that lets what is in flight finish.

use crate::{
    app::App,
    web::{middleware::problems::problems, routes},
};
use actix_web::{
    HttpServer,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web::Data,
};
use std::{io, net::SocketAddr};

/// The application with every route and layer, as the server runs it and tests call it.
pub fn application(
    app: App,
    document: Data<utoipa::openapi::OpenApi>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    actix_web::App::new()
        .app_data(Data::new(app))
        .configure(|config| routes::configure(config, &document))
        .wrap(from_fn(problems))
        .wrap(Compress::default())
}

/// Binds the server; it runs when awaited, and its addresses are returned first.
pub fn bind(app: App) -> io::Result<(Server, Vec<SocketAddr>)> {
    let settings = &app.context().settings;
    let listen = settings.server.listen;
    let workers = settings.server.workers as usize;
    let blocking = settings.database.pool_size as usize;
    let document = Data::new(routes::document());
    let server = HttpServer::new(move || application(app.clone(), document.clone()))
        .workers(workers)
        .worker_max_blocking_threads(blocking)
        .shutdown_timeout(30);
    let server = server.bind(listen)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}
