# SPDX-License-Identifier: Apache-2.0
"""Come into a running container by several runtimes, turn by turn.

Each has a container of its own of the same bundle, with the usual seccomp
filter, which sleeps meanwhile; what comes in is /bin/true. The aim is the ratio
to crun: 0.45.
"""
import json
import os
import shutil
import subprocess
import sys

import start

AIM = 0.45

# What engines forbid, in short: enough for a filter to be compiled and loaded.
FILTER = {
    "defaultAction": "SCMP_ACT_ERRNO",
    "syscalls": [{
        "action": "SCMP_ACT_ALLOW",
        "names": [
            "access", "arch_prctl", "brk", "capget", "capset", "chdir",
            "clock_nanosleep", "clone", "close", "close_range", "dup2", "dup3",
            "execve", "exit", "exit_group", "faccessat2", "fchdir", "fcntl",
            "fstat", "futex", "getcwd", "getdents64", "getpid", "getrandom",
            "getuid", "ioctl", "lseek", "mmap", "mprotect", "munmap",
            "nanosleep", "newfstatat", "openat", "openat2", "poll", "prctl",
            "pread64", "prlimit64", "read", "readlink", "recvfrom", "recvmsg",
            "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
            "sendmsg", "set_robust_list", "set_tid_address", "setgid",
            "setgroups", "setresgid", "setresuid", "setsid", "setuid",
            "statfs", "statx", "tgkill", "umask", "uname", "wait4", "write",
            "fstatfs", "sendto", "epoll_ctl", "epoll_pwait", "getppid",
            "gettid", "madvise", "mincore", "sched_getaffinity",
            "sched_yield", "sigaltstack", "pipe2", "eventfd2",
        ],
    }],
}


def make_bundle(work, root):
    """A container that sleeps."""
    shutil.copy(shutil.which("busybox"), root + "/bin/busybox")
    os.symlink("busybox", root + "/bin/sleep")
    bundle = start.make_bundle(work, root, "sleeping", ["network"])
    with open(bundle + "/config.json", encoding="ascii") as file:
        config = json.load(file)
    config["process"]["args"] = ["sleep", "100000"]
    config["linux"]["seccomp"] = FILTER
    with open(bundle + "/config.json", "w", encoding="ascii") as file:
        json.dump(config, file)
    return bundle


def begin(runtimes, bundle):
    """Start a container of each; those that can't are named and left out."""
    ready = {}
    for name, words in runtimes.items():
        command = words + ["run", "--detach", "--bundle", bundle, "bench"]
        if not shutil.which(words[0]):
            print(f"{name}: not installed")
        elif subprocess.run(command, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, check=False).returncode:
            print(f"{name}: does not run here")
        else:
            ready[name] = words
    return ready


def main():
    holt, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    bundle = make_bundle(work, start.make_root(work))
    state = work + "/state"
    runtimes = begin({
        "holt-runtime exec": [holt + "-runtime", "--root", state + "/holt"],
        "crun exec": ["crun", "--root", state + "/crun"],
        "runc exec": ["runc", "--root", state + "/runc"],
    }, bundle)
    try:
        medians = start.measure({
            name: words + ["exec", "bench", "/bin/true"]
            for name, words in runtimes.items()}, rounds)
    finally:
        for words in runtimes.values():
            subprocess.run(words + ["delete", "--force", "bench"], check=False)
    own, peer = medians["holt-runtime exec"], medians.get("crun exec")
    print(f"\n{'median of ' + str(rounds):36}{'ms':>8}{'/ crun':>10}")
    for name, median in medians.items():
        ratio = f"{median / peer:10.2f}" if peer else f"{'-':>10}"
        print(f"{name:36}{median:8.2f}{ratio}")
    if peer and own > AIM * peer:
        print(f"missed: holt-runtime exec is {own / peer:.2f} of crun's, "
              f"the aim is {AIM}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
