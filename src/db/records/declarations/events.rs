//! Declarations of nouns that are recorded as events: signing in, batches of receipts, mails sent again. What they are stored
//! as is machinery, or too many rows for one change each.

use crate::db::records::recorded::{Declaration, fields};
use crate::domain::records::change::Noun;

pub(super) const SESSION: Declaration = Declaration {
    noun: Noun::Session,
    in_feed: false,
    assessed: false,
    tables: &[],
    fields: fields!(
        user_id: Public, "账号", "account";
        remote_address: Personal, "来源地址", "remote address";
        user_agent: Personal, "浏览器", "browser";
        expires_at: Public, "有效期至", "valid until";
    ),
};

pub(super) const RECEIPT: Declaration = Declaration {
    noun: Noun::Receipt,
    in_feed: true,
    assessed: true,
    tables: &["tax_receipts", "complete_months"],
    fields: fields!(
        source: Public, "来源", "source";
        treasury_month: Public, "入库月", "treasury month";
        treasury_months: Public, "入库月", "treasury months";
        receipts: Public, "税款笔数", "receipts";
        written: Public, "写入笔数", "written";
        amount_fen: Amount, "金额合计", "amount in all";
        superseded: Public, "被替代笔数", "superseded";
        complete_months: Public, "完整月份", "complete months";
        import_id: Public, "导入批次", "import";
        rows_digest: Public, "各行校验值", "digest of the rows";
        superseded_digest: Public, "被替代各行校验值", "digest of the superseded rows";
    ),
};

pub(super) const MAIL: Declaration = Declaration {
    noun: Noun::Mail,
    in_feed: false,
    assessed: false,
    tables: &[],
    fields: fields!(
        state: Public, "状态", "state";
    ),
};

/// Only ever read.
pub(super) const AUDIT_LOG: Declaration =
    Declaration { noun: Noun::AuditLog, in_feed: false, assessed: false, tables: &[], fields: &[] };

/// Verified, and resumed after a log was put back.
pub(super) const AUDIT_CHAIN: Declaration = Declaration {
    noun: Noun::AuditChain,
    in_feed: false,
    assessed: false,
    tables: &[],
    fields: fields!(
        reason: Text, "原因", "reason";
        changes: Public, "变更日志", "changes";
        accesses: Public, "查阅日志", "reads";
    ),
};
