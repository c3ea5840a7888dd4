//! Tests of the settings as a whole: layers, errors, contradictions and what is printed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::{
    domain::{people::password::PasswordProfile, watch::level::Level},
    texts::Explain,
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn sources(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
    let file = (!file.is_empty()).then(|| (PathBuf::from("w.toml"), file.to_owned()));
    Sources { file, variables: map(variables), flags: map(flags) }
}

fn load(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Settings, Vec<SettingError>> {
    Settings::load(&sources(file, variables, flags))
}

fn errors(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    load(file, variables, flags).unwrap_err().iter().map(|error| error.text(Language::En)).collect()
}

fn line(settings: &Settings, name: &str) -> SettingLine {
    settings.describe(Language::En).into_iter().find(|line| line.name == name).unwrap()
}

#[test]
fn the_defaults_are_a_district_on_one_machine() {
    let settings = load("", &[], &[]).unwrap();
    assert_eq!(settings.server.data_dir, Path::new("./data"));
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.server.public_base_url.to_string(), "http://127.0.0.1:8080");
    assert!(settings.server.trusted_proxies.is_empty());
    assert!(
        matches!(&settings.database.url, DatabaseUrl::Sqlite(path) if path == Path::new("./data/wellspring.sqlite"))
    );
    assert!(settings.mail.smtp_url.is_none());
    assert_eq!(settings.mail.give_up_after, TimeDelta::hours(96));
    assert_eq!(settings.security.password_profile, PasswordProfile::Mlps3);
    assert_eq!(settings.security.session_idle, TimeDelta::minutes(30));
    assert_eq!(settings.security.session_absolute, TimeDelta::hours(8));
    assert!(settings.security.write_limit.get() >= 20 * 60);
    assert_eq!(settings.locale.time_zone, chrono_tz::Asia::Shanghai);
    assert_eq!(settings.locale.working_hours.to_string(), "9:00-12:00,13:30-17:30");
    assert_eq!(settings.locale.language, Language::Zh);
    assert!(matches!(settings.key_source(), KeySource::DataDirectory(path) if path == Path::new("./data/secret.key")));
    assert_eq!(settings.tls(), None);
}

#[test]
fn flags_go_before_variables_before_the_file_before_defaults() {
    let file = "workers = 3\nmail_workers = 3\ndatabase_pool_size = 3\n";
    let variables = [("WELLSPRING_MAIL_WORKERS", "4"), ("WELLSPRING_DATABASE_POOL_SIZE", "4")];
    let settings = load(file, &variables, &[("database_pool_size", "5")]).unwrap();
    let in_force = (settings.server.workers, settings.mail.workers, settings.database.pool_size);
    assert_eq!(in_force, (3, 4, 5));
    assert_eq!(line(&settings, "workers").source, Source::File(PathBuf::from("w.toml")));
    assert_eq!(line(&settings, "mail_workers").source, Source::Variable);
    assert_eq!(line(&settings, "database_pool_size").source, Source::Flag);
    assert_eq!(line(&settings, "listen").source, Source::Default);
}

#[test]
fn the_file_takes_texts_numbers_truths_and_lists() {
    let file = r#"
        listen = "0.0.0.0:9000"
        allow_plaintext_database = true
        workers = 4
        trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
        fallback_recipients = ["li.wei", "duty@district.test"]
    "#;
    let settings = load(file, &[], &[]).unwrap();
    assert_eq!(settings.server.public_base_url.to_string(), "http://localhost:9000");
    assert!(settings.database.allow_plaintext);
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    let expected = [Recipient::Username("li.wei".into()), Recipient::Address("duty@district.test".into())];
    assert_eq!(settings.alerts.fallback_recipients, expected);
    assert!(load("\u{feff}workers = 4\r\n", &[], &[]).is_ok(), "files from Windows begin with a mark");
}

#[test]
fn an_empty_value_takes_an_earlier_one_back() {
    let file = "smtp_url = \"smtp://h\"\nworkers = 4";
    let settings = load(file, &[("WELLSPRING_SMTP_URL", ""), ("WELLSPRING_WORKERS", " ")], &[]).unwrap();
    assert!(settings.mail.smtp_url.is_none());
    assert_eq!((settings.server.workers, line(&settings, "workers").source), (2, Source::Default));
}

