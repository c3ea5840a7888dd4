#!/usr/bin/env python3
"""Sends hostile requests to every operation of a running Wellspring and reports answers that break its promises:

no 5xx; every refusal is application/problem+json with a code and the request id; the server still lives afterwards.

    cargo run -- demo                                        # in one terminal
    scripts/fuzz_api.py --credentials data/demo/demo-credentials.json --rounds 200

Standard library only. Stops by itself after the rounds; talks to loopback addresses alone.
"""

import argparse
import json
import random
import sys
import urllib.error
import urllib.request
from urllib.parse import quote, urlsplit

TEXTS = [
    "", " ", "\x00", "a\x00b", "‮gnp.exe", "⁦x⁩", "😀" * 50, "<script>alert(1)</script>", "' OR 1=1 --",
    "Subject: x\r\nBcc: everyone@example.test", "=cmd|' /C calc'!A0", "../../etc/passwd", "星" * 100_000, "null", "NaN",
    "2026-02-30", "2026-13", "9999-12-31", "0000-00-00", "uscc:91110000600037341N", "91110000600037341L",
]
NUMBERS = [0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 1e308, 0.1]
OTHERS = [None, True, [], {}, [None], {"": ""}, [[[[[]]]]], ["x"] * 2000]


class Fuzzer:
    def __init__(self, base, credentials, seed):
        self.base = base
        self.random = random.Random(seed)
        self.tokens = [None, "wss_nonsense", credentials["service_token"]]
        one_of_each_role = {user["role"]: user for user in credentials["users"]}
        self.tokens += [self.sign_in(user) for user in one_of_each_role.values()]
        self.document = json.loads(self.send("GET", "/openapi.json", None, None)[2])
        self.failures = []
        self.sent = 0

    def sign_in(self, user):
        body = json.dumps({"username": user["username"], "password": user["password"]}).encode()
        status, _, answer = self.send("POST", "/api/v1/session", None, body)
        return json.loads(answer)["token"] if status == 201 else None

    def send(self, method, path, token, body, content_type="application/json"):
        request = urllib.request.Request(self.base + path, data=body, method=method)
        if body is not None:
            request.add_header("content-type", content_type)
        if token:
            request.add_header("authorization", f"Bearer {token}")
        for name in ("if-match", "idempotency-key"):
            if self.random.random() < 0.5:
                request.add_header(name, self.random.choice(['"1"', '"0-abc"', "x", '"9223372036854775808"', "k" * 300]))
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def value(self, schema, depth=0):
        """Mostly a value of the schema's form, sometimes anything."""
        if self.random.random() < 0.35 or depth > 4:
            return self.random.choice(self.random.choice([TEXTS, NUMBERS, OTHERS]))
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            return self.value(self.document["components"]["schemas"].get(name, {}), depth + 1)
        for union in ("oneOf", "anyOf", "allOf"):
            if union in schema:
                return self.value(self.random.choice(schema[union]), depth + 1)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            fields = schema.get("properties", {})
            chosen = {name: self.value(field, depth + 1) for name, field in fields.items() if self.random.random() < 0.8}
            if self.random.random() < 0.1:
                chosen["no_such_field"] = 1
            return chosen
        if kind == "array":
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(self.random.randint(0, 3))]
        if kind in ("integer", "number"):
            return self.random.choice(NUMBERS)
        if kind == "boolean":
            return self.random.choice([True, False])
        return self.random.choice(TEXTS + ["2026-11-01", "2026-10", "星河科技有限公司"])

    def body(self, operation):
        form = self.random.random()
        if form < 0.05:
            return b"\xff\xfe\x00{", "application/json"
        if form < 0.08:
            return b"[" * 5000, "application/json"
        if form < 0.10:
            return b" " * (10 * 1024 * 1024), "application/json"
        if form < 0.13:
            return b"a=1", "application/x-www-form-urlencoded"
        content = operation.get("requestBody", {}).get("content", {})
        schema = next(iter(content.values()), {}).get("schema", {})
        return json.dumps(self.value(schema)).encode("utf-8", "replace"), "application/json"

    def path(self, template, operation):
        path = template
        while "{" in path:
            start, end = path.index("{"), path.index("}")
            filler = self.random.choice(["01936f0e-7c1e-7c3a-9d5e-1f2a3b4c5d6e", "7", "uscc:91110000600037341L", "%00", "x" * 3000])
            path = path[:start] + filler + path[end + 1 :]
        names = [p["name"] for p in operation.get("parameters", []) if p.get("in") == "query"]
        pairs = [(name, self.random.choice(TEXTS[:20] + ["-1", "999999999999999999999", "name", "-risk"])) for name in names if self.random.random() < 0.3]
        if pairs:
            path += "?" + "&".join(f"{quote(name)}={quote(value[:200])}" for name, value in pairs)
        return path

    def round(self):
        for template, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if method not in ("get", "post", "put", "patch", "delete"):
                    continue
                if (method, template) == ("delete", "/api/v1/session"):
                    continue  # signing out would end the fuzzing
                token = self.random.choice(self.tokens)
                path = self.path(template, operation)
                body, kind = self.body(operation) if method in ("post", "put", "patch") else (None, None)
                try:
                    status, headers, answer = self.send(method.upper(), path, token, body, kind)
                except (ConnectionError, urllib.error.URLError) as error:
                    # A server may close the connection on a body it will not read.
                    if body is None or len(body) < 1_000_000:
                        self.failures.append((method, path[:120], f"no answer: {error}"))
                    continue
                self.sent += 1
                self.judge(method, path, status, headers, answer)

    def judge(self, method, path, status, headers, answer):
        if status >= 500:
            self.failures.append((method, path[:120], f"{status} {answer[:300]!r}"))
        elif status >= 400:
            kind = headers.get("content-type", "")
            problem = json.loads(answer) if kind.startswith("application/problem+json") else {}
            if not problem.get("code") or problem.get("request_id") != headers.get("x-request-id"):
                self.failures.append((method, path[:120], f"{status} is no problem: {kind} {answer[:200]!r}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--credentials", required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with open(arguments.credentials, encoding="utf-8") as file:
        credentials = json.load(file)
    base = credentials["base_url"].rstrip("/")
    if urlsplit(base).hostname not in ("127.0.0.1", "localhost", "::1"):
        sys.exit("only a server on this machine is fuzzed")
    fuzzer = Fuzzer(base, credentials, arguments.seed)
    for _ in range(arguments.rounds):
        fuzzer.round()
    alive = fuzzer.send("GET", "/healthz", None, None)[0] == 200
    for failure in fuzzer.failures[:50]:
        print(*failure)
    print(f"{fuzzer.sent} requests, {len(fuzzer.failures)} broken promises, alive: {alive}")
    sys.exit(bool(fuzzer.failures) or not alive)


if __name__ == "__main__":
    main()
