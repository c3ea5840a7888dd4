#!/usr/bin/env python3
"""Takes the mail server down, kills the program with SIGKILL again and again while firms report that they move, brings the
mail server back, and proves: every alert the API acknowledged has its mails, none is lost, and duplicates carry the
Message-ID of their original.

    scripts/kill_mail.py                                  # ten minutes of outage, 60 kills
    scripts/kill_mail.py --downtime 20 --kills 10         # a short trial
    scripts/kill_mail.py --up --kills 300 --downtime 120  # mail server up: kills strike deliveries

Standard library only; a program, database and mail server of its own on loopback. Exit code 1 when a promise is broken.
"""

import argparse
import collections
import random
import sys
import tempfile
import time

from harness import MailServer, Wellspring, built, credit_code

RECIPIENTS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--downtime", type=float, default=600, help="seconds of outage (default 600)")
    parser.add_argument("--kills", type=int, default=60, help="how often the program is killed (default 60)")
    parser.add_argument("--alerts", type=int, default=5, help="alerts raised between two kills (default 5)")
    parser.add_argument("--up", action="store_true", help="leave the mail server up, so that kills strike deliveries")
    parser.add_argument("--patience", type=float, default=60, help="seconds for the mails after the outage (default 60)")
    parser.add_argument("--database-url", help="an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", help="the program (default: a release build of this checkout)")
    options = parser.parse_args()

    chance = random.Random(options.seed)
    mail = MailServer(delay=0.01 if options.up else 0)
    mail.start()
    with tempfile.TemporaryDirectory(prefix="wellspring-kill-") as directory:
        program = Wellspring(built(options.binary), directory, mail, options.database_url)
        token = program.found_district()
        if not options.up:
            mail.stop()
        acknowledged = raise_alerts(options, chance, program, token)
        sys.exit(judge(options, program, mail, token, acknowledged))


def raise_alerts(options, chance, program, token):
    """Kills the program `--kills` times within the downtime; gives the enterprises whose signal was acknowledged."""
    acknowledged, number = [], 0
    pause = options.downtime / options.kills
    today = time.strftime("%Y-%m-%d")
    for kill in range(options.kills):
        began = time.monotonic()
        program.start()
        client = program.client(token)
        for _ in range(options.alerts):
            number += 1
            name = {"uscc": credit_code(number), "name": f"第{number}企业有限公司"}
            enterprise = client.expect(client.call("POST", "/api/v1/enterprises", name), (201,))
            signal = {
                "enterprise_id": enterprise["id"], "kind": "address_change_filing", "occurred_on": today,
                "source": "kill_mail", "reference": str(number),
            }
            client.expect(client.call("POST", "/api/v1/signals", signal), (201,))
            acknowledged.append(enterprise["id"])
        time.sleep(max(0.0, chance.uniform(0, 1) * (pause - (time.monotonic() - began))))
        program.kill()
        time.sleep(max(0.0, pause - (time.monotonic() - began)))
        print(f"\rkilled {kill + 1} of {options.kills}, {len(acknowledged)} alerts", end="", file=sys.stderr)
    print(file=sys.stderr)
    return acknowledged


def judge(options, program, mail, token, acknowledged):
    program.start()
    before = len(mail.snapshot())
    if not options.up:
        time.sleep(2)
        mail.start()
    returned = time.monotonic()
    expected = len(acknowledged) * RECIPIENTS
    while time.monotonic() - returned < options.patience:
        if len({mail_id for mail_id, _, _ in mail.snapshot()}) >= expected:
            break
        time.sleep(0.02)
    time.sleep(1)
    program.stop()

    accepted = mail.snapshot()
    copies = collections.Counter(mail_id for mail_id, _, _ in accepted)
    late = [at for _, _, at in accepted[before:]]
    took = max(late) - returned if late else 0.0
    duplicates = sum(copies.values()) - len(copies)
    print(f"alerts acknowledged        {len(acknowledged)}")
    print(f"mails expected             {expected}")
    print(f"mails that arrived         {len(copies)}")
    print(f"duplicates (same id)       {duplicates}")
    print(f"last mail after return     {took:.2f} s")
    lost = expected - len(copies)
    if lost:
        print(f"BROKEN: {lost} mails are missing or came twice under different ids")
    return 1 if lost else 0


if __name__ == "__main__":
    main()