#[test]
fn derived_defaults_follow_what_they_derive_from() {
    let given = [("WELLSPRING_DATA_DIR", "/var/lib/w"), ("WELLSPRING_LISTEN", "[::]:443")];
    let tls = [("tls_certificate", "c.pem"), ("tls_key", "k.pem")];
    let settings = load("", &given, &tls).unwrap();
    assert_eq!(settings.server.public_base_url.to_string(), "https://localhost");
    assert_eq!(line(&settings, "database_url").value.as_deref(), Some("sqlite:/var/lib/w/wellspring.sqlite"));
    assert!(
        matches!(settings.key_source(), KeySource::DataDirectory(path) if path == Path::new("/var/lib/w/secret.key"))
    );
    assert_eq!(settings.tls().unwrap().key, Path::new("k.pem"));
}

#[test]
fn an_error_names_the_setting_its_place_the_value_and_what_is_allowed() {
    assert_eq!(
        errors("", &[("WELLSPRING_LISTEN", "localhost")], &[]),
        ["WELLSPRING_LISTEN is \"localhost\", which is not allowed. Allowed: an IP address and a port, for instance \
          0.0.0.0:8080 or [::]:8080."]
    );
    assert_eq!(
        errors("workers = 99", &[], &[]),
        ["workers (file w.toml) is \"99\", which is not allowed. Allowed: a whole number from 1 to 64."]
    );
    assert_eq!(
        errors("", &[], &[("assessment_hour", "24")]),
        ["--assessment-hour is \"24\", which is not allowed. Allowed: a whole number from 0 to 23."]
    );
    for hours in ["0", "8761", "4h", "-1"] {
        assert_eq!(
            errors("", &[("WELLSPRING_ANSWER_RED_HOURS", hours)], &[]),
            [format!(
                "WELLSPRING_ANSWER_RED_HOURS is \"{hours}\", which is not allowed. Allowed: a whole number from 1 to 8760."
            )]
        );
    }
    let chinese = load("", &[("WELLSPRING_TIME_ZONE", "Beijing")], &[]).unwrap_err()[0].text(Language::Zh);
    assert_eq!(chinese, "WELLSPRING_TIME_ZONE 的值 \"Beijing\" 无效。允许的值：IANA 时区名，例如 Asia/Shanghai。");
}

#[test]
fn alerts_are_answered_in_time_within_hours_that_can_be_set() {
    let times = |variables: &[(&str, &str)]| load("", variables, &[]).unwrap().alerts.answer_times();
    assert_eq!(times(&[]), AnswerTimes::SYSTEM_DEFAULT);
    let own = times(&[("WELLSPRING_ANSWER_RED_HOURS", "2"), ("WELLSPRING_ANSWER_YELLOW_HOURS", "120")]);
    let hours = [Level::Red, Level::Orange, Level::Yellow].map(|level| own.within(level).num_hours());
    assert_eq!(hours, [2, 24, 120]);
}

#[test]
fn all_errors_come_at_once() {
    let file = "workers = 0\nlog_format = 1.5\nlanguage = \"fr\"\ncolour = \"red\"";
    let variables = [("WELLSPRING_LISTEN", "x"), ("WELLSPRING_LISTNE", "x"), ("WELLSPRING_MAIL_FROM", "nobody")];
    let errors = load(file, &variables, &[("port", "1")]).unwrap_err();
    assert_eq!(errors.len(), 8, "{errors:#?}");
}

