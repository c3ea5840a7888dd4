//! Organisations, for the administrator: the list, the form, and merging.

pub mod form;
pub mod list;
pub mod merge;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list::show)
        .service(list::export)
        .service(form::blank)
        .service(form::add)
        .service(form::show)
        .service(form::change);
    config.service(merge::show).service(merge::merge);
}

crate::texts::texts! {
    /// The words of the pages.
    OrganisationWords {
        lead() { zh: "区、街道和部门。企业按街道归属，账号和专班按单位归属。", en: "The district, its street offices and departments. Enterprises belong to street offices, accounts and teams to organisations." }
        add() { zh: "新增单位", en: "Add an organisation" }
        kind() { zh: "类型", en: "Kind" }
        status() { zh: "状态", en: "Status" }
        q() { zh: "名称或别名", en: "Name or alias" }
        name() { zh: "名称", en: "Name" }
        aliases() { zh: "别名", en: "Aliases" }
        aliases_hint() { zh: "地址里也会出现的写法，每行一个，最多 20 个。", en: "Names that addresses use as well, one per line, 20 at most." }
        province() { zh: "所在省份", en: "Province" }
        city() { zh: "所在城市", en: "City" }
        place_hint() { zh: "用于识别企业地址是否在本区。", en: "Used to tell whether an address lies in the district." }
        name_hint() { zh: "改名不影响历史记录：以前的走访、专班和日志都随单位保留。", en: "A new name does not change the history: visits, teams and logs stay with the organisation." }
        made() { zh: "建立时间", en: "Created" }
        changed() { zh: "最近修改", en: "Changed" }
        merged_into() { zh: "已并入", en: "Merged into" }
        found(count: impl std::fmt::Display) { zh: "共 {count} 个单位", en: "Organisations: {count}" }
        nothing() { zh: "没有符合条件的单位。", en: "No organisation fits these filters." }
        nothing_hint() { zh: "可以减少筛选条件，或新增一个单位。", en: "Try fewer filters, or add an organisation." }
        table() { zh: "单位列表", en: "Table of organisations" }
        create() { zh: "建立单位", en: "Add" }
        done_made() { zh: "单位已建立。可以到“账号”页请安全管理员为它建立账号。", en: "The organisation was added. A security administrator can now add accounts for it." }
        done_saved() { zh: "已保存。", en: "Saved." }
        done_merged() { zh: "已并入。企业、人员、在任专班和接口令牌都已转到新单位。", en: "Merged. Enterprises, people, current teams and tokens have moved." }
        merge() { zh: "并入其他单位", en: "Merge into another organisation" }
        merge_title(name: &str) { zh: "把“{name}”并入其他单位", en: "Merge {name} into another organisation" }
        merge_why() { zh: "街道撤并、部门合并时使用。", en: "For street offices and departments that were merged." }
        merge_moves() { zh: "转到新单位：它的企业、人员、在任专班、限定到它的接口令牌。", en: "What moves: its enterprises, people, current teams and the tokens limited to it." }
        merge_stays() { zh: "保留原名：已结束的专班、走访、预警和全部日志。", en: "What keeps the old name: past teams, visits, alerts and all logs." }
        merge_for_good() { zh: "并入后不能恢复，这个单位也不能再修改。", en: "This cannot be undone, and the organisation can no longer be changed." }
        into() { zh: "并入哪个单位", en: "Into which organisation" }
        choose() { zh: "请选择", en: "Choose one" }
        sure() { zh: "我已核对，知道并入后不能恢复", en: "I have checked it and know that it cannot be undone" }
        sure_missing() { zh: "请先核对并勾选确认。", en: "Check it, then tick the box." }
        no_target() { zh: "没有同类的其他单位可以并入。请先新增一个。", en: "There is no other organisation of this kind. Add one first." }
        history() { zh: "这个单位已并入其他单位，只供查阅。", en: "This organisation was merged into another and is kept for reading only." }
    }
}
