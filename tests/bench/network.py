# SPDX-License-Identifier: Apache-2.0
"""The network of a container by several tools, turn by turn.

One round measures every scenario with every tool, so that whatever else the
machine does hits all of them alike; medians, and their ratios to those of the
host's loopback, are what is printed. Seconds of one run mean nothing on another
machine, ratios do.
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

HOST = "192.0.2.1"
IPERF, LOAD, INSIDE_IPERF, INSIDE_LOAD = 5201, 5301, 5202, 5302
SECONDS, OMIT = 2, 0.5
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def sh(line):
    subprocess.run(line, shell=True, check=True)


def children_of(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in map(int, file.read().split()):
                yield child
                yield from children_of(child)


class Container:
    """A user and network namespace of nobody's but ours."""

    def __init__(self):
        self.holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--net", "sh", "-c",
             "echo reno >/proc/sys/net/ipv4/tcp_congestion_control; ip link set lo up;"
             " echo ready; exec sleep infinity"],
            stdout=subprocess.PIPE)
        self.holder.stdout.readline()
        self.pid = self.holder.pid

    def words(self, command):
        return ["nsenter", "-t", str(self.pid), "-U", "-n",
                "--preserve-credentials"] + command

    def stop(self):
        self.holder.kill()
        self.holder.wait()


class Loopback:
    """No network at all between the two."""
    name, address = "host", HOST
    bulk_port, load_port = INSIDE_IPERF, INSIDE_LOAD
    process = None
    inside = HOST

    def __init__(self, _work):
        pass

    def words(self, command):
        return command

    def processes(self):
        return []

    def stop(self):
        pass


class Slirp4netns:
    """And whoever has its command line."""
    name, program = "slirp4netns", "slirp4netns"
    bulk_port, load_port = 15202, 15302
    options = ["--mtu=65520"]
    inside = "0.0.0.0"

    def __init__(self, work):
        self.container = Container()
        self.words = self.container.words
        self.work = work
        self.start()

    def command(self, ready):
        return [self.find(), "--configure", f"--ready-fd={ready}",
                f"--api-socket={self.work}/{self.name}.sock"] + self.options + [
                    str(self.container.pid), "tap0"]

    def find(self):
        return shutil.which(self.program)

    def start(self):
        read, write = os.pipe()
        before = time.monotonic()
        self.process = subprocess.Popen(self.command(write), pass_fds=[write], **QUIET)
        os.close(write)
        if os.read(read, 1) != b"1":
            raise RuntimeError(f"{self.name} did not start")
        self.ready_ms = (time.monotonic() - before) * 1000
        os.close(read)
        for outside, inside in ((self.bulk_port, INSIDE_IPERF),
                                (self.load_port, INSIDE_LOAD)):
            self.forward(outside, inside)

    def forward(self, outside, inside):
        for protocol in "tcp", "udp":
            with socket.socket(socket.AF_UNIX) as sock:
                sock.connect(f"{self.work}/{self.name}.sock")
                sock.sendall(json.dumps({"execute": "add_hostfwd", "arguments": {
                    "proto": protocol, "host_addr": "0.0.0.0", "host_port": outside,
                    "guest_port": inside}}).encode())
                sock.shutdown(socket.SHUT_WR)
                assert b"error" not in sock.recv(4096)

    def processes(self):
        return [self.process.pid, *children_of(self.process.pid)]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.container.stop()


class Holt(Slirp4netns):
    name = "holt"
    bulk_port, load_port = 25202, 25302
    options = ["--mtu=21885"]  # as holt run has it

    def find(self):
        path = f"{self.work}/slirp4netns"
        if not os.path.lexists(path):
            os.symlink(os.environ["HOLT_NET"], path)
        return path


class HoltLibslirp(Holt):
    """Without a router: where /proc/sys can't be written there is none."""
    name = "holt, libslirp"
    bulk_port, load_port = 35202, 35302

    def command(self, ready):
        return ["unshare", "--mount", "sh", "-c",
                'mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys;'
                ' exec "$@"', "sh"] + super().command(ready)


class Pasta(Slirp4netns):
    name, program = "pasta", "pasta"
    bulk_port, load_port = 45202, 45302

    def start(self):
        before = time.monotonic()
        self.process = subprocess.Popen(
            [self.find(), "--config-net", "--foreground", "--quiet",
             "-t", f"{self.bulk_port}:{INSIDE_IPERF}",
             "-t", f"{self.load_port}:{INSIDE_LOAD}",
             "-u", f"{self.bulk_port}:{INSIDE_IPERF}",
             "--userns", f"/proc/{self.container.pid}/ns/user",
             str(self.container.pid)], **QUIET)
        # It says nothing when it is ready.
        while b"default" not in subprocess.run(
                self.words(["ip", "route"]), capture_output=True, check=True).stdout:
            if self.process.poll() is not None:
                raise RuntimeError("pasta did not start")
        self.ready_ms = (time.monotonic() - before) * 1000


TOOLS = [Loopback, Holt, HoltLibslirp, Slirp4netns, Pasta]


