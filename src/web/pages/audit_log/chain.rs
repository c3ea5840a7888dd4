//! Where the chains of both logs stand, whether sealing goes on, and how they were found when they were verified last.

use super::row::to_the_second;
use crate::{
    domain::{people::role::Permission, text::hex},
    services::{
        Context,
        records::audit::{self, LogState},
    },
    texts::Explain,
    web::{
        api::audit_log::{
            ChainView,
            view::{LogNoteView, VerificationView},
        },
        pages::{
            format,
            reader::{Reader, page},
            shell::{Area, Shell},
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get};
use askama::Template;

/// More records than this that wait at once are more than a busy moment: the sealer takes a second or two.
const MANY_WAITING: i64 = 1_000;

crate::texts::texts! {
    /// The words of the page.
    ChainWords {
        title() { zh: "记录链状态", en: "State of the chain" }
        lead() { zh: "变更和查阅各成一条链。每条记录写入时用密钥校验，并带有前一条的校验值，改动、伪造、插入或删除任何一条都能被发现。密钥不在数据库里。", en: "Changes and reads are a chain each. A record is authenticated with a key when it is made and carries a hash of the one before it, so that altering, forging, adding or removing any of them shows. The key is not in the database." }
        sealed() { zh: "已入链", en: "In the chain" }
        unit() { zh: "条记录", en: "records" }
        unsealed() { zh: "等待入链", en: "Waiting for a place" }
        unsealed_ok() { zh: "入链正常", en: "Sealing keeps up" }
        unsealed_many() { zh: "积压较多：请管理员查看服务日志", en: "Many are waiting: ask the administrator to look at the service's log" }
        refused(count: &str) { zh: "其中至少 {count} 条不是由本系统写入的，或写入后被改动过，不予入链", en: "At least {count} of them were not made by this product or were altered since, and get no place" }
        keyed_from() { zh: "密钥校验", en: "Authenticated" }
        every_record() { zh: "全部记录", en: "every record" }
        since_place(place: &str) { zh: "自第 {place} 条起；此前由旧版本写入，只有链的保护", en: "from place {place} on; an older version made those before, which only the chain protects" }
        head_hash() { zh: "链首校验值", en: "Hash at the end of the chain" }
        head_hint() { zh: "抄下或打印保存，以后可以证明末尾没有被截掉。", en: "Written down or printed, it proves later that the end was not cut off." }
        last_sent() { zh: "最近发出的链首", en: "Last head that went out" }
        sent_until(place: &str, at: &str) { zh: "第 {place} 条，{at}", en: "place {place}, {at}" }
        sent_hint() { zh: "链首定期写入日志和文件，并邮件发给审计管理员。其后的记录若被截掉，要到下一次发出之后才能证明。", en: "Heads go out on a schedule: to the log, to a file, and by mail to the auditors. If records after the last one are cut off, only the next can prove it." }
        sent_never() { zh: "还没有发出过", en: "none yet" }
        stopped(log: &str, why: &str) { zh: "{log}记录已停止入链：{why}请保全数据库和备份，由管理员运行下面的命令核验，并向上级报告。", en: "Sealing of {log} has stopped: {why} Keep the database and its backups safe, have the administrator verify with the command below, and report it." }
        verified() { zh: "最近一次核验", en: "Verified last" }
        verified_at() { zh: "时间", en: "When" }
        verified_never() { zh: "从未核验", en: "never" }
        verified_whole(count: &str) { zh: "完整：{count} 条全部相符", en: "Whole: all {count} hold" }
        verified_broken(count: &str) { zh: "发现问题：只有前 {count} 条相符", en: "Broken: only the first {count} hold" }
        broken_strip() { zh: "最近一次核验发现记录被改动。请保全数据库和备份，并向上级报告。", en: "The last verification found that the record was tampered with. Keep the database and its backups safe and report it." }
        how() { zh: "如何核验", en: "How to verify" }
        how_text() { zh: "核验要从头读完全部记录，不在页面上进行。请管理员在服务器上运行下面的命令，结果会记入日志并显示在这里：", en: "Verifying reads the record from its beginning and is not done on a page. On the server the administrator runs the command below; its result is recorded and shown here:" }
    }
}

/// One log as it stands.
struct LogPanel {
    name: &'static str,
    sealed: String,
    unsealed: String,
    many: bool,
    refused: Option<String>,
    keyed: Option<String>,
    hash: Option<String>,
    stopped: Option<String>,
    last_sent: Option<String>,
}

/// How one log was found when it was verified last.
struct Found {
    name: &'static str,
    whole: bool,
    text: String,
    hash: String,
}

/// The last verification.
struct Verified {
    at: String,
    whole: bool,
    logs: Vec<Found>,
}

#[derive(Template)]
#[template(path = "pages/audit_log/chain.html")]
struct ChainPage {
    shell: Shell,
    t: ChainWords,
    logs: Vec<LogPanel>,
    verified: Option<Verified>,
}

impl ChainPage {
    fn is_broken(&self) -> bool {
        self.verified.as_ref().is_some_and(|verified| !verified.whole)
    }
}

impl LogPanel {
    fn of(state: &LogState, context: &Context, t: ChainWords) -> Self {
        let name = state.log.text(t.0);
        let keyed = state.keyed_from.map(|from| match from {
            1 => t.every_record(),
            from => t.since_place(&format::count(from)),
        });
        Self {
            name,
            sealed: format::count(state.position),
            unsealed: format::count(state.waiting),
            many: state.waiting > MANY_WAITING,
            refused: (state.refused > 0).then(|| t.refused(&state.refused.to_string())),
            keyed,
            hash: state.hash.as_deref().map(hex),
            last_sent: state
                .last_sent
                .map(|head| t.sent_until(&format::count(head.position), &to_the_second(context, head.at))),
            stopped: state.trouble.as_ref().map(|trouble| t.stopped(name, &trouble.text(t.0))),
        }
    }
}

impl Verified {
    fn of(view: VerificationView, reader: &Reader, t: ChainWords) -> Self {
        let found = |note: LogNoteView| {
            let checked = format::count(note.checked);
            let text = if note.whole { t.verified_whole(&checked) } else { t.verified_broken(&checked) };
            Found { name: note.log.text(t.0), whole: note.whole, text, hash: note.chain_hash }
        };
        Self {
            at: to_the_second(reader.app.context(), view.at),
            whole: view.whole,
            logs: view.logs.into_iter().map(found).collect(),
        }
    }
}

/// The state of the chain.
#[get("/audit-log/chain")]
pub(crate) async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReadLogs)?;
    let seen = reader.app.heads_seen();
    let ((states, last), shell) = reader.read_page(Area::AuditLog, move |read| audit::look(read, &seen)).await?;
    let t = ChainWords(shell.language);
    let last = ChainView::of(&states, last).last_verification;
    page(&ChainPage {
        t,
        logs: states.iter().map(|state| LogPanel::of(state, reader.app.context(), t)).collect(),
        verified: last.map(|view| Verified::of(view, &reader, t)),
        shell,
    })
}
