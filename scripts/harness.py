"""What the measuring scripts share: a Wellspring of their own in a temporary directory, a mail server on loopback that can
go down, and a small API client. Standard library only."""

import http.client
import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Lin-Chuan-4711-x"
NEW_PASSWORD = "Xing-He-0815-qu"


class MailServer:
    """Accepts mail in plain text on 127.0.0.1 and notes when each message was accepted. `stop` closes the port and cuts
    every connection; `start` serves the same port again."""

    def __init__(self, delay=0.0):
        self.delay = delay
        self.accepted = []  # (Message-ID, recipient, monotonic seconds)
        self.lock = threading.Lock()
        self.port = 0
        self.server = None
        self.connections = set()

    def start(self):
        outer = self

        class Conversation(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self):
                outer.connections.add(self.connection)
                try:
                    outer.converse(self.rfile, self.wfile)
                except OSError:
                    pass
                finally:
                    outer.connections.discard(self.connection)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False

        self.server = Server(("127.0.0.1", self.port), Conversation)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def converse(self, lines, out):
        def say(text):
            out.write(text.encode() + b"\r\n")

        say("220 localhost ESMTP")
        recipient = ""
        while line := lines.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                say("250-localhost\r\n250 8BITMIME")
            elif verb == b"RCPT":
                recipient = line.decode(errors="replace").split("<", 1)[-1].split(">", 1)[0]
                say("250 2.1.5 Ok")
            elif verb == b"DATA":
                say("354 Go on")
                message = []
                while (part := lines.readline()) not in (b".\r\n", b""):
                    message.append(part)
                if part == b"":
                    return
                time.sleep(self.delay)
                self.accept(message, recipient)
                say("250 2.0.0 Ok")
            elif verb == b"QUIT":
                say("221 2.0.0 Bye")
                return
            else:
                say("250 2.0.0 Ok")

    def accept(self, message, recipient):
        now = time.monotonic()
        ids = [part.split(b":", 1)[1].strip().decode() for part in message if part.lower().startswith(b"message-id:")]
        with self.lock:
            self.accepted.append((ids[0], recipient, now))

    def snapshot(self):
        with self.lock:
            return list(self.accepted)


class Wellspring:
    """The built program over a data directory of its own."""

    def __init__(self, binary, directory, mail_server, database_url=None):
        self.binary, self.directory = binary, Path(directory)
        self.port = free_port()
        self.process = None
        self.environment = {
            **os.environ,
            "LANG": "en_GB.UTF-8",
            "WELLSPRING_DATA_DIR": str(self.directory),
            "WELLSPRING_LISTEN": f"127.0.0.1:{self.port}",
            "WELLSPRING_SMTP_URL": f"smtp://localhost:{mail_server.port}?starttls=none",
            "WELLSPRING_MAIL_FROM": "Wellspring <alerts@wellspring.test>",
            "WELLSPRING_FALLBACK_RECIPIENTS": "leader@xinghe.test,chief@xinghe.test,steward@xinghe.test",
        }
        if database_url:
            self.environment["WELLSPRING_DATABASE_URL"] = database_url

    def command(self, *arguments, stdin=None):
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, input=stdin, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"wellspring {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def found_district(self):
        """A district with a leader and a service account; gives their API clients once the server runs."""
        self.command("migrate")
        self.command("organisation", "add", "--kind", "district", "--name", "星河区", "--province", "江南省", "--city", "临川市")
        self.command(
            "user", "add", "--username", "leader", "--name", "区领导", "--role", "leader", "--organisation", "星河区",
            "--password-stdin", stdin=PASSWORD + "\n",
        )
        scopes = [part for scope in ("enterprises:write", "signals:write", "read") for part in ("--scope", scope)]
        printed = self.command("token", "issue", "--name", "scripts", *scopes)
        return next(word for word in printed.split() if len(word) > 30)

    def start(self):
        log = open(self.directory / "log", "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.binary, "serve"], env=self.environment, stdout=log, stderr=log, close_fds=True
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.client().call("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.01)
        sys.exit(f"wellspring does not start, see {self.directory / 'log'}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def client(self, token=None):
        return Client(self.port, token)

    def sign_in(self):
        """The leader, signed in; a password that was set by command is renewed first."""
        for password in (NEW_PASSWORD, PASSWORD):
            client = self.client()
            status, answer = client.call("POST", "/api/v1/session", {"username": "leader", "password": password})
            if status != 201:
                continue
            client.token = answer["token"]
            if not answer["user"].get("password_change_required"):
                return client
            change = {"current_password": password, "new_password": NEW_PASSWORD}
            client.expect(client.call("POST", "/api/v1/me/password", change), (200, 204))
            return self.sign_in()
        sys.exit(f"the leader cannot sign in: {answer}")


class Client:
    """One caller over one kept connection."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.token = token

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise OSError(str(error)) from error
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(text) if is_json else text.decode(errors="replace")

    @staticmethod
    def expect(answered, statuses):
        status, answer = answered
        if status not in statuses:
            sys.exit(f"unexpected answer {status}: {answer}")
        return answer

    def all(self, path):
        """Every item of a list."""
        items, cursor = [], None
        while True:
            joint = "&" if "?" in path else "?"
            page = self.expect(self.call("GET", path + (f"{joint}cursor={cursor}" if cursor else "")), (200,))
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number):
    """A valid unified social credit code (GB 32100-2015) for an organisation of our own counting."""
    body = f"{number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2)))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    code = "91320106" + body + check
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return code + ALPHABET[(31 - sum(ALPHABET.index(c) * w for c, w in zip(code, weights)) % 31) % 31]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def built(binary):
    """The program to run: the one named, or a release build of this checkout."""
    if binary:
        return binary
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    return str(ROOT / "target" / "release" / "wellspring")
