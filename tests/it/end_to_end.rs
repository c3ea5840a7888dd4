//! The main job from end to end, through the built program alone: a list is imported, an enterprise gets its team, a steward is told
//! that the firm is moving, the right people have the mail, the leader acknowledges, and everything is in the record.

use crate::support::{
    both::{apply, both_databases},
    enterprise::uscc,
    installation::{Client, Installation, eventually},
    sheets::{rows, xlsx},
    smtp_sink::SmtpSink,
};
use serde_json::{Value, json};
use std::fs;

const MAILED: [&str; 3] = ["li.wei@xinghe.test", "wang.fang@xinghe.test", "zhang.min@xinghe.test"];

/// A district with the people of one team, an auditor, and a list of enterprises imported.
fn founded(installation: &Installation) -> String {
    installation.found_district();
    installation.add_user("zhang.min", "leader", "星河区");
    installation.add_user("wang.fang", "chief_steward", "星湖街道");
    installation.add_user("li.wei", "steward", "星湖街道");
    installation.add_user("shen.ji", "auditor", "星河区");
    let code = uscc().to_string();
    let list = rows(&[
        "税号|纳税人名称|注册地址|所属街道",
        &format!("{code}|星河科技有限公司|江南省临川市星河区甲路1号|星湖街道"),
    ]);
    let file = installation.file("税源清单.xlsx", &xlsx(&list));
    let origin = ["--source", "街道台账", "--legal-basis", "税收征管法第五条", "--data-date", "2026-01-31"];
    installation.run(&[&["import", "enterprises", &file][..], &origin].concat()).expect(0);
    code
}

fn id_of(client: &Client) -> Value {
    let (status, me) = client.get("/api/v1/me");
    assert_eq!(status, 200, "{me}");
    me["id"].clone()
}

/// Team, visit, alert, acknowledgement; gives the alert.
fn walk(installation: &Installation, code: &str, mailed: impl Fn() -> Vec<String>) {
    let served = installation.serve();
    let [leader, chief, steward] = ["zhang.min", "wang.fang", "li.wei"].map(|name| served.sign_in(name));
    let enterprise = format!("/api/v1/enterprises/uscc:{code}");
    let (status, known) = leader.get(&enterprise);
    assert_eq!(status, 200, "{known}");
    let team = json!({"leader_id": id_of(&leader), "chief_steward_id": id_of(&chief), "steward_id": id_of(&steward)});
    let (status, team) = leader.put(&format!("{enterprise}/team"), team);
    assert!(matches!(status, 200 | 201), "{status} {team}");

    let visit = json!({
        "enterprise_id": known["id"], "visited_on": known["created_at"].as_str().unwrap()[..10],
        "channel": "on_site", "summary": "负责人说正在办理迁出", "relocation_intent": "moving",
    });
    let (status, visit) = steward.post("/api/v1/visits", visit);
    assert_eq!(status, 201, "{visit}");
    eventually("the mails", || (mailed() == MAILED).then_some(()));

    let (_, alerts) = leader.get("/api/v1/alerts?state=open");
    let alert = &alerts["items"][0];
    assert_eq!(
        (alert["level"].as_str(), alert["enterprise_id"].as_str()),
        (Some("red"), known["id"].as_str()),
        "{alerts}"
    );
    let (status, answer) =
        leader.post(&format!("/api/v1/alerts/{}/acknowledge", alert["id"].as_str().unwrap()), json!({}));
    assert!(matches!(status, 200 | 201), "{status} {answer}");
    let (_, acknowledged) = leader.get(&format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap()));
    assert_eq!(acknowledged["state"], "acknowledged", "{acknowledged}");

    assert_eq!(leader.get("/api/v1/audit-log").0, 403);
    let (status, log) = served.sign_in("shen.ji").get("/api/v1/audit-log?limit=200");
    assert_eq!(status, 200, "{log}");
    let log = log.to_string();
    for recorded in ["imported", "assigned", "\"visit\"", "opened", "acknowledged"] {
        assert!(log.contains(recorded), "{recorded} is not in the log: {log}");
    }
    drop(served);
    let audit = installation.run(&["check", "--audit"]).expect(0).out;
    assert!(audit.contains("changes hold"), "{audit}");
}

#[apply(both_databases)]
async fn from_a_list_to_an_acknowledged_alert_with_mails_in_files(installation: Installation) {
    let code = founded(&installation);
    let mailed = || {
        let files = fs::read_dir(installation.data("mail")).into_iter().flatten();
        let mut to: Vec<String> = files
            .filter_map(|file| fs::read_to_string(file.unwrap().path()).ok())
            .filter_map(|mail| mail.lines().find(|line| line.starts_with("To:")).map(str::to_owned))
            .filter_map(|line| {
                MAILED.iter().find(|address| line.contains(**address)).map(|address| (*address).to_owned())
            })
            .collect();
        to.sort();
        to
    };
    walk(&installation, &code, mailed);
}

#[apply(both_databases)]
async fn from_a_list_to_an_acknowledged_alert_with_mails_by_smtp(mut installation: Installation) {
    let sink = SmtpSink::start().unwrap();
    installation.set("WELLSPRING_SMTP_URL", &format!("smtp://127.0.0.1:{}?starttls=none", sink.port()));
    let code = founded(&installation);
    let mailed = || {
        let mut to: Vec<String> = sink.received().into_iter().flat_map(|mail| mail.recipients).collect();
        // The auditor has the heads of the record, whenever they go out.
        to.retain(|address| address != "shen.ji@xinghe.test");
        to.sort();
        to
    };
    walk(&installation, &code, mailed);
}
