//! A browser without a screen: it keeps the session, follows no redirect, and sends what the page's forms would send.

use super::{
    app::{Answer, EmptyApp, TestApp},
    caller::Caller,
};
use actix_web::test::TestRequest;
use wellspring::domain::ids::UserId;

/// Somebody at a browser.
pub struct Browser {
    caller: Caller,
    cookie: Option<String>,
}

impl TestApp {
    /// The browser of somebody who is signed in.
    pub fn browser(&self, user: UserId) -> Browser {
        let caller = self.sign_in(user);
        let token = caller.token().unwrap();
        Browser { caller: self.anonymous(), cookie: Some(format!("__Host-wellspring={token}")) }
    }

    /// The browser of a stranger.
    pub fn stranger(&self) -> Browser {
        Browser { caller: self.anonymous(), cookie: None }
    }
}

impl EmptyApp {
    /// The browser of somebody who has a session already.
    pub fn browser(&self, token: &str) -> Browser {
        Browser { caller: self.anonymous(), cookie: Some(format!("__Host-wellspring={token}")) }
    }
}

impl Browser {
    /// The same in English, as the switch of language would have it.
    pub fn in_english(self) -> Self {
        let language = "wellspring-language=en";
        let cookie = self.cookie.map_or_else(|| language.to_owned(), |cookie| format!("{cookie}; {language}"));
        Self { cookie: Some(cookie), ..self }
    }

    fn prepared(&self, request: TestRequest) -> TestRequest {
        let request = request.insert_header(("accept", "text/html")).insert_header(("sec-fetch-site", "same-origin"));
        match &self.cookie {
            Some(cookie) => request.insert_header(("cookie", cookie.as_str())),
            None => request,
        }
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Answer {
        self.caller.send(self.prepared(TestRequest::get().uri(path))).await
    }

    /// Opens a page that there is.
    pub async fn page(&self, path: &str) -> String {
        self.open(path).await.expect(200).html()
    }

    /// Sends a form of a page: its proof is taken from `page`, its fields are given.
    pub async fn send(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let proof = self.proof(page).await;
        let mut fields = fields.to_vec();
        fields.push(("csrf", &proof));
        self.send_raw(action, &fields).await
    }

    async fn proof(&self, page: &str) -> String {
        let html = self.page(page).await;
        html.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
    }

    /// Sends a form of a page with a file: the name of its field, its own name and its content.
    pub async fn send_file(
        &self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Answer {
        const BOUNDARY: &str = "----boundary7f1c";
        let proof = self.proof(page).await;
        let (field, name, content) = file;
        let mut body = Vec::new();
        for (name, value) in fields.iter().copied().chain([("csrf", proof.as_str())]) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = TestRequest::post().uri(action).set_payload(body);
        let request = request.insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")));
        self.caller.send(self.prepared(request)).await
    }

    /// Sends fields as they are.
    pub async fn send_raw(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = TestRequest::post().uri(action).set_payload(body);
        let request = request.insert_header(("content-type", "application/x-www-form-urlencoded"));
        self.caller.send(self.prepared(request)).await
    }
}

impl Answer {
    /// The body as a page.
    #[track_caller]
    pub fn html(&self) -> String {
        assert_eq!(self.header("content-type"), Some("text/html; charset=utf-8"));
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// Where a redirect leads.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", String::from_utf8_lossy(&self.body));
        self.header("location").unwrap()
    }
}
