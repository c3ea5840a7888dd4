//! Reporting a signal about an enterprise by hand, and withdrawing one that was a mistake.

use super::form::{FormPage, comes_back};
use crate::{
    domain::{
        fieldwork::signal::SignalKind,
        ids::SignalId,
        lengths::{REASON_MAX, SOURCE_MAX},
        people::role::Permission,
        registry::enterprise::EnterpriseReference,
    },
    services::{
        Error,
        fieldwork::signals::{
            self, NewSignal,
            draft::{DETAIL_MAX, REFERENCE_MAX},
        },
        registry::enterprises,
    },
    web::{
        extract::{Id, Ids},
        pages::{
            choice::Choice,
            field::{Field, Group},
            followed,
            form::{Form, SentForm},
            gate::see_other,
            once::once_followed,
            reader::Reader,
            shell::Area,
            typed::Typed,
        },
        problem::Problem,
    },
};
use actix_web::{HttpResponse, get, post};

crate::texts::texts! {
    /// The words of the forms.
    SignalWords {
        report() { zh: "上报线索", en: "Report a signal" }
        report_intro() { zh: "请如实填写看到或收到的情况。上报后系统重新评估风险，需要时通知专班；线索只用于及时服务，不影响企业办理任何手续。", en: "Describe what was seen or received. The risk is assessed again and the team is told where needed. A signal only helps to serve the enterprise in time; it delays no procedure." }
        kind() { zh: "线索", en: "Signal" }
        choose() { zh: "请选择", en: "Choose" }
        hard() { zh: "确凿线索：表明已经开始外迁", en: "Hard: the move has started" }
        soft() { zh: "一般线索：值得关注", en: "Soft: worth watching" }
        occurred() { zh: "发生日期", en: "Happened on" }
        source() { zh: "来源", en: "Source" }
        source_hint() { zh: "不填则为您本人。", en: "Yourself, if left empty." }
        reference() { zh: "来源编号", en: "Reference" }
        reference_hint() { zh: "如文书编号；同一来源同一编号只记一次。", en: "Such as a document number. The same number of the same source counts once." }
        detail() { zh: "详细情况", en: "Details" }
        send() { zh: "上报", en: "Report" }
        withdraw() { zh: "撤回线索", en: "Withdraw a signal" }
        withdraw_button() { zh: "撤回", en: "Withdraw" }
        about(kind: &str, day: impl std::fmt::Display) { zh: "{day} {kind}", en: "{kind}, {day}" }
        withdraw_intro(what: &str) { zh: "“{what}”撤回后不再计入风险，记录和撤回原因都会保留，收到过通知的人会收到更正。撤回后不能恢复。", en: "“{what}” will no longer count. It stays on record with your reason, and people who were mailed get a correction. A withdrawal cannot be undone." }
        reason() { zh: "撤回原因", en: "Reason" }
        reason_hint() { zh: "会写入发给同事的更正。", en: "Colleagues read it in the correction." }
    }
}

async fn creation(reader: &Reader, reference: EnterpriseReference) -> Result<FormPage, Problem> {
    let (row, shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| enterprises::find(connection, actor, &reference))
        .await?;
    let t = SignalWords(shell.language);
    let kinds = |hard: bool| {
        let kinds = SignalKind::ALL.iter().filter(move |kind| kind.is_hard() == hard);
        kinds.map(|kind| Choice::of(*kind, t.0)).collect()
    };
    let groups = vec![
        Group { name: None, choices: vec![Choice::new("", t.choose())] },
        Group { name: Some(t.hard()), choices: kinds(true) },
        Group { name: Some(t.soft()), choices: kinds(false) },
    ];
    let fields = vec![
        Field::grouped("kind", t.kind(), groups).required().wide(),
        Field::day("occurred_on", t.occurred(), reader.app.today()).required(),
        Field::line("source", t.source(), SOURCE_MAX).hint(t.source_hint()),
        Field::line("reference", t.reference(), REFERENCE_MAX).wide().hint(t.reference_hint()),
        Field::text("detail", t.detail(), DETAIL_MAX),
    ];
    let action = format!("/enterprises/{}/signals/new", row.id);
    let form = FormPage::new(shell, t.report(), action, fields).of_enterprise(row.id, row.name, "signals");
    Ok(FormPage { intro: Some(t.report_intro()), submit: t.send(), ..form })
}

