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
POINT = re.compile(r"^(not )?ok\b[ \d]*(?:- )?(.*?)(#\s*skip.*)?$", re.I)


def points(test):
    """Return [name, result, lines] of each subtest of one test.

    The result is ok, skip or fail; the lines are what it said besides. A test
    without subtests, or that broke without blaming one, is a point itself.
    """
    found = []
    text = (test.get("stdout") or "").splitlines()
    for line in text:
        point = POINT.match(line)
        if point:
            bad, name, skip = point.groups()
            result = "skip" if skip else "fail" if bad else "ok"
            found.append([f"{test['name']}: {name.strip()}", result, []])
        elif found:
            found[-1][2].append(line)
    broken = test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")
    if broken and not any(point[1] == "fail" for point in found):
        said = text + (test.get("stderr") or "").splitlines()
        found.append([f"{test['name']}: {test['result'].lower()}", "fail", said[-40:]])
    elif not found:
        found.append([test["name"], "skip" if test["result"] == "SKIP" else "ok", []])
    return found


def main(logs):
    """Read the logs, print the summary, return the exit status."""
    count = {"ok": 0, "skip": 0, "fail": 0}
    for log in logs:
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                for name, result, said in points(json.loads(line)):
                    if result == "skip" and STRICT:
                        result = "fail"
                        name += " (skipped)"
                    count[result] += 1
                    if result == "fail":
                        print("\n    ".join([f"failed: {name}"] + said))
    if count["skip"]:
        print(f"{count['skip']} skipped")
    print(f"{count['ok']} passed, {count['fail']} failed")
    return 1 if count["fail"] or not count["ok"] else 0


sys.exit(main(sys.argv[1:]))
