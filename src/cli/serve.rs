//! `serve`: starts the server and stops it without losing what is in flight.

use super::{console::Console, failure::Failure, help::Help, start, transport};
use crate::{
    app::App,
    jobs,
    mail::transport::{StepTimeouts, Transport},
    settings::Settings,
    texts::{Language, texts},
    web::server,
};
use std::{io, net::SocketAddr, sync::Arc};

pub(super) const HELP: Help = Help { about, details, arguments: &[], commands: &[] };

/// Serves until the process is asked to stop.
pub(super) fn run(console: Console, settings: Settings) -> Result<(), Failure> {
    let transport = transport::of(console.language, &settings, StepTimeouts::default()).map_err(Failure::failed)?;
    let (app, lock) = start::server(console.language, settings)?;
    let served = actix_web::rt::System::new().block_on(serve(console, app, transport));
    drop(lock);
    served
}

/// Serves a product that is ready.
async fn serve(console: Console, app: App, transport: Transport) -> Result<(), Failure> {
    let language = console.language;
    let listen = app.context().settings.server.listen;
    let is_tls = app.context().settings.tls().is_some();
    let (server, addresses) = server::bind(app.clone()).map_err(|error| not_bound(language, listen, &error))?;
    let jobs = jobs::spawn(app, Arc::new(transport)).await.map_err(|error| Failure::of(language, &error))?;
    for address in addresses {
        console.print(ready(language, if is_tls { "https" } else { "http" }, address));
    }
    server::run(server, jobs).await.map_err(|error| Failure::failed(stopped(language, &error.to_string())))
}

fn not_bound(language: Language, listen: SocketAddr, error: &io::Error) -> Failure {
    Failure::failed(match error.kind() {
        io::ErrorKind::AddrInUse => port_in_use(language, listen),
        io::ErrorKind::PermissionDenied => port_forbidden(language, listen),
        io::ErrorKind::AddrNotAvailable => no_such_address(language, listen),
        _ => cannot_listen(language, listen, &error.to_string()),
    })
}

texts! {
    about() { zh: "启动服务（API 和页面、预警、邮件）", en: "Start the server: API and pages, alerts, mail" }
    details() {
        zh: "首次启动时在数据目录中建库并生成密钥文件；升级后首次启动时升级数据库。
就绪后打印地址。收到 SIGTERM 或 Ctrl-C 时，办完手头的请求和邮件再退出。
未设置邮件服务器时，邮件写成数据目录下 mail/ 中的 .eml 文件。

示例：
  wellspring serve
  wellspring serve --listen 0.0.0.0:8080 --data-dir /var/lib/wellspring
  WELLSPRING_DATABASE_URL=postgres://wellspring@localhost/wellspring wellspring serve

服务运行时，其他命令（user、token、import 等）可以同时使用。",
        en: "The first start creates the database and the key file in the data directory; the first start after an upgrade brings the database up to date.
Prints its address when ready. On SIGTERM or Ctrl-C it finishes the requests and mails in hand, then ends.
Without a mail server, mails are written as .eml files to mail/ in the data directory.

Examples:
  wellspring serve
  wellspring serve --listen 0.0.0.0:8080 --data-dir /var/lib/wellspring
  WELLSPRING_DATABASE_URL=postgres://wellspring@localhost/wellspring wellspring serve

The other commands (user, token, import and so on) may be used while the server runs.",
    }
    ready(scheme: &str, address: SocketAddr) { zh: "Wellspring 已就绪：{scheme}://{address}", en: "Wellspring is ready: {scheme}://{address}" }
    port_in_use(address: SocketAddr) {
        zh: "地址 {address} 已被其他程序占用。请停止那个程序，或用设置项 listen 换一个端口。",
        en: "Another program uses the address {address}. Stop it, or choose another port with the setting listen.",
    }
    port_forbidden(address: SocketAddr) {
        zh: "无权监听 {address}。1024 以下的端口需要特权；请用设置项 listen 换一个端口，并在前面设置反向代理。",
        en: "This user may not listen on {address}. Ports below 1024 need privileges; choose another with the setting listen and put a reverse proxy in front of it.",
    }
    no_such_address(address: SocketAddr) {
        zh: "本机没有地址 {address}。请检查设置项 listen。",
        en: "This machine has no address {address}. Check the setting listen.",
    }
    cannot_listen(address: SocketAddr, reason: &str) {
        zh: "无法监听 {address}：{reason}。请检查设置项 listen、tls_certificate 和 tls_key。",
        en: "Cannot listen on {address}: {reason}. Check the settings listen, tls_certificate and tls_key.",
    }
    stopped(reason: &str) { zh: "服务意外停止：{reason}", en: "The server stopped: {reason}" }
}