/// The form for a signal.
#[get("/enterprises/{id}/signals/new")]
pub(crate) async fn blank(reader: Reader, Id(reference): Id<EnterpriseReference>) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReportSignals)?;
    let today = reader.app.today().to_string();
    creation(&reader, reference).await?.blank(&Form::filled([("occurred_on", today)]))
}

fn typed(enterprise: EnterpriseReference, form: &Form) -> Result<NewSignal, Error> {
    let mut typed = Typed::creation(form);
    let (kind, day) = (typed.code("kind"), typed.day("occurred_on"));
    let (kind, occurred_on) = (typed.must("kind", kind), typed.must("occurred_on", day));
    let (source, reference, detail) = (typed.text("source"), typed.text("reference"), typed.text("detail"));
    typed.check()?;
    let (Some(kind), Some(occurred_on)) = (kind, occurred_on) else { return Err(Error::NotFound) };
    let (source, reference, detail) = (source.value(), reference.value(), detail.value());
    Ok(NewSignal { enterprise_id: enterprise, kind, occurred_on, source, reference, detail })
}

/// Reports a signal, once however often the form is sent.
#[post("/enterprises/{id}/signals/new")]
pub(crate) async fn report(
    SentForm { reader, form }: SentForm,
    Id(reference): Id<EnterpriseReference>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReportSignals)?;
    let (sent, named) = (form.clone(), reference.clone());
    let reported = once_followed(&reader, &form, move |tx| {
        let enterprise = enterprises::find(tx.conn, tx.actor, &named)?.id;
        let signal = signals::report(tx, typed(named.clone(), &sent)?)?.into_signal();
        Ok(format!("/enterprises/{enterprise}#signal-{}", signal.id))
    });
    match reported.await {
        Ok(address) => Ok(see_other(&address)),
        Err(problem) if comes_back(&problem) => creation(&reader, reference).await?.refused(&form, problem, None),
        Err(problem) => Err(problem),
    }
}

/// The form for the withdrawal of a signal about an enterprise.
async fn withdrawal(reader: &Reader, reference: EnterpriseReference, id: SignalId) -> Result<FormPage, Problem> {
    let ((row, signal), shell) = reader
        .read_framed(Area::Enterprises, move |connection, actor| {
            let row = enterprises::find(connection, actor, &reference)?;
            let signal = signals::find(connection, actor, id)?;
            if signal.enterprise_id == Some(row.id) { Ok((row, signal)) } else { Err(Error::NotFound) }
        })
        .await?;
    let t = SignalWords(shell.language);
    let what = t.about(signal.kind.text(t.0), signal.occurred_on);
    let fields = vec![Field::text("reason", t.reason(), REASON_MAX).required().hint(t.reason_hint())];
    let action = format!("/enterprises/{}/signals/{id}/withdraw", row.id);
    let form = FormPage::new(shell, t.withdraw(), action, fields).of_enterprise(row.id, row.name, "signals");
    Ok(FormPage { intro: Some(t.withdraw_intro(&what)), submit: t.withdraw_button(), ..form })
}

/// The form that asks why a signal was a mistake.
#[get("/enterprises/{id}/signals/{signal_id}/withdraw")]
pub(crate) async fn ask_why(
    reader: Reader,
    Ids(reference, id): Ids<EnterpriseReference, SignalId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReportSignals)?;
    withdrawal(&reader, reference, id).await?.blank(&Form::default())
}

/// Withdraws a signal.
#[post("/enterprises/{id}/signals/{signal_id}/withdraw")]
pub(crate) async fn withdraw(
    SentForm { reader, form }: SentForm,
    Ids(reference, id): Ids<EnterpriseReference, SignalId>,
) -> Result<HttpResponse, Problem> {
    reader.require(Permission::ReportSignals)?;
    let page = withdrawal(&reader, reference, id).await?;
    let reason = form.typed("reason").to_owned();
    match reader.write_followed(move |tx| signals::withdraw(tx, id, &reason)).await {
        Ok((_, followed)) => Ok(see_other(&followed::address(&page.cancel, &followed, &reader.actor))),
        Err(problem) => page.refused(&form, problem, None),
    }
}