#[test]
fn secrets_are_named_but_never_shown() {
    let secrets = [
        ("WELLSPRING_SECRET_KEY", "hunter2"),
        ("WELLSPRING_SMTP_URL", "hunter2"),
        ("WELLSPRING_DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("WELLSPRING_METRICS_TOKEN", "hunter2"),
    ];
    let errors = load("", &secrets, &[]).unwrap_err();
    assert_eq!(errors.len(), 4);
    for language in [Language::Zh, Language::En] {
        let texts: String = errors.iter().map(|error| error.text(language)).collect();
        assert!(!texts.contains("hunter2"), "{texts}");
        assert!(secrets.iter().all(|(name, _)| texts.contains(name)), "{texts}");
    }
    assert!(!format!("{errors:?}").contains("hunter2"));
    let malformed = load("secret_key = \"hunter2", &[], &[]).unwrap_err();
    assert!(!format!("{malformed:?}").contains("hunter2"), "{malformed:?}");
}

#[test]
fn settings_print_without_their_secrets() {
    let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let variables = [
        ("WELLSPRING_SECRET_KEY", key),
        ("WELLSPRING_SMTP_URL", "smtp://wellspring:hunter2@mail.test:587"),
        ("WELLSPRING_DATABASE_URL", "postgres://w:hunter2@localhost/w"),
        ("WELLSPRING_METRICS_TOKEN", "hunter2hunter2hunter2"),
    ];
    let settings = load("", &variables, &[]).unwrap();
    assert_eq!(line(&settings, "secret_key").value.as_deref(), Some("***"));
    assert_eq!(line(&settings, "smtp_url").value.as_deref(), Some("smtp://wellspring:***@mail.test:587"));
    assert_eq!(line(&settings, "database_url").value.as_deref(), Some("postgres://w:***@localhost/w"));
    let printed = format!("{settings:?} {:?}", settings.describe(Language::Zh));
    assert!(!printed.contains("hunter2") && !printed.contains(key), "{printed}");
    assert_eq!(settings.mail.smtp_url.unwrap().expose(), "smtp://wellspring:hunter2@mail.test:587");
}

#[test]
fn unknown_names_are_refused_with_the_nearest_known_one() {
    assert_eq!(errors("lisen = 1", &[], &[]), ["There is no setting lisen (file w.toml). Did you mean listen?"]);
    assert_eq!(
        errors("", &[("WELLSPRING_TIMEZONE", "UTC")], &[]),
        ["There is no setting WELLSPRING_TIMEZONE. Did you mean WELLSPRING_TIME_ZONE?"]
    );
    assert_eq!(errors("", &[], &[("log_levle", "x")]), ["There is no setting --log-levle. Did you mean --log-level?"]);
    assert_eq!(
        errors("[server]\nport = 1", &[], &[]),
        ["There is no setting server (file w.toml). `wellspring check` lists all settings."]
    );
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("WELLSPRING_TEST_POSTGRES_URL", "x"),
        ("WELLSPRING_REQUIRE_POSTGRES", "1"),
        ("WELLSPRING_REQUIRE_BROWSER", "1"),
        ("WELLSPRING_SETTINGS", "w.toml"),
        ("PATH", "/bin"),
    ];
    assert!(load("", &others, &[]).is_ok());
}

#[test]
fn secrets_have_no_flag() {
    let errors = errors("", &[], &[("smtp_url", "smtp://u:hunter2@h")]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("WELLSPRING_SMTP_URL") && !errors[0].contains("hunter2"), "{errors:?}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let codes = |variables: &[(&str, &str)]| -> Vec<&'static str> {
        load("", variables, &[]).unwrap_err().iter().map(Explain::code).collect()
    };
    assert_eq!(codes(&[("WELLSPRING_TLS_KEY", "k.pem")]), ["setting_incomplete"]);
    assert_eq!(codes(&[("WELLSPRING_TLS_CERTIFICATE", "c.pem")]), ["setting_incomplete"]);
    let key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let both = [("WELLSPRING_SECRET_KEY", key), ("WELLSPRING_SECRET_KEY_FILE", "/run/secrets/key")];
    assert_eq!(codes(&both), ["setting_exclusive"]);
    assert_eq!(codes(&[("WELLSPRING_DATABASE_URL", "postgres://db.example/w")]), ["database_in_plaintext"]);
    assert_eq!(
        codes(&[("WELLSPRING_DATABASE_URL", "postgres:///w"), ("PGHOST", "db.example")]),
        ["database_in_plaintext"]
    );
}

