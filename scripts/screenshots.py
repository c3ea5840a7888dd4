#!/usr/bin/env python3
"""Takes the pictures of the READMEs: serves a demonstration district and photographs pages in headless Chromium.

    cargo build && python3 scripts/screenshots.py

Needs chromium and chromedriver. Writes docs/pictures/*.png.
"""
import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "debug" / "wellspring"
PICTURES = ROOT / "docs" / "pictures"
# Name, role, language, width, height, page; `*` stands for the first link of that kind on the list before.
WANTED = [
    ("overview", "leader", "zh", 1440, 900, "/overview"),
    ("enterprise", "leader", "en", 1440, 900, "/enterprises/*"),
    ("visit", "steward", "zh", 390, 844, "/visits/new?enterprise=*"),
    ("workbench", "steward", "zh", 390, 844, "/workbench"),
]


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["value"]


class Browser:
    def __init__(self, driver, width, height):
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
        options = {"args": arguments}
        if width < 600:
            options["mobileEmulation"] = {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1}}
        wanted = {"alwaysMatch": {"goog:chromeOptions": options}}
        session = call("POST", f"{driver}/session", {"capabilities": wanted})["sessionId"]
        self.base = f"{driver}/session/{session}"
        if width >= 600:
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            body = {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}
            call("POST", f"{self.base}/goog/cdp/execute", body)

    def go(self, url):
        call("POST", f"{self.base}/url", {"url": url})

    def run(self, script, *arguments):
        return call("POST", f"{self.base}/execute/sync", {"script": script, "args": list(arguments)})

    def picture(self, path):
        path.write_bytes(base64.b64decode(call("GET", f"{self.base}/screenshot")))

    def close(self):
        call("DELETE", self.base)


def sign_in(browser, base, user, language):
    browser.go(f"{base}/sign-in?lang={language}")
    script = "username.value = arguments[0]; password.value = arguments[1]; document.forms[0].submit()"
    browser.run(script, user["username"], user["password"])
    for _ in range(100):
        if "/sign-in" not in browser.run("return location.pathname"):
            return
        time.sleep(0.05)
    raise SystemExit("not let in")


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        environment = dict(os.environ, WELLSPRING_DATA_DIR=data, WELLSPRING_LISTEN="127.0.0.1:8399")
        subprocess.run([PROGRAM, "demo", "--no-serve", "--seed", "7"], env=environment, check=True, capture_output=True)
        users = json.loads((Path(data) / "demo-credentials.json").read_text())["users"]
        served = subprocess.Popen([PROGRAM, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        driver = subprocess.Popen(["chromedriver", "--port=9599"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(3)
            for name, role, language, width, height, page in WANTED:
                browser = Browser("http://127.0.0.1:9599", width, height)
                base = "http://127.0.0.1:8399"
                sign_in(browser, base, next(user for user in users if user["role"] == role), language)
                if page.endswith("*"):
                    browser.go(f"{base}/enterprises")
                    script = "return document.querySelector('tbody a').getAttribute('href').split('/').pop()"
                    page = page[:-1] + browser.run(script)
                browser.go(base + page)
                browser.picture(PICTURES / f"{name}.png")
                browser.close()
        finally:
            served.terminate()
            driver.terminate()


if __name__ == "__main__":
    main()
