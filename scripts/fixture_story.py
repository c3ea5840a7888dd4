"""What happens in the district of `database_fixture.py`: one thing of every kind, and the rare states besides."""

import base64
import csv
import datetime
import hashlib
import hmac
import json
import sys
import time

from harness import NEW_PASSWORD, PASSWORD, Client, MailServer, credit_code

SOURCE = ["--source", "税务局", "--legal-basis", "税收征管法第六条", "--data-date"]
SCOPES = ("enterprises:write", "receipts:write", "signals:write", "read", "figures:read", "changes:read")
# Username, name, role, organisation, language.
PEOPLE = [
    ("steward", "王芳", "steward", "星湖街道", "zh-CN"),
    ("steward.en", "Li Na", "steward", "云台街道", "en"),
    ("leaver", "赵离", "steward", "云台街道", "zh-CN"),
    ("chief", "陈总", "chief_steward", "星湖街道", "zh-CN"),
    ("finance", "钱财", "finance", "星河区", "zh-CN"),
    ("leader", "周区长", "leader", "星河区", "zh-CN"),
    ("supervisor", "吴督查", "supervisor", "星河区", "zh-CN"),
    ("admin", "系统管理员", "administrator", "星河区", "zh-CN"),
    ("auditor", "审计员", "auditor", "星河区", "zh-CN"),
]
OUTCOMES = ("retained", "moved", "moved_in_part", "respected", "false_alarm", "closed_down")
FIRMS = 24


class Caller(Client):
    """Somebody who calls the API; a refused call ends the script."""

    def __init__(self, port, token=None, headers=None):
        super().__init__(port, token)
        self.headers = headers or {}

    def having(self, name, value):
        return Caller(self.connection.port, self.token, {name: value})

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json", **self.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        self.connection.request(method, path, text, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(content) if is_json else content

    def must(self, method, path, body=None):
        status, answer = self.call(method, "/api/v1" + path, body)
        if status not in (200, 201, 204):
            sys.exit(f"{method} {path}: {status} {answer}")
        return answer

    def get(self, path):
        return self.must("GET", path)

    def post(self, path, body=None):
        return self.must("POST", path, body)


class ChoosyMailServer(MailServer):
    """Refuses one recipient for good."""

    def converse(self, lines, out):
        refused = False

        class Lines:
            def readline(self):
                nonlocal refused
                line = lines.readline()
                refused = line[:4].upper() == b"RCPT" and b"refused@" in line
                return line

        class Out:
            def write(self, text):
                out.write(b"550 5.1.1 no such user\r\n" if refused else text)

        super().converse(Lines(), Out())