#[test]
fn a_database_over_the_network_needs_tls_or_consent() {
    let settings = |url: &str, allowed: &str| {
        let variables = [("WELLSPRING_DATABASE_URL", url), ("WELLSPRING_ALLOW_PLAINTEXT_DATABASE", allowed)];
        let sources = sources("", &variables, &[]);
        Settings::read(&mut Reader::new(&sources, table::definitions())).unwrap()
    };
    let refused =
        |url: &str, allowed: &str, built: bool| settings(url, allowed).plaintext_host(&BTreeMap::new(), built);
    assert_eq!(refused("postgres://h/d?sslmode=verify-full", "false", false).as_deref(), Some("h"));
    assert_eq!(refused("postgres://h/d", "false", true).as_deref(), Some("h"), "libpq would fall back to clear text");
    assert_eq!(refused("postgres://h/d?sslmode=verify-full", "false", true), None);
    assert_eq!(refused("postgres://h/d", "true", false), None);
    assert_eq!(refused("postgres://127.0.0.1/d", "false", false), None);
    assert_eq!(refused("sqlite:w.sqlite", "false", false), None);
}

#[test]
fn a_broken_file_says_where() {
    let error = load("workers = 2\n\nlisten = \n", &[], &[]).unwrap_err().remove(0);
    assert!(matches!(error, SettingError::FileMalformed { line: 3, .. }), "{error:?}");
    let error = load("workers = 2\nworkers = 3\n", &[], &[]).unwrap_err().remove(0);
    assert!(matches!(error, SettingError::FileMalformed { line: 2, .. }), "{error:?}");
}

#[test]
fn every_setting_is_defined_once_described_in_both_languages_and_printed() {
    let settings = load("", &[], &[]).unwrap();
    let printed: Vec<&str> = settings.describe(Language::En).iter().map(|line| line.name).collect();
    let defined: Vec<&str> = definitions().iter().map(|definition| definition.key).collect();
    assert_eq!(printed, defined);
    assert_eq!(defined.iter().collect::<BTreeSet<_>>().len(), defined.len());
    for definition in definitions() {
        for language in [Language::Zh, Language::En] {
            assert!(!definition.meaning(language).is_empty() && !definition.allowed(language).is_empty());
        }
        assert!(definition.meaning(Language::En).is_ascii() && !definition.meaning(Language::Zh).is_ascii());
        assert_eq!(definition.variable(), format!("WELLSPRING_{}", definition.key.to_uppercase()));
    }
    let with_flag = definitions().iter().find(|definition| definition.key == "public_base_url").unwrap();
    assert_eq!(with_flag.flag().as_deref(), Some("public-base-url"));
}

#[test]
fn the_file_is_found_in_the_data_directory_or_where_it_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let flags = map(&[("data_dir", directory.path().to_str().unwrap())]);
    assert_eq!(Settings::from_environment(None, flags.clone()).unwrap().server.workers, 2);

    fs::write(directory.path().join("wellspring.toml"), "workers = 5").unwrap();
    assert_eq!(Settings::from_environment(None, flags.clone()).unwrap().server.workers, 5);

    let named = directory.path().join("other.toml");
    let errors = Settings::from_environment(Some(named.clone()), flags.clone()).unwrap_err();
    assert_eq!(errors.iter().map(Explain::code).collect::<Vec<_>>(), ["settings_file_unreadable"]);
    assert!(errors[0].to_string().contains("other.toml"));

    fs::write(&named, "workers = 7").unwrap();
    assert_eq!(Settings::from_environment(Some(named), flags).unwrap().server.workers, 7);
}

#[test]
fn the_locale_chooses_between_chinese_and_english() {
    for (variables, language) in [
        (&[("LANG", "zh_CN.UTF-8")][..], Language::Zh),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")], Language::En),
        (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_TW")], Language::Zh),
        (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], Language::Zh),
        (&[("LANG", "fr_FR.UTF-8")], Language::En),
        (&[("LANG", "C.UTF-8")], Language::En),
        (&[], Language::En),
    ] {
        assert_eq!(locale_language(&map(variables)), language, "{variables:?}");
    }
}