def cpu_of(pids):
    """Seconds that these have computed, their dead ones' too."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                ticks += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(pids):
    """Resident, and shared fairly, in kB."""
    sums = {"Rss": 0, "Pss": 0}
    for pid in pids:
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                for line in file:
                    key = line.split(":")[0]
                    if key in sums:
                        sums[key] += int(line.split()[1])
    return sums


class Bench:
    def __init__(self, work, rounds):
        self.work, self.rounds = work, rounds
        self.load = work + "/net_load"
        self.results = {}
        self.servers = []

    def note(self, tool, scenario, value):
        self.results.setdefault(scenario, {}).setdefault(tool.name, []).append(value)

    def serve(self, words, port, address):
        """iperf3 and net_load on their ports."""
        self.servers.append(subprocess.Popen(
            words(["iperf3", "-s", "-p", str(port)]), **QUIET))
        server = subprocess.Popen(words([self.load, "serve", address, str(port + 100)]),
                                  stdout=subprocess.PIPE)
        server.stdout.readline()
        self.servers.append(server)

    def iperf(self, words, address, port, options):
        """Gb/s."""
        for _ in range(3):
            result = subprocess.run(
                words(["iperf3", "-c", address, "-p", str(port), "-J", "-t",
                       str(SECONDS), "-O", str(OMIT)] + options),
                capture_output=True, text=True, check=False)
            with contextlib.suppress(ValueError, KeyError):
                end = json.loads(result.stdout)["end"]
                return end.get("sum_received", end.get("sum"))["bits_per_second"] / 1e9
            time.sleep(0.2)
        return 0.0

    def ask(self, words, *command):
        result = subprocess.run(words([self.load, *map(str, command)]),
                                capture_output=True, text=True, check=False)
        try:
            return float(result.stdout)
        except ValueError:
            return 0.0

    def bulk(self, tool, scenario, words, address, port, options):
        pids = tool.processes()
        before = cpu_of(pids)
        rate = self.iperf(words, address, port, options)
        self.note(tool, scenario, rate)
        if rate and pids:
            gigabytes = rate / 8 * (SECONDS + OMIT)
            self.note(tool, scenario + ", CPU s/GB", (cpu_of(pids) - before) / gigabytes)

    def measure(self, tool):
        outside = lambda command: command
        out, port = (tool.words, HOST, IPERF), (outside, HOST, tool.bulk_port)
        for name, where in ("out", out), ("port", port):
            for label, options in (("", []), (" back", ["-R"]), (" 4", ["-P4"]),
                                   (" 4 back", ["-P4", "-R"])):
                self.bulk(tool, f"{name}{label}", *where, options)
        self.note(tool, "UDP 1400 out", self.iperf(*out, ["-u", "-b0", "-l1400"]))
        self.note(tool, "connects out", self.ask(tool.words, "connects", HOST, LOAD, 1))
        self.note(tool, "connects port",
                  self.ask(outside, "connects", HOST, tool.load_port, 1))
        self.note(tool, "turn us", self.ask(tool.words, "turns", HOST, LOAD, 1, 0))

    def idle(self, tool):
        self.note(tool, "turn us, 4000 idle",
                  self.ask(tool.words, "turns", HOST, LOAD, 1, 4000))

    def stop(self):
        for server in self.servers:
            server.kill()


def show(results, tools):
    names = [tool.name for tool in tools]
    print(f"\n{'median':28}" + "".join(f"{name:>22}" for name in names))
    for scenario, found in results.items():
        line = f"{scenario:28}"
        host = statistics.median(found["host"]) if "host" in found else 0
        for name in names:
            if name not in found:
                line += f"{'-':>22}"
                continue
            median = statistics.median(found[name])
            ratio = f" {median / host:5.2f}" if host else ""
            line += f"{median:16.2f}{ratio:>6}"
        print(line)


def main():
    work, rounds, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sh("echo reno >/proc/sys/net/ipv4/tcp_congestion_control; ip link set lo up;"
       f" ip addr add {HOST}/32 dev lo;"
       # A route that pasta can copy.
       " ip link add veth0 type veth peer name veth1; ip link set veth0 up;"
       " ip link set veth1 up; ip addr add 198.51.100.2/24 dev veth0;"
       " ip route add default via 198.51.100.1")
    bench = Bench(work, rounds)
    tools = []
    for kind in TOOLS:
        if wanted and kind.name not in wanted:
            continue
        try:
            tools.append(kind(work))
        except (RuntimeError, OSError, TypeError) as error:
            print(f"{kind.name}: does not run here: {error}")
    bench.serve(lambda command: command, IPERF, HOST)
    for tool in tools:
        bench.serve(tool.words, INSIDE_IPERF, tool.inside)
        if tool.process:
            for what, size in memory_of(tool.processes()).items():
                bench.note(tool, f"kB before, {what}", size)
            bench.note(tool, "ready ms", tool.ready_ms)
    time.sleep(0.3)
    for number in range(rounds):
        print(f"round {number + 1}", file=sys.stderr)
        for tool in tools:
            bench.measure(tool)
    for tool in tools:
        if tool.process:
            for what, size in memory_of(tool.processes()).items():
                bench.note(tool, f"kB after, {what}", size)
    for tool in tools:
        bench.idle(tool)
    bench.stop()
    for tool in tools:
        tool.stop()
    show(bench.results, tools)


if __name__ == "__main__":
    main()
