//! What the fields of recorded changes are called, and their values as a person reads them.

use super::AuditWords;
use crate::{domain::codes::codes, texts::Language};
use serde_json::Value;

codes! {
    /// A field that is recorded.
    pub enum FieldName {
        /// `aliases`.
        Aliases = "aliases", "别名", "aliases";
        /// `id`.
        Id = "id", "编号", "id";
        /// `kind`.
        Kind = "kind", "类型", "kind";
        /// `name`.
        Name = "name", "名称", "name";
        /// `province`.
        Province = "province", "所在省份", "province";
        /// `city`.
        City = "city", "所在城市", "city";
        /// `status`.
        Status = "status", "状态", "status";
        /// `merged_into_id`.
        MergedIntoId = "merged_into_id", "并入单位", "merged into";
        /// `display_name`.
        DisplayName = "display_name", "姓名", "name";
        /// `username`.
        Username = "username", "用户名", "user name";
        /// `email`.
        Email = "email", "电子邮箱", "e-mail";
        /// `language`.
        Language = "language", "语言", "language";
        /// `organisation_id`.
        OrganisationId = "organisation_id", "所属单位", "organisation";
        /// `role`.
        Role = "role", "角色", "role";
        /// `successor_id`.
        SuccessorId = "successor_id", "接任人", "successor";
        /// `teams`.
        Teams = "teams", "专班数", "teams";
        /// `users`.
        Users = "users", "人员数", "people";
        /// `tokens`.
        Tokens = "tokens", "令牌数", "tokens";
        /// `second_factor`.
        SecondFactor = "second_factor", "两步验证", "second factor";
        /// `locked_until`.
        LockedUntil = "locked_until", "锁定至", "locked until";
        /// `remote_address`.
        RemoteAddress = "remote_address", "来源地址", "remote address";
        /// `user_agent`.
        UserAgent = "user_agent", "浏览器", "browser";
        /// `user_id`.
        UserId = "user_id", "账号", "account";
        /// `expires_at`.
        ExpiresAt = "expires_at", "有效期至", "valid until";
        /// `prefix`.
        Prefix = "prefix", "开头几位", "prefix";
        /// `scopes`.
        Scopes = "scopes", "权限", "scopes";
        /// `data_on`.
        DataOn = "data_on", "数据日期", "data as of";
        /// `entered_on`.
        EnteredOn = "entered_on", "入驻日期", "entry date";
        /// `enterprises`.
        Enterprises = "enterprises", "企业数", "enterprises";
        /// `industry_code`.
        IndustryCode = "industry_code", "行业代码", "industry code";
        /// `industry_edition`.
        IndustryEdition = "industry_edition", "行业分类版本", "industry edition";
        /// `operating_address`.
        OperatingAddress = "operating_address", "经营地址", "operating address";
        /// `registered_address`.
        RegisteredAddress = "registered_address", "注册地址", "registered address";
        /// `presence`.
        Presence = "presence", "纳税经营情况", "tax and operating presence";
        /// `presence_stated`.
        PresenceStated = "presence_stated", "纳税经营情况（人工指定）", "tax and operating presence (set by hand)";
        /// `source`.
        Source = "source", "来源", "source";
        /// `street_id`.
        StreetId = "street_id", "所属街道", "street office";
        /// `tax_authority`.
        TaxAuthority = "tax_authority", "主管税务机关", "tax authority";
        /// `tier`.
        Tier = "tier", "企业类别", "tier";
        /// `uscc`.
        Uscc = "uscc", "统一社会信用代码", "credit code";
        /// `chief_steward_id`.
        ChiefStewardId = "chief_steward_id", "总管家", "chief steward";
        /// `lead_organisation_id`.
        LeadOrganisationId = "lead_organisation_id", "牵头单位", "lead organisation";
        /// `leader_id`.
        LeaderId = "leader_id", "牵头领导", "lead leader";
        /// `members`.
        Members = "members", "成员", "members";
        /// `steward_id`.
        StewardId = "steward_id", "服务管家", "steward";
        /// `complete_months`.
        CompleteMonths = "complete_months", "完整月份", "complete months";
        /// `receipts`.
        Receipts = "receipts", "税款笔数", "receipts";
        /// `treasury_month`.
        TreasuryMonth = "treasury_month", "入库月", "treasury month";
        /// `treasury_months`.
        TreasuryMonths = "treasury_months", "入库月", "treasury months";
        /// `channel`.
        Channel = "channel", "方式", "channel";
        /// `destination_division`.
        DestinationDivision = "destination_division", "去向", "destination";
        /// `employees`.
        Employees = "employees", "员工人数", "employees";
        /// `enterprise_id`.
        EnterpriseId = "enterprise_id", "企业", "enterprise";
        /// `met_with`.
        MetWith = "met_with", "接待人", "contact met";
        /// `next_visit_on`.
        NextVisitOn = "next_visit_on", "下次走访", "next visit";
        /// `query`.
        Query = "query", "查询条件", "query";
        /// `reasons`.
        Reasons = "reasons", "外迁原因", "reasons for moving";
        /// `relocation_intent`.
        RelocationIntent = "relocation_intent", "外迁意向", "intent to move";
        /// `requests`.
        Requests = "requests", "诉求", "requests";
        /// `summary`.
        Summary = "summary", "走访情况", "visit notes";
        /// `visited_on`.
        VisitedOn = "visited_on", "走访日期", "visited on";
        /// `visitor_ids`.
        VisitorIds = "visitor_ids", "走访人", "visitors";
        /// `withdrawal_reason`.
        WithdrawalReason = "withdrawal_reason", "撤回原因", "reason for the withdrawal";
        /// `withdrawn_at`.
        WithdrawnAt = "withdrawn_at", "撤回时间", "withdrawn at";
        /// `actor`.
        Actor = "actor", "操作人", "actor";
        /// `acknowledged_at`.
        AcknowledgedAt = "acknowledged_at", "确认时间", "acknowledged at";
        /// `acknowledged_by`.
        AcknowledgedBy = "acknowledged_by", "确认人", "acknowledged by";
        /// `escalation_step`.
        EscalationStep = "escalation_step", "升级层级", "escalation step";
        /// `evidence`.
        Evidence = "evidence", "证据", "evidence";
        /// `withdrawn_evidence`.
        WithdrawnEvidence = "withdrawn_evidence", "撤回的证据", "withdrawn evidence";
        /// `level`.
        Level = "level", "级别", "level";
        /// `opened_at`.
        OpenedAt = "opened_at", "发出时间", "opened at";
        /// `raised_at`.
        RaisedAt = "raised_at", "升级时间", "raised at";
        /// `resolved_at`.
        ResolvedAt = "resolved_at", "办结时间", "resolved at";
        /// `resolved_by`.
        ResolvedBy = "resolved_by", "办结人", "resolved by";
        /// `outcome`.
        Outcome = "outcome", "结果", "outcome";
        /// `outcome_note`.
        OutcomeNote = "outcome_note", "结果说明", "note on the outcome";
        /// `state`.
        State = "state", "状态", "state";
        /// `without_recipient`.
        WithoutRecipient = "without_recipient", "无收件人", "without recipient";
        /// `alert_id`.
        AlertId = "alert_id", "预警", "alert";
        /// `author_id`.
        AuthorId = "author_id", "批示人", "author";
        /// `text`.
        Text = "text", "内容", "text";
        /// `detail`.
        Detail = "detail", "说明", "detail";
        /// `occurred_on`.
        OccurredOn = "occurred_on", "发生日期", "occurred on";
        /// `reference`.
        Reference = "reference", "文号", "reference";
        /// `position`.
        Position = "position", "职务", "position";
        /// `phone`.
        Phone = "phone", "电话", "phone";
        /// `is_primary`.
        IsPrimary = "is_primary", "首选联系人", "primary contact";
        /// `cautions`.
        Cautions = "cautions", "措辞提示", "hints on the wording";
        /// `contacts`.
        Contacts = "contacts", "联系人数", "contacts";
        /// `file_name`.
        FileName = "file_name", "文件名", "file name";
        /// `legal_basis`.
        LegalBasis = "legal_basis", "法定依据", "legal basis";
        /// `import_id`.
        ImportId = "import_id", "导入批次", "import";
        /// `reason`.
        Reason = "reason", "原因", "reason";
        /// `rows_read`.
        RowsRead = "rows_read", "读取行数", "rows read";
        /// `rows_created`.
        RowsCreated = "rows_created", "新增行数", "rows created";
        /// `rows_changed`.
        RowsChanged = "rows_changed", "更新行数", "rows changed";
        /// `rows_skipped`.
        RowsSkipped = "rows_skipped", "跳过行数", "rows skipped";
        /// `superseded`.
        Superseded = "superseded", "被替代笔数", "superseded";
        /// `written`.
        Written = "written", "写入笔数", "written";
    }
}

/// What a field is called; its code when nobody named it.
pub(super) fn name_of(field: &str, language: Language) -> String {
    field.parse::<FieldName>().map_or_else(|_| field.to_owned(), |known| known.text(language).to_owned())
}

/// A value as a person reads it; codes and ids stay exact.
pub(super) fn shown(value: &Value, t: AuditWords) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(true) => t.yes(),
        Value::Bool(false) => t.no(),
        Value::String(text) if text.is_empty() => t.empty(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => t.none(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(item, t)).collect();
            items.join(&t.comma())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_as_people_write_them() {
        let t = AuditWords(Language::En);
        assert_eq!(shown(&json!(null), t), "—");
        assert_eq!(shown(&json!(["rent", "talent"]), t), "rent, talent");
        assert_eq!(shown(&json!(true), t), "yes");
        assert_eq!(shown(&json!(12), t), "12");
        assert_eq!(name_of("visited_on", Language::Zh), "走访日期");
        assert_eq!(name_of("something_new", Language::Zh), "something_new");
    }
}
