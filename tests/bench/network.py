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
    name, serve_words = "host", None
    bulk_port, load_port = INSIDE_IPERF, INSIDE_LOAD
    process = None
    inside = HOST

    def __init__(self, _work):
        pass

    def words(self, command):
        return command

    def processes(self):
        return []

    def ready_command(self):
        return None

    def stop(self):
        pass


class Slirp4netns:
    """And whoever has its command line."""
    name, program = "slirp4netns", "slirp4netns"
    bulk_port, load_port = 15202, 15302
    options = ["--mtu=65520"]
    inside = "0.0.0.0"
    serve_words = None  # where servers are not started as clients are

    def __init__(self, work):
        self.container = Container()
        self.words = self.container.words
        self.work = work
        self.start()

    def command(self, ready):
        return [self.find(), "--configure", f"--ready-fd={ready}",
                f"--api-socket={self.work}/{self.name}.sock"] + self.options + [
                    str(self.container.pid), "tap0"]

    def ready_command(self):
        """For net_load ready."""
        return [self.find(), "--configure", "--ready-fd=9", *self.options, "PID", "tap0"]

    def find(self):
        return shutil.which(self.program)

    def start(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(self.command(write), pass_fds=[write], **QUIET)
        os.close(write)
        if os.read(read, 1) != b"1":
            raise RuntimeError(f"{self.name} did not start")
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
    options = ["--mtu=21760"]  # as holt run has it

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

    def ready_command(self):
        return None


class HoltBypass:
    """holt run --network slirp:bypass=true: a container for each command."""
    name, inside, process = "holt, bypass", "0.0.0.0", None
    bulk_port, load_port = 55202, 55302

    def __init__(self, work):
        self.work = work

    def run(self, options, command):
        return [os.environ["HOLT"], "run", "--rm", "--network", "slirp:bypass=true",
                "--volume", f"{self.work}:{self.work}:ro", *options, "host", *command]

    def words(self, command):
        return self.run([], command)

    def serve_words(self, command):
        outside, inside = ((self.bulk_port, INSIDE_IPERF) if command[0] == "iperf3"
                           else (self.load_port, INSIDE_LOAD))
        return self.run(["--publish", f"{outside}:{inside}"], command)

    def processes(self):
        return []

    def ready_command(self):
        return None

    def stop(self):
        pass


class Pasta(Slirp4netns):
    name, program = "pasta", "pasta"
    bulk_port, load_port = 45202, 45302

    def ready_command(self):
        """It says nothing, but goes into the background."""
        return ["sh", "-c", f'{self.find()} --config-net --quiet "$0" 9>&- && printf 1 >&9',
                "PID"]

    def start(self):
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


class Rootlesskit:
    """Its own ports in front of slirp4netns."""
    name, inside = "rootlesskit", "0.0.0.0"
    bulk_port, load_port = 60202, 60302
    serve_words = None

    def __init__(self, work):
        state = f"{work}/rootlesskit"
        command = [shutil.which("rootlesskit"), f"--state-dir={state}",
                   "--net=slirp4netns", "--mtu=65520", "--disable-host-loopback",
                   "--port-driver=builtin"]
        for outside, inside in ((self.bulk_port, INSIDE_IPERF),
                                (self.load_port, INSIDE_LOAD)):
            command.append(f"--publish=0.0.0.0:{outside}:{inside}/tcp")
        command += ["sh", "-c",
                    "echo reno >/proc/sys/net/ipv4/tcp_congestion_control;"
                    " echo ready; exec sleep infinity"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "XDG_RUNTIME_DIR": work})
        if self.process.stdout.readline() != b"ready\n":
            raise RuntimeError("rootlesskit did not start")
        self.child = ""
        while not self.child:  # it is written a moment later
            with contextlib.suppress(OSError), open(
                    f"{state}/child_pid", encoding="ascii") as file:
                self.child = file.read().strip()

    def words(self, command):
        return ["nsenter", "-t", self.child, "-U", "-n", "--preserve-credentials"] + command

    def processes(self):
        return [self.process.pid, *children_of(self.process.pid)]

    def ready_command(self):
        return None

    def stop(self):
        self.process.kill()
        self.process.wait()


