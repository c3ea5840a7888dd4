#!/usr/bin/env python3
"""Makes a small populated database with a released program, for the tests that migrate it: every table has rows, and so have the
rare states (a mail half sent, a change without its place in the chain, a second factor, a merged office).

    scripts/database_fixture.py --binary old/wellspring --output tests/fixtures/databases/2026-11-22-000005
    scripts/database_fixture.py --binary old/wellspring --output … --database-url postgres://user@host/empty

Without --database-url it makes the SQLite fixture, with it the PostgreSQL fixture (needs pg_dump). Both use the key in the output
directory; it is made when there is none, and protects nothing. Beside the database it writes what the old program answered.
Standard library only."""

import argparse
import base64
import datetime
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from fixture_story import ChoosyMailServer, Story
from harness import NEW_PASSWORD, Wellspring

# Who reads a list; everything else is read by the leader.
READERS = {
    "/users": "security", "/tokens": "security", "/me/tokens": "security", "/mail-messages": "admin", "/audit-log": "auditor",
}


def answers(story):
    """Chosen fields of what the program answers about one thing of each kind."""
    ids = story.ids
    chosen = {
        f"/enterprises/{ids[4]}": "uscc name tier presence status industry_edition street_id version",
        f"/enterprises/{ids[1]}/team": "leader_id chief_steward_id steward_id members",
        f"/enterprises/{ids[20]}/risk": "level score",
        f"/enterprises/{ids[2]}/receipts": "months",
        f"/visits/{ids['withdrawn']}": "enterprise_id visited_on channel summary relocation_intent withdrawal_reason version",
        f"/visits/{story.kept['repeated']['id']}": "enterprise_id visited_on channel summary reasons requests",
        f"/signals/{ids['area_cut']}": "enterprise_id kind occurred_on source reference detail",
        f"/alerts/{ids['respected']}": "enterprise_id level state outcome outcome_note version",
        f"/alerts/{ids['acknowledged']}": "enterprise_id level state outcome version",
        f"/organisations/{ids['老街街道']}": "kind name status merged_into_id version",
    }
    answered = {}
    for path, fields in chosen.items():
        answer = story.caller("leader").get(path)
        answered["/api/v1" + path] = {field: answer[field] for field in fields.split()}
    return answered


def lists(story):
    """The second page of every list in every order, with one row a page: the cursor that leads to it and the row on it."""
    described = story.caller("service").call("GET", "/openapi.json")[1]["paths"]
    for path, operations in described.items():
        parameters = {one["name"]: one["schema"] for one in operations.get("get", {}).get("parameters", [])}
        mark = next((name for name in ("cursor", "after") if name in parameters), None)
        if not mark:
            continue
        choices = [""]
        if "sort" in parameters:
            choices += [f"sort={value}&" for value in parameters["sort"]["enum"]]
        if path.endswith("/audit-log"):
            choices = [f"kind={value}&" for value in parameters["kind"]["enum"]]
        reader = "service" if mark == "after" else READERS.get(path.removeprefix("/api/v1"), "leader")
        for choice in choices:
            yield page(story, path, choice, mark, reader)
        if "sort" in parameters:
            yield page(story, path, "sort=tax_year&", mark, "steward")


def page(story, path, choice, mark, reader):
    ids = story.ids
    kinds = {"/alerts/": ids["acknowledged"], "/team/": ids[0], "/contacts": ids[1], "/signals": ids[13], "/timeline": ids[10]}
    asked = path.replace("{id}", next((one for part, one in kinds.items() if part in path), "")) + f"?{choice}limit=1"
    first = story.caller(reader).call("GET", asked)[1]
    if not first.get("next_cursor"):
        sys.exit(f"{asked}: needs two rows: {first}")
    row = story.caller(reader).call("GET", f"{asked}&{mark}={first['next_cursor']}")[1]["items"][0]
    # A team of the past has no id.
    then = {name: row[name] for name in ("id", "since", "noun_id") if name in row}
    return {"path": asked, "caller": reader, "mark": mark, "cursor": first["next_cursor"], "then": then}


def facts(story):
    """What the test of the next version asks the migrated database."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "made_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "password": NEW_PASSWORD, "tokens": story.tokens, **story.kept,
        "answers": answers(story), "lists": list(lists(story)),
    }


def pack(output, name, content):
    """One file in an archive that is the same each time."""
    with zipfile.ZipFile(output / f"{name}.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)


def sqlite_file(path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.close()
    return path.read_bytes()


def postgres_dump(url):
    options = ["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", "--no-comments"]
    dump = subprocess.run(["pg_dump", *options, url], capture_output=True, text=True, check=True).stdout
    # Commands of psql are no SQL.
    return "\n".join(line for line in dump.splitlines() if not line.startswith("\\")).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the program of the version whose database is wanted")
    parser.add_argument("--output", required=True, type=Path, help="directory of the fixture, named by its newest migration")
    parser.add_argument("--database-url", help="an empty PostgreSQL database (default: SQLite)")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    key = options.output / "secret.key"
    if not key.exists():
        key.write_text(base64.b64encode(os.urandom(32)).decode() + "\n", encoding="ascii")
    mail = ChoosyMailServer()
    mail.start()
    with tempfile.TemporaryDirectory(prefix="wellspring-fixture-") as directory:
        program = Wellspring(options.binary, directory, mail, options.database_url)
        program.environment |= {
            "WELLSPRING_SECRET_KEY": key.read_text(encoding="ascii").strip(), "WELLSPRING_ASSESSMENT_HOUR": "0",
            "WELLSPRING_DIGEST_THRESHOLD": "2", "WELLSPRING_FALLBACK_RECIPIENTS": "duty@xinghe.test",
        }
        story = Story(program, mail)
        story.begin()
        said = facts(story)
        story.end()
        if options.database_url:
            kind, name, content = "postgres", "postgres.sql", postgres_dump(options.database_url)
        else:
            kind, name, content = "sqlite", "wellspring.sqlite", sqlite_file(Path(directory) / "wellspring.sqlite")
    pack(options.output, name, content)
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    (options.output / f"{kind}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
