#!/usr/bin/env python3
"""Measures how long the pages of the demonstration district take, from the request sent to the last byte of the answer over
loopback, and how much they weigh, each role's pages over one kept connection.

    scripts/page_times.py                       # 2,000 enterprises, 50 requests a page
    scripts/page_times.py --requests 200 --enterprises 20000

A program and database of its own. The weight counts the page as it is sent, without style and script, which a browser keeps.
Standard library only."""

import argparse
import http.client
import json
import re
import statistics
import tempfile
import time
import urllib.parse
from pathlib import Path

from harness import MailServer, Wellspring, built

PAGES = {
    "steward": ["/workbench", "/enterprises", "{enterprise}", "{enterprise}/timeline", "/visits", "/visits/new", "/alerts"],
    "chief_steward": ["/overview", "/enterprises?risk_level=red", "/enterprises?q=科技&size=100", "{enterprise}/team"],
    "leader": ["/overview", "/overview?screen=big", "/alerts", "{alert}", "/enterprises?sort=-tax_year", "{enterprise}"],
    "finance": ["/enterprises/new", "/imports", "{enterprise}/edit"],
    "administrator": ["/organisations", "/settings", "/mail-queue", "/jobs"],
    "security_administrator": ["/users", "/users/new", "/tokens", "/account"],
    "auditor": ["/audit-log", "/audit-log/chain"],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=50, help="requests a page (default 50)")
    parser.add_argument("--binary", help="the program (default: a release build of this checkout)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wellspring-pages-") as directory:
        mail = MailServer()
        mail.start()
        program = Wellspring(built(options.binary), directory, mail)
        program.command("demo", "--no-serve", "--enterprises", str(options.enterprises))
        people = json.loads((Path(directory) / "demo-credentials.json").read_text())["users"]
        program.start()
        try:
            print(f"{'milliseconds':<52}     p50     p95     max       kB")
            for role, pages in PAGES.items():
                person = next(person for person in people if person["role"] == role)
                measure(Browser(program.port, person), role, pages, options.requests)
        finally:
            program.stop()


def measure(browser, role, pages, requests):
    known = {"enterprise": browser.first("/enterprises"), "alert": browser.first("/alerts")} if browser.finds else {}
    for page in pages:
        path = page.format(**known)
        times, size = [], 0
        for _ in range(requests + 3):
            begun = time.perf_counter()
            size = len(browser.page(path))
            times.append((time.perf_counter() - begun) * 1000)
        times = sorted(times[3:])
        p95 = times[int(len(times) * 0.95)]
        print(f"{role:<23}{page:<29}{statistics.median(times):8.1f}{p95:8.1f}{times[-1]:8.1f}{size / 1000:9.1f}")


class Browser:
    """Somebody signed in, over one connection."""

    def __init__(self, port, person):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = {}
        form = urllib.parse.urlencode({"username": person["username"], "password": person["password"]})
        self.send("GET", "/sign-in")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
        status, _ = self.send("POST", "/sign-in", form, headers)
        if status != 303:
            raise SystemExit(f"{person['username']} cannot sign in: {status}")
        self.finds = self.send("GET", "/enterprises")[0] == 200

    def send(self, method, path, body=None, headers=None):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, urllib.parse.quote(path, safe="/?&=-%"), body, {**(headers or {}), "Cookie": cookies})
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def page(self, path):
        status, body = self.send("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        return body

    def first(self, path):
        """The first address below a list that leads to one of its rows."""
        found = re.search(rf'href="({path}/[0-9a-f-]{{36}})"', self.page(path).decode())
        if not found:
            raise SystemExit(f"{path} has no rows")
        return found.group(1)


if __name__ == "__main__":
    main()
