//! One conversation with a sender, command by command.

use super::{Fault, Received, Shared, SinkStage, SinkTls};
use std::{io, sync::Arc, time::Instant};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// Longest message the sink takes in.
const MESSAGE_LENGTH: u64 = 10 * 1024 * 1024;

/// Talks until either side ends it.
pub(super) async fn converse(stream: TcpStream, shared: Arc<Shared>, number: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let is_implicit = shared.options.tls == SinkTls::Implicit;
    let stream: Box<dyn Stream> =
        if is_implicit { Box::new(shared.acceptor.accept(stream).await?) } else { Box::new(stream) };
    let mut conversation = Conversation::new(stream, shared, number, is_implicit);
    conversation.reply(SinkStage::Greeting, "220 sink.test ESMTP").await?;
    while let Some(line) = conversation.line().await? {
        if conversation.obey(&line).await? == Next::End {
            break;
        }
    }
    Ok(())
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    End,
}

struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    number: usize,
    is_encrypted: bool,
    user: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
}

impl Conversation {
    fn new(stream: Box<dyn Stream>, shared: Arc<Shared>, number: usize, is_encrypted: bool) -> Self {
        let stream = BufReader::new(stream);
        Self { stream, shared, number, is_encrypted, user: None, sender: None, recipients: Vec::new() }
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let length = self.stream.read_line(&mut line).await?;
        Ok((length > 0).then(|| line.trim_end().to_owned()))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        let lines = text.replace('\n', "\r\n");
        self.stream.write_all(format!("{lines}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// Says the usual answer unless a fault strikes; returns whether the usual answer was given.
    async fn reply(&mut self, stage: SinkStage, usual: &str) -> io::Result<bool> {
        match self.shared.fault(stage, self.number, &self.recipients) {
            None => self.say(usual).await?,
            Some(Fault::Delay(wait)) => {
                tokio::time::sleep(wait).await;
                self.say(usual).await?;
            }
            Some(Fault::Answer(answer)) => {
                self.say(&answer).await?;
                return Ok(false);
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Cut | Fault::LoseAnswer) => return Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Fault::CutAfterAnswer) => {
                self.say(usual).await?;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        Ok(true)
    }

    async fn obey(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => drop(self.reply(SinkStage::Hello, &self.capabilities()).await?),
            "STARTTLS" if self.offers_start_tls() => self.start_tls().await?,
            "AUTH" if self.shared.options.credentials.is_some() => self.authenticate(rest).await?,
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.recipient(rest).await?,
            "DATA" => self.data().await?,
            "RSET" => {
                self.forget();
                self.reply(SinkStage::Reset, "250 2.0.0 Ok").await?;
            }
            "NOOP" => self.say("250 2.0.0 Ok").await?,
            "QUIT" => {
                self.say("221 2.0.0 Bye").await?;
                return Ok(Next::End);
            }
            _ => self.say("502 5.5.2 Command not recognised").await?,
        }
        Ok(Next::Continue)
    }

    fn offers_start_tls(&self) -> bool {
        self.shared.options.tls == SinkTls::StartTls && !self.is_encrypted
    }

    fn capabilities(&self) -> String {
        let mut lines = vec!["250-sink.test", "250-8BITMIME"];
        if self.offers_start_tls() {
            lines.push("250-STARTTLS");
        }
        if self.shared.options.credentials.is_some() {
            lines.push("250-AUTH PLAIN LOGIN");
        }
        lines.push("250 ENHANCEDSTATUSCODES");
        lines.join("\n")
    }

    async fn start_tls(&mut self) -> io::Result<()> {
        if !self.reply(SinkStage::StartTls, "220 2.0.0 Ready").await? {
            return Ok(());
        }
        let plain = std::mem::replace(&mut self.stream, BufReader::new(Box::new(tokio::io::empty())));
        // Anything sent in plain text behind STARTTLS is dropped with the buffer (RFC 3207, 6).
        let encrypted = self.shared.acceptor.accept(plain.into_inner()).await?;
        self.stream = BufReader::new(Box::new(encrypted));
        self.is_encrypted = true;
        Ok(())
    }

    async fn authenticate(&mut self, rest: &str) -> io::Result<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let presented = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let response = if initial.is_empty() { self.challenge("").await? } else { decode(initial) };
                let mut parts = response.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                let user = if initial.is_empty() { self.challenge("VXNlcm5hbWU6").await? } else { decode(initial) };
                Some((user, self.challenge("UGFzc3dvcmQ6").await?))
            }
            _ => return self.say("504 5.5.4 Mechanism not supported").await,
        };
        if presented.is_none() || presented != self.shared.options.credentials {
            return self.say("535 5.7.8 Authentication failed").await;
        }
        if self.reply(SinkStage::Auth, "235 2.7.0 Authenticated").await? {
            self.user = presented.map(|(user, _)| user);
        }
        Ok(())
    }

