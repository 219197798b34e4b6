# SPDX-License-Identifier: Apache-2.0
"""Sum up meson's test logs, subtest by subtest where there are any.

summary.py LOG.json... prints what failed and, as its last line,
"N passed, N failed"; the exit status is 0 only when nothing failed and
something passed. With HOLT_TEST_STRICT a skip is a failure.
"""
import json
import os
import re
import sys

STRICT = bool(os.environ.get("HOLT_TEST_STRICT"))
POINT = re.compile(r"^(not )?ok\b[ \d]*(?:- )?(.*?)(#\s*skip.*)?$", re.I | re.M)


def points(test):
    """Yield (name, result) of each subtest, result being ok, skip or fail."""
    found = False
    failed = False
    for bad, name, skip in POINT.findall(test.get("stdout") or ""):
        found = True
        result = "skip" if skip else "fail" if bad else "ok"
        failed = failed or result == "fail"
        yield f"{test['name']}: {name.strip()}", result
    broken = test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")
    if broken and not failed:
        yield f"{test['name']}: {test['result'].lower()}", "fail"
    elif not found and not broken:
        yield test["name"], "skip" if test["result"] == "SKIP" else "ok"


def main(logs):
    """Read the logs, print the summary, return the exit status."""
    count = {"ok": 0, "skip": 0, "fail": 0}
    for log in logs:
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                for name, result in points(json.loads(line)):
                    if result == "skip" and STRICT:
                        result = "fail"
                        name += " (skipped)"
                    count[result] += 1
                    if result == "fail":
                        print(f"failed: {name}")
    if count["skip"]:
        print(f"{count['skip']} skipped")
    print(f"{count['ok']} passed, {count['fail']} failed")
    return 1 if count["fail"] or not count["ok"] else 0


sys.exit(main(sys.argv[1:]))
