//! The words of the pages about visits.

use crate::domain::fieldwork::visit::{Channel, RelocationIntent};

crate::texts::texts! {
    /// The words of these pages.
    VisitWords {
        log_title() { zh: "登记走访", en: "Log a visit" }
        log_short() { zh: "登记走访", en: "Log a visit" }
        edit_title() { zh: "修改走访", en: "Edit a visit" }
        enterprise() { zh: "走访企业", en: "Enterprise visited" }
        another() { zh: "换一户", en: "Another one" }
        last_visit(day: &str, ago: &str) { zh: "上次走访 {day}，{ago}", en: "Last visit {day}, {ago}" }
        never_visited() { zh: "还没有走访记录", en: "Not visited yet" }
        promised(day: &str) { zh: "上次约定 {day} 再访", en: "Next visit promised for {day}" }
        date() { zh: "日期", en: "Date" }
        channel() { zh: "方式", en: "How" }
        on_site() { zh: "上门", en: "On site" }
        phone_call() { zh: "电话", en: "Phone" }
        online() { zh: "线上", en: "Online" }
        came_to_us() { zh: "来访", en: "Came here" }
        met() { zh: "接待人", en: "Contact met" }
        met_hint() { zh: "写姓名和职务，多人用顿号隔开。", en: "Names and positions, with commas between." }
        no_contacts() { zh: "该企业还没有联系人，可以在这里添加。", en: "No contact persons yet; you can add one here." }
        add_contact() { zh: "添加联系人", en: "Add a contact person" }
        contact_name() { zh: "姓名", en: "Name" }
        contact_position() { zh: "职务", en: "Position" }
        contact_phone() { zh: "手机", en: "Mobile phone" }
        intent() { zh: "外迁意向", en: "Intent to move" }
        intent_hint() { zh: "照实记录即可，去留由企业自主决定。", en: "Record what the enterprise said; it decides itself whether to move." }
        none_name() { zh: "无外迁意向", en: "None" }
        none_note() { zh: "没有外迁打算", en: "No plans to move" }
        considering_name() { zh: "考虑外迁", en: "Considering" }
        considering_note() { zh: "正在比较其他地方", en: "Looking elsewhere" }
        decided_name() { zh: "已决定外迁", en: "Decided" }
        decided_note() { zh: "已定下要迁走", en: "Will move" }
        moving_name() { zh: "正在外迁", en: "Moving" }
        moving_note() { zh: "正在办手续或搬运", en: "Formalities or removal under way" }
        not_asked() { zh: "未询问", en: "Not asked" }
        not_asked_short() { zh: "未询问", en: "not asked" }
        reasons() { zh: "外迁原因", en: "Reasons for moving" }
        several() { zh: "可多选", en: "as many as apply" }
        destination() { zh: "去向", en: "Destination" }
        unknown() { zh: "尚不清楚", en: "Not known yet" }
        division() { zh: "区划代码", en: "Division code" }
        division_hint() { zh: "知道市、区县时填 6 位", en: "6 digits, if city or county is known" }
        summary() { zh: "走访情况", en: "Visit notes" }
        summary_hint() { zh: "不要写身份证号。", en: "No identity-card numbers." }
        more() { zh: "员工人数、租约、诉求", en: "Employees, lease, requests" }
        employees() { zh: "员工人数", en: "Employees" }
        employees_before(count: &str, day: &str) { zh: "上次记录 {count} 人（{day}）", en: "Last recorded: {count} ({day})" }
        lease() { zh: "租约情况", en: "Lease" }
        lease_hint() { zh: "保存后写入“走访情况”。", en: "Saved as part of the visit notes." }
        lease_line(note: &str) { zh: "租约：{note}", en: "Lease: {note}" }
        requests() { zh: "企业提出的诉求", en: "Requests raised" }
        requests_hint() { zh: "每行一条。", en: "One per line." }
        next() { zh: "下次走访", en: "Next visit" }
        two_weeks() { zh: "两周后", en: "In two weeks" }
        month() { zh: "一个月后", en: "In a month" }
        three_months() { zh: "三个月后", en: "In three months" }
        another_day() { zh: "另选日期", en: "Another date" }
        no_next() { zh: "不约", en: "None" }
        next_on() { zh: "下次走访日期", en: "Date of the next visit" }
        save() { zh: "保存走访", en: "Save visit" }
        save_change() { zh: "保存修改", en: "Save changes" }
        saved_at() { zh: "草稿已保存 {{time}}", en: "Draft saved {{time}}" }
        restored() { zh: "已恢复 {{time}} 的草稿", en: "Draft of {{time}} restored" }
        returned() { zh: "内容仍在草稿里 {{time}}", en: "Still in the draft, {{time}}" }
        offline() { zh: "没有网络：内容已存在本机，恢复后再点“保存走访”", en: "No network. What you typed is kept on this device; save again later" }
        not_kept() { zh: "浏览器不能保存草稿", en: "This browser cannot save drafts" }
        discard() { zh: "放弃", en: "Discard" }
        drafts() { zh: "未完成的走访", en: "Unfinished visits" }
        draft_of() { zh: "{{time}} 的草稿", en: "Draft of {{time}}" }
        reused() { zh: "这份走访已经保存过", en: "This visit was saved already" }
        reused_text() { zh: "这张表单之前已经提交并保存，之后内容又有改动。请先查看已保存的走访；如果确实是另一次走访，再点一次“保存走访”。", en: "This form was sent and saved before you changed it. Look at the saved visit first; if this is another visit, press “Save visit” once more." }
        see_visits() { zh: "查看该企业的走访", en: "See the visits to this enterprise" }
        stale() { zh: "您打开之后，他人修改过这次走访", en: "Somebody changed this visit after you opened it" }
        stale_text() { zh: "您填写的内容已保留。请先查看最新内容；如要以您的为准，再点一次“保存修改”。", en: "What you typed is kept. Look at the current visit first; to replace it with yours, save once more." }
        see_current() { zh: "查看最新内容", en: "Show the current visit" }
        choose_label() { zh: "走访了哪户企业", en: "Which enterprise did you visit?" }
        choose_hint() { zh: "输入两个字、拼音首字母或信用代码", en: "Two characters, pinyin initials or the credit code" }
        mine() { zh: "我服务的企业", en: "Enterprises I serve" }
        riskiest() { zh: "风险较高的企业", en: "Enterprises with the highest risk" }
        found() { zh: "查找结果", en: "Search results" }
        found_none() { zh: "没有找到企业。请换两个字，或用代码查找。", en: "No enterprise found. Try two other characters, or the code." }
        too_short() { zh: "请至少输入两个字。", en: "Type at least two characters." }
        nothing_yet() { zh: "还没有企业。请先在上面按名称查找。", en: "No enterprises yet. Search by name above." }
        title(name: &str) { zh: "走访 {name}", en: "Visit to {name}" }
        list_title() { zh: "走访", en: "Visits" }
        of_enterprise() { zh: "企业", en: "Enterprise" }
        find_by() { zh: "名称、首字母或代码", en: "Name, initials or code" }
        went_along() { zh: "同行人员", en: "Colleagues who came along" }
        visitor() { zh: "走访人", en: "Visitor" }
        me() { zh: "我", en: "me" }
        heard() { zh: "外迁意向", en: "Intent to move" }
        from() { zh: "从", en: "From" }
        to() { zh: "到", en: "To" }
        state() { zh: "状态", en: "State" }
        valid() { zh: "有效", en: "valid" }
        withdrawn() { zh: "已撤回", en: "withdrawn" }
        count(total: &str) { zh: "共 {total} 次走访", en: "Visits: {total}" }
        nothing() { zh: "没有符合条件的走访。", en: "No visit fits these filters." }
        nothing_hint() { zh: "可以减少筛选条件，或登记一次新的走访。", en: "Try fewer filters, or log a new visit." }
        several_found() { zh: "有多户企业相符，请选择：", en: "Several enterprises match; choose one:" }
        none_found(text: &str) { zh: "没有找到企业“{text}”，下面未按企业筛选。", en: "No enterprise “{text}” was found; the list below is not filtered by enterprise." }
        caption() { zh: "走访，最近的在前", en: "Visits, latest first" }
        next_short() { zh: "下次", en: "Next" }
        recorded(name: &str, at: &str) { zh: "{name} 登记于 {at}", en: "Recorded by {name}, {at}" }
        changed(at: &str) { zh: "最近修改 {at}", en: "Last changed {at}" }
        by_system() { zh: "系统", en: "the system" }
        logged() { zh: "走访已保存", en: "Visit saved" }
        logged_text() { zh: "风险已按这次走访重新评估，需要时已通知相关人员。", en: "The risk was assessed again with this visit, and the people concerned were told where needed." }
        back_home() { zh: "回到首页", en: "Go to the start page" }
        log_another() { zh: "再登记一次", en: "Log another" }
        altered() { zh: "修改已保存", en: "Changes saved" }
        cautions() { zh: "措辞提示（可以不改）", en: "Hints on the wording (advice only)" }
        phrase(phrase: &str) { zh: "“{phrase}”：", en: "“{phrase}”: " }
        what_heard() { zh: "走访情况", en: "Visit notes" }
        change() { zh: "修改", en: "Edit" }
        withdraw() { zh: "撤回", en: "Withdraw" }
        withdraw_title() { zh: "撤回这次走访", en: "Withdraw this visit" }
        withdraw_text() { zh: "撤回后不能恢复：走访和原因会保留，但不再计入风险；曾因它收到预警邮件的人会收到更正。", en: "A withdrawal cannot be undone. The visit and your reason stay on record, but the visit no longer counts. People who were mailed because of it get a correction." }
        withdraw_reason() { zh: "撤回原因", en: "Reason for the withdrawal" }
        withdraw_reason_hint() { zh: "例如：选错了企业。收到更正的人会看到这句话。", en: "For instance: wrong enterprise. People who get the correction read this." }
        withdraw_now() { zh: "确认撤回", en: "Withdraw the visit" }
        keep_it() { zh: "不撤回", en: "Do not withdraw" }
        withdrawn_on(at: &str) { zh: "已于 {at} 撤回，不再计入", en: "Withdrawn on {at}; it no longer counts" }
        why(reason: &str) { zh: "原因：{reason}", en: "Reason: {reason}" }
        people(count: &str) { zh: "{count} 人", en: "{count}" }
    }
}

impl VisitWords {
    /// The name of a channel, short enough for a thumb.
    pub(super) fn channel_name(self, channel: Channel) -> String {
        match channel {
            Channel::OnSite => self.on_site(),
            Channel::Phone => self.phone_call(),
            Channel::Online => self.online(),
            Channel::CameToUs => self.came_to_us(),
        }
    }

    /// What an enterprise said about moving, in a word and in a few.
    pub(super) fn intent_card(self, intent: RelocationIntent) -> (String, String) {
        match intent {
            RelocationIntent::None => (self.none_name(), self.none_note()),
            RelocationIntent::Considering => (self.considering_name(), self.considering_note()),
            RelocationIntent::Decided => (self.decided_name(), self.decided_note()),
            RelocationIntent::Moving => (self.moving_name(), self.moving_note()),
        }
    }
}
