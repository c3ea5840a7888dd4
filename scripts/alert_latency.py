#!/usr/bin/env python3
"""Measures the time from `POST /api/v1/visits` with `relocation_intent: "moving"` to the acceptance of the alert's mails by a
mail server on loopback, over many visits, and reports percentiles.

    scripts/alert_latency.py                    # 500 visits, one after the other
    scripts/alert_latency.py --visits 2000 --every 0.1

Measured from the moment before the request is sent to the server's decision to answer 250, for the first and for the last
of the three mails of each alert. Standard library only; a program, database and mail server of its own.
"""

import argparse
import collections
import sys
import tempfile
import time

from harness import MailServer, Wellspring, built, credit_code

RECIPIENTS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--every", type=float, default=0.2, help="seconds between two visits (default 0.2)")
    parser.add_argument("--warm-up", type=int, default=10, help="visits before the measurement (default 10)")
    parser.add_argument("--database-url", help="an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--aim", type=float, help="exit code 1 when the last mail's 99th percentile is above (ms)")
    parser.add_argument("--binary", help="the program (default: a release build of this checkout)")
    options = parser.parse_args()

    mail = MailServer()
    mail.start()
    with tempfile.TemporaryDirectory(prefix="wellspring-latency-") as directory:
        program = Wellspring(built(options.binary), directory, mail, options.database_url)
        token = program.found_district()
        program.start()
        try:
            first, last, answers = measure(options, program, mail, token)
        finally:
            program.stop()
    print(f"{options.visits} visits, {RECIPIENTS} mails each, {'PostgreSQL' if options.database_url else 'SQLite'}")
    print("milliseconds from request to      p50     p90     p99     max")
    for name, values in (("the answer", answers), ("the first mail accepted", first), ("the last mail accepted", last)):
        print(f"{name:<28}" + "".join(f"{value * 1000:8.1f}" for value in percentiles(values)))
    sys.exit(1 if options.aim and percentiles(last)[2] * 1000 > options.aim else 0)


def measure(options, program, mail, token):
    clerk, leader = program.client(token), program.sign_in()
    total = options.visits + options.warm_up
    today = time.strftime("%Y-%m-%d")
    first, last, answers = [], [], []
    for number in range(1, total + 1):
        new = {"uscc": credit_code(number), "name": f"第{number}企业有限公司"}
        enterprise = clerk.expect(clerk.call("POST", "/api/v1/enterprises", new), (201,))
        visit = {
            "enterprise_id": enterprise["id"], "visited_on": today, "channel": "on_site",
            "summary": "企业表示正在外迁", "relocation_intent": "moving",
        }
        time.sleep(options.every)
        seen = len(mail.snapshot())
        asked = time.monotonic()
        leader.expect(leader.call("POST", "/api/v1/visits", visit), (201,))
        answered = time.monotonic()
        accepted = wait_for(mail, seen + RECIPIENTS)[seen:]
        if number > options.warm_up:
            answers.append(answered - asked)
            first.append(min(accepted) - asked)
            last.append(max(accepted) - asked)
    return first, last, answers


def wait_for(mail, count):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        accepted = mail.snapshot()
        if len(accepted) >= count:
            break
        time.sleep(0.002)
    else:
        sys.exit(f"only {len(accepted)} of {count} mails arrived")
    repeated = [mail_id for mail_id, copies in collections.Counter(a[0] for a in accepted).items() if copies > 1]
    if repeated:
        sys.exit(f"mails that came twice: {repeated}")
    return [at for _, _, at in accepted]


def percentiles(values):
    values = sorted(values)
    return [values[min(len(values) - 1, int(len(values) * share))] for share in (0.5, 0.9, 0.99)] + [values[-1]]


if __name__ == "__main__":
    main()