def totp(secret, at):
    """The code an authenticator app shows (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), int(at // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def eventually(what, look, patience=60):
    deadline = time.monotonic() + patience
    while not look():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not come")
        time.sleep(0.1)


def months(count):
    """The treasury months before this one, the latest last."""
    today = datetime.date.today()
    last = today.year * 12 + today.month - 2
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(last - count + 1, last + 1)]


def day(ago):
    return str(datetime.date.today() - datetime.timedelta(days=ago))


def enterprise_rows():
    yield "统一社会信用代码 企业名称 行业代码 注册地址 所属街道 主管税务机关 入驻日期 企业等级 联系人 联系电话".split()
    for number in range(FIRMS):
        street = "星湖街道" if number % 3 else "云台街道"
        yield [
            credit_code(number), f"星河第{number}科技有限公司", "I6510" if number % 2 else "",
            f"江南省临川市星河区{street}{number + 1}号", street, "国家税务总局临川市星河区税务局" if number % 4 else "",
            "2019-03-01" if number % 5 else "", "重点" if number < 6 else "一般", f"联系人{number}", f"138000000{number:02d}",
        ]


def receipt_rows(chosen, more=0):
    """Firm 20 pays a quarter of what it paid a year ago, firm 21 nothing any more, firm 1 a one-off tax once."""
    yield "统一社会信用代码 入库月份 税种 入库金额 区级留成 税款所属期 预算级次".split()
    for month in chosen:
        for number in range(FIRMS):
            yuan = 30_000 * (number + 1) + more
            if number == 20 and month in months(6):
                yuan //= 4
            if number != 21 or month not in months(3):
                yield [credit_code(number), month, "增值税", yuan, yuan // 2, month, "区级"]
        if month.endswith("-05"):
            yield [credit_code(1), month, "土地增值税", 800_000, "", month, ""]


class Story:
    """What happens, told to one program and one mail server."""

    def __init__(self, program, mail):
        self.program, self.mail = program, mail
        self.tokens, self.ids, self.kept = {}, {}, {}

    def begin(self):
        """Everything up to the last mail that arrives."""
        self.found_district()
        self.mail.stop()
        self.program.start()
        self.admit_people()
        self.import_lists()
        self.entrust()
        self.visit()
        self.alert()
        self.report_signals()
        self.save_and_read()
        self.take_leave()
        self.mail.start()
        unsent = ("/mail-messages?state=pending", "/mail-messages?state=sending")
        eventually("mail", lambda: not any(self.caller("admin").get(path)["items"] for path in unsent), 180)

    def end(self):
        """The mail server has a mail in its hands when the program is killed, and a command leaves a change without its place."""
        self.mail.delay = 60
        self.log_visit(19, "decided")
        eventually("sending", lambda: self.caller("admin").get("/mail-messages?state=sending")["items"])
        eventually("sealing", lambda: "0 wait for their place" in self.program.command("check", "--audit"))
        self.program.kill()
        self.program.command("organisation", "add", "--kind", "department", "--name", "人社局")

    def caller(self, name):
        return Caller(self.program.port, self.tokens[name])

    def found_district(self):
        run = self.program.command
        run("migrate")
        run("organisation", "add", "--kind", "district", "--name", "星河区", "--province", "江南省", "--city", "临川市")
        for name in ("星湖街道", "云台街道", "老街街道"):
            run("organisation", "add", "--kind", "street", "--name", name)
        run("organisation", "add", "--kind", "department", "--name", "投资促进局")
        run("user", "add", "--username", "security", "--name", "安全员", "--role", "security_administrator",
            "--organisation", "星河区", "--password-stdin", stdin=PASSWORD + "\n")
        printed = run("token", "issue", "--name", "数据共享", *(part for scope in SCOPES for part in ("--scope", scope)))
        self.tokens["service"] = next(word for word in printed.split() if len(word) > 30)

    def sign_in(self, username, password=PASSWORD):
        caller = Caller(self.program.port)
        caller.token = caller.post("/session", {"username": username, "password": password})["token"]
        if password != NEW_PASSWORD:
            caller.post("/me/password", {"current_password": password, "new_password": NEW_PASSWORD})
            return self.sign_in(username, NEW_PASSWORD)
        self.tokens[username] = caller.token
        return caller

    def admit_people(self):
        security = self.sign_in("security")
        for organisation in self.caller("service").get("/organisations")["items"]:
            self.ids[organisation["name"]] = organisation["id"]
        for username, name, role, organisation, language in PEOPLE:
            mailbox = "refused" if username == "steward.en" else username
            self.ids[username] = security.post("/users", {
                "username": username, "display_name": name, "role": role, "organisation_id": self.ids[organisation],
                "email": f"{mailbox}@xinghe.test", "language": language, "password": PASSWORD,
            })["id"]
            self.sign_in(username)
        limited = {"name": "楼宇巡查", "scopes": ["signals:write", "read"], "street_id": self.ids["星湖街道"]}
        security.post("/tokens", limited)
        revoked = security.post("/tokens", {"name": "旧接口", "scopes": ["read"]})
        security.must("DELETE", f"/tokens/{revoked['id']}")
        Caller(self.program.port).call("POST", "/api/v1/session", {"username": "supervisor", "password": "wrong"})
        self.kept["totp_secret"] = security.post("/me/totp")["secret"]
        security.post("/me/totp/confirm", {"code": totp(self.kept["totp_secret"], time.time())})

    def import_file(self, kind, name, rows, *more):
        path = self.program.directory / name
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        self.program.command("import", kind, str(path), *SOURCE, day(1), *more)

    def import_lists(self):
        self.import_file("enterprises", "税源清单.csv", enterprise_rows())
        self.import_file("receipts", "入库税款.csv", receipt_rows(months(15)), "--unit", "yuan")
        self.import_file("receipts", "入库税款-更正.csv", receipt_rows(months(1), 5), "--unit", "yuan")
        service = self.caller("service")
        for number in range(FIRMS):
            self.ids[number] = service.get(f"/enterprises/uscc:{credit_code(number)}")["id"]
        refund = {"enterprise_id": self.ids[2], "tax_type": "stamp_tax", "treasury_month": months(1)[0], "amount_fen": -12_000}
        service.post("/receipts/batch", {"source": "社保局", "complete_months": months(1), "items": [refund]})

    def entrust(self):
        leader, steward, finance = self.caller("leader"), self.caller("steward"), self.caller("finance")
        people = {"leader_id": self.ids["leader"], "lead_organisation_id": self.ids["投资促进局"],
                  "chief_steward_id": self.ids["chief"]}
        for number in range(20):
            team = {**people, "steward_id": self.ids["leaver" if number in (17, 18) else "steward"],
                    "members": [self.ids["steward.en"]] if number == 1 else []}
            leader.having("If-None-Match", "*").must("PUT", f"/enterprises/{self.ids[number]}/team", team)
        for head in (None, self.ids["leader"]):
            team = {**people, "steward_id": self.ids["steward"], "leader_id": head}
            leader.having("If-Match", "*").must("PUT", f"/enterprises/{self.ids[0]}/team", team)
        contacts = f"/enterprises/{self.ids[1]}/contacts"
        for name in ("孙经理", "李会计", "误记"):
            contact = steward.post(contacts, {"name": name, "phone": "010-88886666", "email": "someone@firm.test"})
        steward.having("If-Match", "*").must("DELETE", f"{contacts}/{contact['id']}")
        for number, presence in enumerate(("local", "operates_elsewhere", "taxed_elsewhere", "unreachable"), start=1):
            change = {"presence": presence, "industry_edition": "gb_2011", "industry_code": "I6510"}
            finance.having("If-Match", "*").must("PATCH", f"/enterprises/{self.ids[number]}", change)

    def log_visit(self, number, intent=None, channel="on_site", ago=0, **more):
        visit = {"enterprise_id": self.ids[number], "visited_on": day(ago), "channel": channel,
                 "summary": f"第{number}户：了解近况", "relocation_intent": intent, **more}
        return self.caller("steward").post("/visits", visit)["id"]

    def visit(self):
        for number, channel in enumerate(("on_site", "phone", "online", "came_to_us")):
            self.log_visit(number + 1, ("none", None)[number % 2], channel, ago=40 + number, met_with="孙经理", employees=120,
                           requests=["希望解决停车", "子女入学"], next_visit_on=day(-20))
        body = json.dumps({"enterprise_id": self.ids[2], "visited_on": day(3), "channel": "phone", "summary": "电话回访"})
        made = self.caller("steward").having("Idempotency-Key", "fixture-visit").post("/visits", body)
        self.kept["repeated"] = {"path": "/api/v1/visits", "key": "fixture-visit", "body": body, "id": made["id"]}
        corrected = self.log_visit(3, "none", ago=2)
        change = {"summary": "更正：企业负责人不在", "relocation_intent": None}
        self.caller("steward").having("If-Match", "*").must("PATCH", f"/visits/{corrected}", change)

    def open_alert(self, number):
        found = self.caller("leader").get(f"/alerts?enterprise_id={self.ids[number]}&state=open")["items"]
        return found[0]["id"] if found else sys.exit(f"firm {number} has no open alert")

    def alert(self):
        leader, chief = self.caller("leader"), self.caller("chief")
        for number, outcome in enumerate(OUTCOMES, start=4):
            self.log_visit(number, "decided", reasons=["rent_or_premises", "talent"], destination_division="320100")
            self.ids[outcome] = self.open_alert(number)
            if number % 2:
                chief.post(f"/alerts/{self.ids[outcome]}/acknowledge")
            leader.post(f"/alerts/{self.ids[outcome]}/resolve", {"outcome": outcome, "note": f"办结：{outcome}"})
        self.log_visit(10, "moving", reasons=["space"], requests=["协助办理迁移"])
        self.ids["acknowledged"] = self.open_alert(10)
        chief.post(f"/alerts/{self.ids['acknowledged']}/acknowledge")
        for text in ("请街道上门了解企业需求，尊重企业选择。", "请投资促进局提供场地清单。"):
            leader.post(f"/alerts/{self.ids['acknowledged']}/directives", {"text": text})
        self.log_visit(11, "considering")
        self.log_visit(11, "moving")
        self.ids["withdrawn"] = self.log_visit(12, "decided")
        self.caller("steward").post(f"/visits/{self.ids['withdrawn']}/withdraw", {"reason": "记错了企业"})
        self.log_visit(1, "considering")

    def report_signals(self):
        """One waits in quarantine, one is withdrawn, and four at once make a digest."""
        service = self.caller("service")
        seen = {"occurred_on": day(1), "source": "市场监管", "detail": "数据共享"}
        for kind in ("area_cut", "lay_offs"):
            signal = {**seen, "enterprise_id": self.ids[13], "kind": kind, "reference": f"2026-{kind}"}
            self.ids[kind] = service.post("/signals", signal)["id"]
        service.post(f"/signals/{self.ids['lay_offs']}/withdraw", {"reason": "重复上报"})
        service.post("/signals", {**seen, "enterprise_id": f"uscc:{credit_code(9000)}", "kind": "address_change_filing"})
        moving = [{**seen, "enterprise_id": self.ids[number], "kind": "cross_province_migration"} for number in range(14, 18)]
        service.post("/signals/batch", {"items": moving})

    def save_and_read(self):
        """Saved views with every filter, and one recorded read of each kind."""
        leader, steward = self.caller("leader"), self.caller("steward")
        everything = (
            f"q=星河&street_id={self.ids['星湖街道']}&industry_code=65&presence=local&tier=normal&new_entry=false&risk_level=red"
            f"&status=relocating&steward_id={self.ids['steward']}&tax_year_min_fen=1&tax_year_max_fen=99999999999&sort=-tax_year"
        )
        leader.post("/me/views", {"name": "都要", "query": f"{everything}&columns=name,uscc,score&size=100"})
        steward.post("/me/views", {"name": "我的", "query": f"steward_id={self.ids['steward']}&tax_year_band=1m_5m&sort=risk"})
        self.caller("finance").get(f"/enterprises/{self.ids[1]}/receipts")
        contacts = f"/enterprises/{self.ids[1]}/contacts"
        steward.post(f"{contacts}/{steward.get(contacts)['items'][0]['id']}/unmask")
        leader.get("/enterprises/export?tier=key&columns=name,uscc,tax_year")
        self.caller("auditor").get("/audit-log?kind=accesses")

    def take_leave(self):
        """A person leaves while mails to them wait, and an office goes into another."""
        self.caller("security").post(f"/users/{self.ids['leaver']}/deactivate", {"successor_id": self.ids["steward.en"]})
        merge = {"into_id": self.ids["云台街道"]}
        self.caller("admin").post(f"/organisations/{self.ids['老街街道']}/merge", merge)