    async fn challenge(&mut self, challenge: &str) -> io::Result<String> {
        self.say(&format!("334 {challenge}")).await?;
        Ok(decode(&self.line().await?.unwrap_or_default()))
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if self.shared.options.credentials.is_some() && self.user.is_none() {
            return self.say("530 5.7.0 Authentication required").await;
        }
        if self.sender.is_some() {
            return self.say("503 5.5.1 Nested MAIL command").await;
        }
        if self.reply(SinkStage::Mail, "250 2.1.0 Ok").await? {
            self.sender = Some(address(rest));
        }
        Ok(())
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        if self.sender.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        self.recipients.push(address(rest));
        if !self.reply(SinkStage::Recipient, "250 2.1.5 Ok").await? {
            self.recipients.pop();
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.recipients.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        if !self.reply(SinkStage::Data, "354 End data with <CR><LF>.<CR><LF>").await? {
            return Ok(());
        }
        let raw = self.content().await?;
        self.accept(raw).await
    }

    /// Reads up to the final dot and undoes doubled dots.
    async fn content(&mut self) -> io::Result<Vec<u8>> {
        let mut raw = Vec::new();
        loop {
            let mut line = Vec::new();
            let length = (&mut self.stream).take(MESSAGE_LENGTH).read_until(b'\n', &mut line).await?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.strip_prefix(b".") {
                Some(b"\r\n") => return Ok(raw),
                Some(rest) => raw.extend_from_slice(rest),
                None => raw.extend_from_slice(&line),
            }
        }
    }

    /// Keeps the message before the answer is given, as servers do.
    async fn accept(&mut self, raw: Vec<u8>) -> io::Result<()> {
        let fault = self.shared.fault(SinkStage::Message, self.number, &self.recipients);
        match &fault {
            Some(Fault::Cut) => return Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Answer(answer)) => {
                self.forget();
                return self.say(answer).await;
            }
            Some(Fault::Delay(wait)) => tokio::time::sleep(*wait).await,
            Some(Fault::LoseAnswer | Fault::CutAfterAnswer) | None => {}
        }
        let count = self.keep(raw);
        if fault == Some(Fault::LoseAnswer) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.say(&format!("250 2.0.0 Ok: queued as {count}")).await?;
        if fault == Some(Fault::CutAfterAnswer) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    fn keep(&mut self, raw: Vec<u8>) -> usize {
        let message = Received {
            sender: self.sender.take().unwrap_or_default(),
            recipients: std::mem::take(&mut self.recipients),
            raw,
            accepted_at: Instant::now(),
            user: self.user.clone(),
            is_encrypted: self.is_encrypted,
            connection: self.number,
        };
        let mut state = self.shared.state();
        state.received.push(message);
        state.received.len()
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }
}

/// The address between angle brackets.
fn address(text: &str) -> String {
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(text, |(address, _)| address).to_owned()
}

/// Base64 to text; nothing when it is neither.
fn decode(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
