# SPDX-License-Identifier: Apache-2.0
"""Start /bin/true in the same root by several tools, turn by turn.

One round runs every tool once, so that whatever else the machine does hits all
of them alike; medians and their ratios are what is printed. Seconds of one run
mean nothing on another machine, ratios do.

holt is held to bwrap's time, also with its default map, which has the
subordinate range that bwrap doesn't map: from the second start on it is written
in the user namespace that is kept. Where none is kept, newuidmap and newgidmap
are called, which bwrap never starts; what is the least that costs, floor.c tells.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import time


def make_root(work):
    """A root that holds busybox and a static /bin/true, and nothing else."""
    root = work + "/root"
    for name in "bin", "dev", "etc", "proc", "sys", "tmp":
        os.makedirs(f"{root}/{name}")
    source = work + "/true.c"
    with open(source, "w", encoding="ascii") as file:
        file.write("int main(void) { return 0; }\n")
    subprocess.run(["cc", "-O2", "-static", "-o", root + "/bin/true", source],
                   check=True)
    return root


def make_bundle(work, root, name, extra):
    """What `runc spec --rootless` says, over the root."""
    bundle = f"{work}/{name}"
    os.makedirs(bundle)
    me, group = os.getuid(), os.getgid()

    def one(outside):
        return [{"containerID": 0, "hostID": outside, "size": 1}]

    spaces = ["pid", "ipc", "uts", "mount", "user", "cgroup"] + extra
    guard = ["nosuid", "noexec", "nodev"]
    config = {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0}, "args": ["/bin/true"], "cwd": "/",
            "env": ["PATH=/bin"], "noNewPrivileges": True,
            "capabilities": {kind: ["CAP_KILL"] for kind in
                             ("bounding", "effective", "permitted")},
        },
        "root": {"path": root},
        "hostname": "bench",
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
             "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
             "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666",
                         "mode=0620"]},
            {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
             "options": guard + ["mode=1777", "size=65536k"]},
            {"destination": "/dev/mqueue", "type": "mqueue",
             "source": "mqueue", "options": guard},
            {"destination": "/sys", "type": "none", "source": "/sys",
             "options": ["rbind", "ro"] + guard},
        ],
        "linux": {
            "uidMappings": one(me), "gidMappings": one(group),
            "namespaces": [{"type": space} for space in spaces],
            "maskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys",
                            "/proc/latency_stats", "/proc/timer_list",
                            "/proc/scsi", "/sys/firmware"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq",
                              "/proc/sys", "/proc/sysrq-trigger"],
        },
    }
    with open(bundle + "/config.json", "w", encoding="ascii") as file:
        json.dump(config, file)
    return bundle


def first_id(path):
    """The first of our subordinate ids, and their count."""
    with open(path, encoding="ascii") as file:
        for line in file:
            name, first, count = line.split(":")
            if name == os.environ["USER"]:
                return first, count.strip()
    sys.exit(f"bench: no range for {os.environ['USER']} in {path}")


def make_floor(work, root):
    """The command line of floor.c."""
    program = work + "/floor"
    source = os.path.dirname(os.path.abspath(__file__)) + "/floor.c"
    subprocess.run(["cc", "-D_GNU_SOURCE", "-O2", "-o", program, source],
                   check=True)
    uid, count = first_id("/etc/subuid")
    gid, _ = first_id("/etc/subgid")
    return [program, root, uid, gid, count, "/bin/true"]


def cases(holt, work):
    """What is measured: name and command line."""
    root = make_root(work)
    plain = make_bundle(work, root, "plain", [])
    own_net = make_bundle(work, root, "network", ["network"])
    state = work + "/state"
    bwrap = ["bwrap", "--unshare-all", "--bind", root, "/", "--proc", "/proc",
             "--dev", "/dev", "--tmpfs", "/dev/shm", "--mqueue", "/dev/mqueue",
             "--ro-bind", "/sys", "/sys", "/bin/true"]
    plain_run = [holt, "run", "--rm", "--network", "none", "--rootfs", root,
                 "/bin/true"]
    # Of the two that call the helpers none comes after the other, which would
    # have them ready in the processor's caches.
    return {
        "floor, subordinate ids": make_floor(work, root),
        "holt, bundle": [holt, "run", "--rm", "--bundle", plain],
        "holt, bundle, own network":
            [holt, "run", "--rm", "--bundle", own_net],
        "holt, directory, subordinate ids": plain_run,
        "bwrap --unshare-all": bwrap,
        "holt, directory, none kept":
            ["HOLT_KEEP_USERNS=0"] + plain_run,
        "crun run": ["crun", "--root", state + "/crun", "run", "--bundle",
                     plain, "bench-crun"],
        "runc run": ["runc", "--root", state + "/runc", "run", "--bundle",
                     plain, "bench-runc"],
        "podman run": ["podman", "run", "--rm", "--network", "none",
                       "--cgroups", "disabled", "--rootfs", root, "/bin/true"],
    }


def split(words):
    """The environment for a command line that may begin with NAME=VALUE."""
    variables = dict(os.environ)
    while "=" in words[0]:
        name, variables[name] = words[0].split("=", 1)
        words = words[1:]
    return variables, words


def run(path, words, variables):
    """Milliseconds from start to end, and whether it ended well."""
    null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0)
            for fd in (0, 1, 2)]
    before = time.monotonic_ns()
    pid = os.posix_spawn(path, words, variables, file_actions=null)
    _, status = os.waitpid(pid, 0)
    return (time.monotonic_ns() - before) / 1e6, status == 0


def measure(todo, rounds):
    """Medians by name; a tool that can't run here is named and left out."""
    ready = {}
    for name, line in todo.items():
        variables, words = split(line)
        path = shutil.which(words[0])
        if not path:
            print(f"{name}: not installed")
        elif not all(run(path, words, variables)[1] for _ in range(3)):
            print(f"{name}: does not run here")
        else:
            ready[name] = (path, words, variables, [])
    for _ in range(rounds):
        for path, words, variables, times in ready.values():
            times.append(run(path, words, variables)[0])
    return {name: statistics.median(times)
            for name, (_, _, _, times) in ready.items()}


def explain(words):
    """Where the time of a start goes: its longest system calls."""
    if not shutil.which("strace"):
        return
    result = subprocess.run(["strace", "-f", "-c", "-w", "-S", "time"] + words,
                            stdin=subprocess.DEVNULL, capture_output=True,
                            text=True, check=False)
    # Traced, a setuid program has no rights: a start that needs one can't be.
    print("\nlongest system calls of a start with one id:")
    print("\n".join(result.stderr.splitlines()[:16]))


def main():
    holt, work, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    todo = cases(holt, work)
    medians = measure(todo, rounds)
    print(f"\n{'median of ' + str(rounds):36}{'ms':>8}{'/ bwrap':>10}"
          f"{'/ crun':>10}")
    for name, median in medians.items():
        line = f"{name:36}{median:8.2f}"
        for peer in "bwrap --unshare-all", "crun run":
            line += (f"{median / medians[peer]:10.2f}" if peer in medians
                     else f"{'-':>10}")
        print(line)
    missed = False
    for name, peer, limit in (
            ("holt, bundle, own network", "bwrap --unshare-all", 1.0),
            ("holt, directory, subordinate ids", "bwrap --unshare-all", 1.0),
            ("holt, bundle", "crun run", 0.45)):
        if peer in medians and medians[name] > limit * medians[peer]:
            print(f"missed: {name} is {medians[name] / medians[peer]:.2f} of "
                  f"{peer}, the aim is {limit}")
            missed = True
    if missed:
        explain(todo["holt, bundle, own network"])
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
