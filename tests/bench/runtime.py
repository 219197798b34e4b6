# SPDX-License-Identifier: Apache-2.0
"""The life of a container under several OCI runtimes, turn by turn.

All have the same bundle, with the seccomp profile that podman gives every
container. What is held to an aim: the medians of `run`, of `create`, `start` and
`delete` together, and of `exec`, as ratios to crun's; what the profile adds to a
start of ours; peak memory; and that many callers at once don't disturb each
other.
"""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys

import start

AIM = 0.45       # of crun's medians
FILTER_AIM = 1.1 # a start with the filter, of one without
CONTAINERS, CALLERS = 200, 8
PROFILE = "/usr/share/containers/seccomp.json"

# What one program needs at most. Started by a process that is small itself: a
# program that is executed inherits the peak of who executes it.
PEAK = r"""
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (argc < 2 || wait4(pid, &status, 0, &usage) < 0 || status)
		return 1;
	printf("%ld\n", usage.ru_maxrss);
	return 0;
}
"""


def read_filter():
    """The profile as config.json has it: for x86_64, without capabilities."""
    with open(PROFILE, encoding="ascii") as file:
        profile = json.load(file)
    rules = []
    for rule in profile["syscalls"]:
        includes, excludes = rule["includes"], rule["excludes"]
        if "caps" in includes or "amd64" not in includes.get("arches",
                                                             ["amd64"]):
            continue
        if "amd64" in excludes.get("arches", []):
            continue
        kept = {key: rule[key] for key in ("names", "action", "args")
                if rule[key]}
        if rule.get("errnoRet") is not None:
            kept["errnoRet"] = rule["errnoRet"]
        rules.append(kept)
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile["defaultErrnoRet"],
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
                          "SCMP_ARCH_X32"],
        "syscalls": rules,
    }


def make_bundle(work, root, name, words, seccomp):
    """One with a network namespace, that runs the words."""
    bundle = start.make_bundle(work, root, name, ["network"])
    with open(bundle + "/config.json", encoding="ascii") as file:
        config = json.load(file)
    config["process"]["args"] = words
    if seccomp:
        config["linux"]["seccomp"] = seccomp
    with open(bundle + "/config.json", "w", encoding="ascii") as file:
        json.dump(config, file)
    return bundle


def make_life(work):
    """A program that creates, starts and deletes a container: the same little
    shell for every runtime.
    """
    path = work + "/life"
    with open(path, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n"
                   "bundle=$1 id=$2\n"
                   "shift 2\n"
                   '"$@" create --bundle "$bundle" "$id" && "$@" start "$id" &&'
                   ' "$@" delete --force "$id"\n')
    os.chmod(path, 0o755)
    return path


def runs(words):
    return subprocess.run(words, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def begin(runtimes, bundle):
    """Start a sleeping container of each; those that can't are left out."""
    ready = {}
    for name, words in runtimes.items():
        if not shutil.which(words[0]):
            print(f"{name}: not installed")
        elif not runs(words + ["run", "--detach", "--bundle", bundle, "sleep"]):
            print(f"{name}: does not run here")
        else:
            ready[name] = words
    return ready


def cases(work, runtimes, bundles):
    """What is measured: name and command line."""
    life = make_life(work)
    todo = {}
    for name, words in runtimes.items():
        todo[name + " run"] = words + ["run", "--bundle", bundles["true"],
                                       "run"]
        todo[name + " create, start, delete"] = [life, bundles["true"], "life",
                                                 *words]
        todo[name + " exec"] = words + ["exec", "sleep", "/bin/true"]
    own = runtimes["holt-runtime"]
    todo["holt-runtime run, no filter"] = own + ["run", "--bundle",
                                                 bundles["plain"], "run"]
    return todo


def peaks(work, runtimes, bundles):
    """KiB that `run` needs at most."""
    source = work + "/peak.c"
    with open(source, "w", encoding="ascii") as file:
        file.write(PEAK)
    subprocess.run(["cc", "-O2", "-o", work + "/peak", source], check=True)
    result = {}
    for name, words in runtimes.items():
        output = subprocess.run(
            [work + "/peak"] + words + ["run", "--bundle", bundles["true"],
                                        "peak"],
            stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
        result[name] = int(output.split()[-1])
    return result


def crowd(words, bundle):
    """Many containers by several callers at once. Return: those that failed."""
    def live(number):
        name = f"crowd{number}"
        return all(runs(words + rest) for rest in (
            ["create", "--bundle", bundle, name], ["start", name],
            ["state", name], ["delete", "--force", name]))

    with concurrent.futures.ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(live, range(CONTAINERS))).count(False)


def report(medians, rounds):
    print(f"\n{'median of ' + str(rounds):36}{'ms':>8}{'/ crun':>10}")
    for name, median in medians.items():
        peer = medians.get("crun " + name.split(" ", 1)[1])
        print(f"{name:36}{median:8.2f}"
              + (f"{median / peer:10.2f}" if peer else f"{'-':>10}"))


def misses(medians, memory, failed):
    """Every aim that isn't reached, in words."""
    for what in "run", "create, start, delete", "exec":
        own = medians["holt-runtime " + what]
        peer = medians.get("crun " + what)
        if peer and own > AIM * peer:
            yield (f"holt-runtime {what} is {own / peer:.2f} of crun's, the aim "
                   f"is {AIM}")
    ratio = (medians["holt-runtime run"]
             / medians["holt-runtime run, no filter"])
    if ratio > FILTER_AIM:
        yield (f"a start with a filter is {ratio:.2f} of one without, the aim is "
               f"{FILTER_AIM}")
    if memory["holt-runtime"] > memory.get("crun", memory["holt-runtime"]):
        yield "holt-runtime needs more memory than crun"
    if failed:
        yield f"{failed} of {CONTAINERS} containers failed"


def main():
    holt, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    root = start.make_root(work)
    shutil.copy(shutil.which("busybox"), root + "/bin/busybox")
    os.symlink("busybox", root + "/bin/sleep")
    seccomp = read_filter()
    bundles = {
        "true": make_bundle(work, root, "true", ["/bin/true"], seccomp),
        "plain": make_bundle(work, root, "plain", ["/bin/true"], None),
        "sleep": make_bundle(work, root, "sleep", ["sleep", "100000"], seccomp),
    }
    state = work + "/state"
    runtimes = begin({
        "holt-runtime": [holt + "-runtime", "--root", state + "/holt"],
        "crun": ["crun", "--root", state + "/crun"],
        "runc": ["runc", "--root", state + "/runc"],
    }, bundles["sleep"])
    try:
        medians = start.measure(cases(work, runtimes, bundles), rounds)
        memory = peaks(work, runtimes, bundles)
        failed = crowd(runtimes["holt-runtime"], bundles["sleep"])
    finally:
        for words in runtimes.values():
            runs(words + ["delete", "--force", "sleep"])
    report(medians, rounds)
    for name, size in memory.items():
        print(f"{name + ' run, peak memory':36}{size:8} KiB")
    print(f"{CONTAINERS} containers by {CALLERS} callers at once: "
          f"{failed} failed")
    missed = list(misses(medians, memory, failed))
    for line in missed:
        print("missed: " + line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
