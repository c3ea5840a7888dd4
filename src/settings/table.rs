//! The table of all settings: the one place where a setting's name, type, default, range and meaning are written down.

use super::{
    definition::{Definition, Shown, settings},
    parse,
    reader::{Optional, Reader},
    secret::Secret,
    values::{BaseUrl, DatabaseUrl, IpNetwork, LogFormat, Recipient, Sender},
};
use crate::{
    domain::{operation::workday::WorkingHours, people::password::PasswordProfile},
    texts::Language,
};
use chrono::TimeDelta;
use chrono_tz::Tz;
use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

/// Every setting, in the order of the documentation.
pub fn definitions() -> &'static [&'static Definition] {
    DEFINITIONS
}

settings! {
    /// Where the server listens and how people reach it.
    server ServerSettings {
        data_dir: PathBuf = "data_dir" (text "./data"), Whole, parse::PATH,
            zh: "数据目录：数据库、密钥文件和未配置邮件服务器时的邮件都在其中",
            en: "Data directory: the database, the key file, and the mails while no mail server is set";
        listen: SocketAddr = "listen" (text "127.0.0.1:8080"), Whole, parse::SOCKET,
            zh: "监听的地址和端口",
            en: "Address and port to listen on";
        workers: u32 = "workers" (text "2"), Whole, parse::number::<1, 64>(),
            zh: "处理请求的线程数",
            en: "Threads that serve requests";
        tls_certificate: Option<PathBuf> = "tls_certificate" (absent), Whole, parse::PATH,
            zh: "TLS 证书链（PEM 文件），与私钥同时设置",
            en: "TLS certificate chain (PEM file), set together with tls_key";
        tls_key: Option<PathBuf> = "tls_key" (absent), Whole, parse::PATH,
            zh: "TLS 私钥（PEM 文件），与证书链同时设置",
            en: "TLS private key (PEM file), set together with tls_certificate";
        public_base_url: BaseUrl = "public_base_url" (derived "http://<listen>", own_address), Whole, parse::BASE_URL,
            zh: "用户访问本系统的地址，用于邮件中的链接",
            en: "Address at which people reach the system, for links in mails";
        trusted_proxies: Vec<IpNetwork> = "trusted_proxies" (text ""), Whole, parse::NETWORKS,
            zh: "可信的反向代理：只采信来自它们的 Forwarded 和 X-Forwarded-* 头",
            en: "Trusted reverse proxies: only their Forwarded and X-Forwarded-* headers count";
        metrics_token: Option<Secret<String>> = "metrics_token" (absent), Nothing, parse::METRICS_TOKEN,
            zh: "从其他机器读取 /metrics 所需的令牌；不设置则只有本机可读",
            en: "Token with which other machines read /metrics; unset, only this machine may";
    }

    /// Where the data lives and how many share it.
    database DatabaseSettings {
        url: DatabaseUrl = "database_url" (derived "sqlite:<data_dir>/wellspring.sqlite", own_database),
            WithoutPassword, parse::DATABASE,
            zh: "数据库：SQLite 文件或 PostgreSQL 连接地址",
            en: "The database: an SQLite file or a PostgreSQL connection URI";
        pool_size: u32 = "database_pool_size" (text "8"), Whole, parse::number::<1, 256>(),
            zh: "同时使用的读连接数",
            en: "Connections that read at the same time";
        allow_plaintext: bool = "allow_plaintext_database" (text "false"), Whole, parse::FLAG,
            zh: "允许不加密地连接其他机器上的 PostgreSQL；只用于受信任的网络",
            en: "Allow an unencrypted connection to PostgreSQL on another machine; only for trusted networks";
    }

    /// How mails leave.
    mail MailSettings {
        smtp_url: Option<Secret<String>> = "smtp_url" (absent), WithoutPassword, parse::SMTP,
            zh: "邮件服务器；不设置则把邮件写成数据目录下 mail/ 中的 .eml 文件",
            en: "The mail server; unset, mails are written as .eml files to mail/ in the data directory";
        smtp_root_certificate: Option<PathBuf> = "smtp_root_certificate" (absent), Whole, parse::PATH,
            zh: "邮件服务器所用的私有根证书（PEM 文件）",
            en: "Private root certificate of the mail server (PEM file)";
        from: Sender = "mail_from" (text "Wellspring <wellspring@localhost>"), Whole, parse::SENDER,
            zh: "邮件的发件人",
            en: "Sender of the mails";
        workers: u32 = "mail_workers" (text "2"), Whole, parse::number::<1, 16>(),
            zh: "同时发送邮件的连接数",
            en: "Mails sent at the same time";
        give_up_after: TimeDelta = "mail_give_up_hours" (text "96"), Whole, parse::hours::<720>(),
            zh: "邮件暂时无法送达时重试的小时数，超过后标为失败并提示",
            en: "Hours for which a mail is retried before it is marked as failed";
    }

    /// Keys, sign-in rules and limits.
    security SecuritySettings {
        secret_key: Option<Secret<[u8; 32]>> = "secret_key" (absent), Nothing, parse::KEY,
            zh: "加密保存秘密所用的密钥；与密钥文件都不设置时，首次启动在数据目录生成一份",
            en: "Key that encrypts stored secrets; without it and secret_key_file, the first start creates secret.key in the data directory";
        secret_key_file: Option<PathBuf> = "secret_key_file" (absent), Whole, parse::PATH,
            zh: "保存上述密钥的文件，必须已存在",
            en: "File that holds that key; it must exist";
        password_profile: PasswordProfile = "password_profile" (text "mlps3"), Whole, parse::PROFILE,
            zh: "密码规则",
            en: "Rules for passwords";
        session_idle: TimeDelta = "session_idle_minutes" (text "30"), Whole, parse::minutes::<1440>(),
            zh: "无操作多少分钟后自动退出",
            en: "Minutes without a request after which a session ends";
        session_absolute: TimeDelta = "session_absolute_hours" (text "8"), Whole, parse::hours::<168>(),
            zh: "登录多少小时后必须重新登录",
            en: "Hours after which a session ends in any case";
        lockout_failures: u32 = "lockout_failures" (text "5"), Whole, parse::number::<1, 100>(),
            zh: "连续登录失败多少次后锁定账号",
            en: "Failed sign-ins in a row that lock an account";
        lockout: TimeDelta = "lockout_minutes" (text "15"), Whole, parse::minutes::<1440>(),
            zh: "账号锁定的分钟数",
            en: "Minutes for which an account stays locked";
        sign_in_limit: NonZeroU32 = "sign_in_limit_per_minute" (text "60"), Whole, parse::positive::<100_000>(),
            zh: "每个账号和地址每分钟的登录请求上限",
            en: "Sign-in requests a minute for each account and address";
        write_limit: NonZeroU32 = "write_limit_per_minute" (text "3000"), Whole, parse::positive::<1_000_000>(),
            zh: "每个账号和地址每分钟的写入请求上限",
            en: "Writing requests a minute for each account and address";
        read_limit: NonZeroU32 = "read_limit_per_minute" (text "12000"), Whole, parse::positive::<1_000_000>(),
            zh: "每个账号和地址每分钟的读取请求上限",
            en: "Reading requests a minute for each account and address";
    }

    /// How the record proves itself.
    record RecordSettings {
        send_heads_every: TimeDelta = "record_heads_hours" (text "24"), Whole, parse::hours::<720>(),
            zh: "每隔多少小时把记录链首写入日志和文件，并邮件发给审计管理员",
            en: "Hours after which the heads of the record go out again: to the log, to a file, and by mail to the auditors";
    }

    /// When alerts are made and who has them when nobody is named.
    alerts AlertSettings {
        fallback_recipients: Vec<Recipient> = "fallback_recipients" (text ""), Whole, parse::RECIPIENTS,
            zh: "企业既无专班、街道又无总管家时，预警邮件的收件人",
            en: "Recipients of alert mails for an enterprise that has neither a team nor a chief steward";
        digest_threshold: u32 = "digest_threshold" (text "20"), Whole, parse::number::<1, 10_000>(),
            zh: "一次导入或一次夜间评估给同一人的预警超过此数时，合并为摘要邮件",
            en: "More alerts than this for one person from one import or one nightly assessment are sent as a digest";
        new_enterprise_days: u32 = "new_enterprise_days" (text "365"), Whole, parse::number::<1, 3650>(),
            zh: "企业入驻后多少天内算作新入驻企业",
            en: "Days after its entry for which an enterprise counts as a new entry";
        answer_red: TimeDelta = "answer_red_hours" (text "4"), Whole, parse::hours::<8760>(),
            zh: "红色预警发出后多少小时内确认收到算按时",
            en: "Hours within which a red alert is acknowledged in time";
        answer_orange: TimeDelta = "answer_orange_hours" (text "24"), Whole, parse::hours::<8760>(),
            zh: "橙色预警发出后多少小时内确认收到算按时",
            en: "Hours within which an orange alert is acknowledged in time";
        answer_yellow: TimeDelta = "answer_yellow_hours" (text "72"), Whole, parse::hours::<8760>(),
            zh: "黄色预警发出后多少小时内确认收到算按时",
            en: "Hours within which a yellow alert is acknowledged in time";
        assessment_hour: u32 = "assessment_hour" (text "2"), Whole, parse::number::<0, 23>(),
            zh: "每晚重新评估全部企业的时刻（当地时间的小时）",
            en: "Hour of the day, local time, at which all enterprises are assessed again";
    }

    /// Where the district is and what it speaks.
    locale LocaleSettings {
        time_zone: Tz = "time_zone" (text "Asia/Shanghai"), Whole, parse::TIME_ZONE,
            zh: "辖区的时区",
            en: "Time zone of the district";
        working_hours: WorkingHours = "working_hours" (text "9:00-12:00,13:30-17:30"), Whole, parse::WORKING_HOURS,
            zh: "工作日的上班时间（当地时间）；办理时限按它计算",
            en: "Hours of a working day, local time; deadlines count by them";
        language: Language = "language" (text "zh-CN"), Whole, parse::LANGUAGE,
            zh: "页面和邮件的语言，个人可另行选择",
            en: "Language of pages and mails unless a person chose another";
    }

    /// What is logged and how.
    log LogSettings {
        format: LogFormat = "log_format" (text "text"), Whole, parse::LOG_FORMAT,
            zh: "日志的格式",
            en: "Format of the log";
        filter: String = "log_level" (text "info"), Whole, parse::LOG_FILTER,
            zh: "日志的详细程度",
            en: "Level of detail of the log";
    }
}

/// The address at which a browser on this machine finds the server.
fn own_address(reader: &Reader) -> String {
    let scheme = if reader.text_of(&server::tls_certificate).is_some() { "https" } else { "http" };
    let listen = reader.text_of(&server::listen).and_then(|text| text.parse::<SocketAddr>().ok());
    match listen {
        Some(listen) if !listen.ip().is_unspecified() => format!("{scheme}://{listen}"),
        Some(listen) => format!("{scheme}://localhost:{}", listen.port()),
        None => format!("{scheme}://localhost"),
    }
}

fn own_database(reader: &Reader) -> String {
    let data_dir = reader.text_of(&server::data_dir).unwrap_or(".");
    format!("sqlite:{}", PathBuf::from(data_dir).join("wellspring.sqlite").display())
}
