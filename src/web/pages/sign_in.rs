//! Signing in and out.

use super::{
    display::Display,
    form::{Form, SentForm},
    gate::{own_address, see_other},
    reader::{Reader, page, page_with},
    shell::{Area, Shell},
};
use crate::{
    app::App,
    services::{Error, people::sessions},
    web::{
        middleware::authenticate::require_own_page,
        problem::Problem,
        sign_in::{Credentials, removal_cookie, session_cookie, sign_in},
        unknown_names::UnknownNames,
    },
};
use actix_web::{HttpRequest, HttpResponse, ResponseError, get, post, web::Data};
use askama::Template;

crate::texts::texts! {
    /// The words of the door.
    DoorWords {
        title() { zh: "登录", en: "Sign in" }
        subtitle() { zh: "税源服务与预警", en: "Tax-source registry and early warning" }
        refused() { zh: "没有登录", en: "Not signed in" }
        returning() { zh: "请先登录。登录后返回刚才的页面，填写的内容会保留。", en: "Please sign in. You will return to your page; what you typed is kept." }
        username() { zh: "用户名", en: "User name" }
        password() { zh: "密码", en: "Password" }
        totp() { zh: "验证码", en: "Code" }
        totp_hint() { zh: "开启了两步验证的账号填写", en: "if your second factor is on" }
        enter() { zh: "登录", en: "Sign in" }
        help() { zh: "忘记密码或账号被锁定，请联系本单位的安全管理员。", en: "Forgotten the password, or the account is locked? Ask your security administrator." }
    }
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    shell: Shell,
    t: DoorWords,
    refusal: Option<String>,
    username: String,
    return_to: String,
}

impl SignInPage {
    fn new(request: &HttpRequest) -> Self {
        let shell = Shell::at_the_door(request, Display::of(request));
        let t = DoorWords(shell.language);
        Self { shell, t, refusal: None, username: String::new(), return_to: String::new() }
    }
}

/// Where everybody begins.
#[get("/")]
pub(crate) async fn home(reader: Reader) -> HttpResponse {
    see_other(Area::first_of(&reader.actor).href())
}

/// The door.
#[get("/sign-in")]
pub(crate) async fn show(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut door = SignInPage::new(&request);
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let return_to = pairs.find(|(name, _)| name == "return_to").map(|(_, value)| value.into_owned());
    door.return_to = return_to.filter(|address| own_address(address).is_some()).unwrap_or_default();
    page(&door)
}

/// Signs in and goes to where one was.
#[post("/sign-in")]
pub(crate) async fn enter(
    app: Data<App>,
    unknown: Data<UnknownNames>,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    require_own_page(&app, &request)?;
    let username = form.typed("username").trim().to_owned();
    let given = Credentials {
        username: username.clone(),
        password: form.typed("password").to_owned(),
        totp: form.text("totp").map(str::to_owned),
    };
    match sign_in(&app, &unknown, &request, given).await {
        Ok(session) => {
            let address = own_address(form.typed("return_to")).unwrap_or("/");
            let mut response = see_other(address);
            response.add_cookie(&session_cookie(&app, session.token.expose())).map_err(Error::internal)?;
            Ok(response)
        }
        Err(problem) => {
            let mut door = SignInPage::new(&request);
            door.refusal = Some(said(&problem, &door.shell));
            door.username = username;
            own_address(form.typed("return_to")).unwrap_or_default().clone_into(&mut door.return_to);
            page_with(problem.status_code(), &door)
        }
    }
}

fn said(problem: &Problem, shell: &Shell) -> String {
    match problem {
        Problem::UseCase(Error::Unauthenticated(reason)) => reason.text(shell.language),
        _ => problem.body(shell.language, "").detail,
    }
}

/// Signs out.
#[post("/sign-out")]
pub(crate) async fn leave(sent: SentForm) -> Result<HttpResponse, Problem> {
    sent.reader.write(sessions::sign_out).await?;
    let mut response = see_other("/sign-in");
    response.add_cookie(&removal_cookie(&sent.reader.app)).map_err(Error::internal)?;
    Ok(response)
}
