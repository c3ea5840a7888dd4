//! Parsers of settings, each with the sentence that says what it allows.

use super::{
    secret::Secret,
    values::{BaseUrl, DatabaseUrl, IpNetwork, LogFormat, Recipient, Sender},
};
use crate::{
    domain::{operation::workday::WorkingHours, people::password::PasswordProfile},
    texts::Language,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use chrono_tz::Tz;
use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// Reads a text as a `T`, and says what it reads.
pub(super) struct Parser<T> {
    pub(super) parse: fn(&str) -> Option<T>,
    pub(super) allowed: fn(Language) -> String,
}

mod say {
    crate::texts::texts! {
        path() {
            zh: "文件或目录的路径",
            en: "the path of a file or directory",
        }
        socket() {
            zh: "IP 地址和端口，例如 0.0.0.0:8080 或 [::]:8080",
            en: "an IP address and a port, for instance 0.0.0.0:8080 or [::]:8080",
        }
        base_url() {
            zh: "http:// 或 https:// 开头的地址，不含用户名、查询串和片段",
            en: "an http:// or https:// address without user name, query or fragment",
        }
        networks() {
            zh: "以逗号分隔的 IP 地址或 CIDR 网段，例如 127.0.0.1,10.0.0.0/8",
            en: "IP addresses or CIDR ranges separated by commas, for instance 127.0.0.1,10.0.0.0/8",
        }
        database() {
            zh: "sqlite:路径、postgres://… 或 postgresql://…",
            en: "sqlite:PATH, postgres://… or postgresql://…",
        }
        smtp() {
            zh: "smtp://… 或 smtps://… 开头的地址",
            en: "an address that begins with smtp:// or smtps://",
        }
        sender() {
            zh: "邮件地址，例如 a@b.cn 或 名称 <a@b.cn>",
            en: "a mail address, for instance a@b.cn or Name <a@b.cn>",
        }
        recipients() {
            zh: "以逗号分隔的邮件地址或用户名",
            en: "mail addresses or user names separated by commas",
        }
        flag() {
            zh: "true 或 false",
            en: "true or false",
        }
        key() {
            zh: "32 字节的 base64（共 44 个字符），可用 `openssl rand -base64 32` 生成",
            en: "32 bytes in base64 (44 characters), as `openssl rand -base64 32` makes them",
        }
        metrics_token() {
            zh: "16 到 256 个可打印的 ASCII 字符，不含空格",
            en: "16 to 256 printable ASCII characters without spaces",
        }
        profile() {
            zh: "mlps3（等保三级）或 asvs（OWASP ASVS 5.0）",
            en: "mlps3 (GB/T 22239-2019 level 3) or asvs (OWASP ASVS 5.0)",
        }
        time_zone() {
            zh: "IANA 时区名，例如 Asia/Shanghai",
            en: "a time zone of the IANA database, for instance Asia/Shanghai",
        }
        working_hours() {
            zh: "以逗号分隔、先后有序的一至六个时段，例如 9:00-12:00,13:30-17:30",
            en: "one to six periods in their order, separated by commas, for instance 9:00-12:00,13:30-17:30",
        }
        language() {
            zh: "zh-CN 或 en",
            en: "zh-CN or en",
        }
        log_format() {
            zh: "text 或 json",
            en: "text or json",
        }
        log_filter() {
            zh: "error、warn、info、debug、trace 之一，或按模块的过滤表达式，例如 info,wellspring=debug",
            en: "error, warn, info, debug or trace, or a filter by module, for instance info,wellspring=debug",
        }
        range(min: u32, max: u32) {
            zh: "{min} 到 {max} 的整数",
            en: "a whole number from {min} to {max}",
        }
    }
}

pub(super) const PATH: Parser<PathBuf> =
    Parser { parse: |text| (!text.contains('\0')).then(|| PathBuf::from(text)), allowed: say::path };

pub(super) const SOCKET: Parser<SocketAddr> = Parser { parse: |text| text.parse().ok(), allowed: say::socket };

pub(super) const BASE_URL: Parser<BaseUrl> = Parser { parse: BaseUrl::parse, allowed: say::base_url };

pub(super) const NETWORKS: Parser<Vec<IpNetwork>> =
    Parser { parse: |text| list(text, IpNetwork::parse), allowed: say::networks };

pub(super) const DATABASE: Parser<DatabaseUrl> = Parser { parse: DatabaseUrl::parse, allowed: say::database };

pub(super) const SMTP: Parser<Secret<String>> = Parser { parse: smtp, allowed: say::smtp };

pub(super) const SENDER: Parser<Sender> = Parser { parse: Sender::parse, allowed: say::sender };

pub(super) const RECIPIENTS: Parser<Vec<Recipient>> =
    Parser { parse: |text| list(text, Recipient::parse), allowed: say::recipients };

pub(super) const FLAG: Parser<bool> = Parser { parse: |text| text.parse().ok(), allowed: say::flag };

pub(super) const KEY: Parser<Secret<[u8; 32]>> = Parser { parse: key, allowed: say::key };

pub(super) const METRICS_TOKEN: Parser<Secret<String>> = Parser { parse: metrics_token, allowed: say::metrics_token };

pub(super) const PROFILE: Parser<PasswordProfile> = Parser { parse: profile, allowed: say::profile };

pub(super) const TIME_ZONE: Parser<Tz> = Parser { parse: |text| text.parse().ok(), allowed: say::time_zone };

pub(super) const WORKING_HOURS: Parser<WorkingHours> =
    Parser { parse: |text| text.parse().ok(), allowed: say::working_hours };

pub(super) const LANGUAGE: Parser<Language> = Parser { parse: Language::from_tag, allowed: say::language };

pub(super) const LOG_FORMAT: Parser<LogFormat> = Parser { parse: log_format, allowed: say::log_format };

pub(super) const LOG_FILTER: Parser<String> = Parser { parse: log_filter, allowed: say::log_filter };

/// A whole number of the range.
pub(super) const fn number<const MIN: u32, const MAX: u32>() -> Parser<u32> {
    Parser { parse: within::<MIN, MAX>, allowed: |language| say::range(language, MIN, MAX) }
}

/// A whole number from one to the maximum.
pub(super) const fn positive<const MAX: u32>() -> Parser<NonZeroU32> {
    Parser {
        parse: |text| within::<1, MAX>(text).and_then(NonZeroU32::new),
        allowed: |language| say::range(language, 1, MAX),
    }
}

/// A span in whole minutes, at least one.
pub(super) const fn minutes<const MAX: u32>() -> Parser<TimeDelta> {
    Parser {
        parse: |text| within::<1, MAX>(text).and_then(|count| TimeDelta::try_minutes(count.into())),
        allowed: |language| say::range(language, 1, MAX),
    }
}

/// A span in whole hours, at least one.
pub(super) const fn hours<const MAX: u32>() -> Parser<TimeDelta> {
    Parser {
        parse: |text| within::<1, MAX>(text).and_then(|count| TimeDelta::try_hours(count.into())),
        allowed: |language| say::range(language, 1, MAX),
    }
}

fn within<const MIN: u32, const MAX: u32>(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| (MIN..=MAX).contains(number))
}