TOOLS = [Loopback, Holt, HoltLibslirp, HoltBypass, Slirp4netns, Pasta, Rootlesskit]
SCENARIOS = ["bulk", "udp", "connects", "turns", "idle", "memory", "ready", "run"]
READY_COUNT = 10  # starts a round
PAUSE = 0.2  # seconds, in which the kernel takes down what has just ended


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
    def __init__(self, work, scenarios):
        self.work, self.scenarios = work, scenarios
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
            with contextlib.suppress(ValueError, KeyError, TypeError):
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

    def run(self, words):
        """Milliseconds."""
        before = time.monotonic()
        subprocess.run(words, check=True, **QUIET)
        return (time.monotonic() - before) * 1000

    def measure_bulk(self, tool):
        for name, where in (("out", (tool.words, HOST, IPERF)),
                            ("port", (list, HOST, tool.bulk_port))):
            for label, options in (("", []), (" back", ["-R"]), (" 4", ["-P4"]),
                                   (" 4 back", ["-P4", "-R"])):
                self.bulk(tool, f"{name}{label}", *where, options)

    def measure_udp(self, tool):
        self.note(tool, "UDP 1400 out",
                  self.iperf(tool.words, HOST, IPERF, ["-u", "-b0", "-l1400"]))

    def measure_connects(self, tool):
        self.note(tool, "connects out", self.ask(tool.words, "connects", HOST, LOAD, 1))
        self.note(tool, "connects port",
                  self.ask(list, "connects", HOST, tool.load_port, 1))

    def measure_turns(self, tool):
        self.note(tool, "turn us", self.ask(tool.words, "turns", HOST, LOAD, 1, 0))

    def measure_ready(self, tool):
        command = tool.ready_command()
        for _ in range(READY_COUNT if command else 0):
            time.sleep(PAUSE)
            self.note(tool, "ready ms", self.ask(list, "ready", *command))

    def measure_run(self, tool):
        """What a network costs a container."""
        run = [os.environ["HOLT"], "run", "--rm"]
        for _ in range(READY_COUNT if tool.name == "holt" else 0):
            time.sleep(PAUSE)
            with_it = self.run([*run, "busybox", "true"])
            time.sleep(PAUSE)
            without = self.run([*run, "--network", "none", "busybox", "true"])
            self.note(tool, "holt run ms", with_it)
            self.note(tool, "holt run, none ms", without)

    def measure(self, tool):
        for scenario in self.scenarios:
            measure = getattr(self, "measure_" + scenario, None)
            if measure:
                measure(tool)

    def note_memory(self, tool, when):
        if "memory" in self.scenarios and tool.process:
            for what, size in memory_of(tool.processes()).items():
                self.note(tool, f"kB {when}, {what}", size)

    def idle(self, tool):
        """Last, for some keep what they have needed."""
        if "idle" in self.scenarios:
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


def make_host():
    """A host that has an address, and a route that pasta can copy."""
    sh("echo reno >/proc/sys/net/ipv4/tcp_congestion_control; ip link set lo up;"
       f" ip addr add {HOST}/32 dev lo;"
       " ip link add veth0 type veth peer name veth1; ip link set veth0 up;"
       " ip link set veth1 up; ip addr add 198.51.100.2/24 dev veth0;"
       " ip route add default via 198.51.100.1")


def make_ids(work):
    """Ranges of the root that we are here, for rootlesskit."""
    with open(f"{work}/subid", "w", encoding="ascii") as file:
        file.write("root:1:65535\n")
    sh(f"mount --bind {work}/subid /etc/subuid; mount --bind {work}/subid /etc/subgid")


def main():
    work, rounds, scenarios, wanted = (sys.argv[1], int(sys.argv[2]),
                                       sys.argv[3].split(","), sys.argv[4:])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if scenarios == ["all"]:
        scenarios = SCENARIOS
    for scenario in scenarios:
        if scenario not in SCENARIOS:
            sys.exit(f"bench: no scenario '{scenario}', but {', '.join(SCENARIOS)}")
    make_host()
    make_ids(work)
    bench = Bench(work, scenarios)
    tools = []
    for kind in TOOLS:
        if wanted and kind.name not in wanted:
            continue
        try:
            tools.append(kind(work))
        except (RuntimeError, OSError, TypeError) as error:
            print(f"{kind.name}: does not run here: {error}")
    bench.serve(list, IPERF, HOST)
    for tool in tools:
        bench.serve(tool.serve_words or tool.words, INSIDE_IPERF, tool.inside)
        bench.note_memory(tool, "before")
    time.sleep(0.3)
    for number in range(rounds):
        print(f"round {number + 1}", file=sys.stderr)
        for tool in tools:
            bench.measure(tool)
    for tool in tools:
        bench.note_memory(tool, "after")
    for tool in tools:
        bench.idle(tool)
    bench.stop()
    for tool in tools:
        tool.stop()
    show(bench.results, tools)


if __name__ == "__main__":
    main()