/// Items separated by commas; one that cannot be read spoils the list. An empty text is an empty list.
fn list<T>(text: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|part| item(part.trim())).collect()
}

fn smtp(text: &str) -> Option<Secret<String>> {
    let is_smtp = ["smtp://", "smtps://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    is_smtp.then(|| Secret::new(text.to_owned()))
}

fn key(text: &str) -> Option<Secret<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    bytes.as_slice().try_into().ok().map(Secret::new)
}

fn metrics_token(text: &str) -> Option<Secret<String>> {
    let is_token = (16..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then(|| Secret::new(text.to_owned()))
}

fn profile(text: &str) -> Option<PasswordProfile> {
    match text {
        "mlps3" => Some(PasswordProfile::Mlps3),
        "asvs" => Some(PasswordProfile::Asvs),
        _ => None,
    }
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn log_filter(text: &str) -> Option<String> {
    EnvFilter::builder().parse(text).is_ok().then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn reads<T>(parser: &Parser<T>, text: &str) -> bool {
        (parser.parse)(text).is_some()
    }

    #[test]
    fn ranges_hold_at_both_ends_and_say_so() {
        let workers = number::<1, 64>();
        assert!(["1", "64"].iter().all(|text| reads(&workers, text)));
        assert!(["0", "65", "", "-1", "1.5", "99999999999", "eight", " 8"].iter().all(|text| !reads(&workers, text)));
        assert_eq!((workers.allowed)(Language::En), "a whole number from 1 to 64");
        assert_eq!((minutes::<60>().parse)("15"), Some(TimeDelta::minutes(15)));
        assert_eq!((hours::<60>().parse)("15"), Some(TimeDelta::hours(15)));
        assert_eq!((positive::<9>().parse)("9").map(NonZeroU32::get), Some(9));
        assert!(!reads(&positive::<9>(), "0"));
    }

    #[test]
    fn each_parser_reads_what_it_allows() {
        assert!(reads(&SOCKET, "[::1]:80") && !reads(&SOCKET, "localhost:80") && !reads(&SOCKET, "127.0.0.1"));
        assert!(reads(&FLAG, "true") && !reads(&FLAG, "yes"));
        assert!(reads(&TIME_ZONE, "Asia/Urumqi") && !reads(&TIME_ZONE, "Beijing"));
        assert!(reads(&LANGUAGE, "zh-CN") && !reads(&LANGUAGE, "fr"));
        assert!(reads(&WORKING_HOURS, "8:30-12:00,14:00-18:00") && !reads(&WORKING_HOURS, "12:00-8:30"));
        assert!(reads(&LOG_FILTER, "info,wellspring=debug") && !reads(&LOG_FILTER, "wellspring=loud"));
        assert!(reads(&LOG_FORMAT, "json") && !reads(&LOG_FORMAT, "xml"));
        assert!(reads(&PROFILE, "asvs") && !reads(&PROFILE, "ASVS 5"));
        assert!(reads(&SMTP, "smtps://u:p@h:465") && !reads(&SMTP, "smtp://") && !reads(&SMTP, "h:25"));
        assert!(reads(&METRICS_TOKEN, "0123456789abcdef") && !reads(&METRICS_TOKEN, "short"));
        assert!(!reads(&METRICS_TOKEN, "0123456789 abcdef"));
        assert!(reads(&PATH, "/a b/税") && !reads(&PATH, "a\0b"));
    }

    #[test]
    fn keys_have_32_bytes() {
        assert_eq!((KEY.parse)(&STANDARD.encode([9; 32])).unwrap().expose(), &[9; 32]);
        assert!(!reads(&KEY, &STANDARD.encode([9; 31])) && !reads(&KEY, "secret") && !reads(&KEY, ""));
    }

    #[test]
    fn lists_are_read_whole_or_not_at_all() {
        assert_eq!((NETWORKS.parse)("127.0.0.1, 10.0.0.0/8").map(|list| list.len()), Some(2));
        assert!(!reads(&NETWORKS, "127.0.0.1,,10.0.0.0/8") && !reads(&NETWORKS, "127.0.0.1,proxy"));
        assert_eq!((RECIPIENTS.parse)("a@b.test, li.wei").map(|list| list.len()), Some(2));
        assert!(!reads(&RECIPIENTS, "a@b.test;c@d.test"));
    }
}
