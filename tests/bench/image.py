#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measure images; see tests/bench/image.

    image.py HOLT PLACE ROUNDS
"""
import hashlib
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import time

PORT = 5077
NAME = f"127.0.0.1:{PORT}/debian:bench"


def make_archive(root, path):
    """docker-archive of one layer."""
    with open(root, "rb") as file:
        diff = hashlib.file_digest(file, "sha256").hexdigest() \
            if hasattr(hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {"Cmd": ["bash"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + diff]}}).encode()
    with tarfile.open(path, "w") as archive:
        archive.add(root, "layer.tar")
        for name, data in (("config.json", config), ("manifest.json", json.dumps([{
                "Config": "config.json", "RepoTags": ["localhost/debian:bench"],
                "Layers": ["layer.tar"]}]).encode())):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def run(words, environment):
    """Wall and processor time of a command, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    wall = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"bench: {' '.join(words)}: {done.stdout.decode()}")
    return wall, (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


class Holt:
    name = "holt"

    def __init__(self, program, place):
        self.program = program
        self.base = [program]
        self.environment = dict(os.environ, XDG_DATA_HOME=place + "/holt",
                                HOLT_KEEP_USERNS="10")
        self.pulled = []

    def reset(self):
        run(self.base + ["system", "reset", "--force"], self.environment)

    def unpack(self):
        """podman unpacks when it pulls; holt when it runs first."""
        return run(self.base + ["run", "--rm", "--network", "none", NAME, "true"],
                   self.environment)


class Podman(Holt):
    name = "podman"

    def __init__(self, place):
        super().__init__("podman", place)
        self.base = ["podman", "--root", place + "/podman", "--runroot", place + "/run",
                     "--storage-driver", "overlay", "--cgroup-manager", "cgroupfs"]
        conf = place + "/containers.conf"
        with open(conf, "w") as file:
            file.write("[engine]\nevents_logger = \"none\"\n")
        policy = os.path.expanduser("~/.config/containers")
        os.makedirs(policy, exist_ok=True)
        with open(policy + "/policy.json", "w") as file:
            file.write('{"default":[{"type":"insecureAcceptAnything"}]}')
        with open(policy + "/registries.conf", "w") as file:
            file.write(f'[[registry]]\nlocation = "127.0.0.1:{PORT}"\ninsecure = true\n')
        self.environment = dict(os.environ, CONTAINERS_CONF=conf)

    def reset(self):
        run(self.base + ["rmi", "--all", "--force"], self.environment)

    def unpack(self):
        return 0, 0


def measure(tool, archive):
    results = {}
    tool.reset()
    wall, cpu = run(tool.base + ["pull", "-q", NAME], tool.environment)
    more_wall, more_cpu = tool.unpack()
    results["pull (and unpack)"] = wall + more_wall, cpu + more_cpu
    for _ in range(3):
        results["run --rm true"] = run(
            tool.base + ["run", "--rm", "--network", "none", NAME, "true"],
            tool.environment)
        results["images"] = run(tool.base + ["images"], tool.environment)
    results["pull, there already"] = run(tool.base + ["pull", "-q", NAME], tool.environment)
    tool.reset()
    results["load"] = run(tool.base + ["load", "-q", "-i", archive], tool.environment)
    return results


def main():
    holt, place, rounds = sys.argv[1], sys.argv[2] + "/user", int(sys.argv[3])
    os.mkdir(place)
    archive = place + "/archive.tar"
    make_archive(sys.argv[2] + "/root.tar", archive)
    with open(place + "/registry.yml", "w") as file:
        json.dump({"version": 0.1,
                   "storage": {"filesystem": {"rootdirectory": place + "/registry"}},
                   "http": {"addr": f"127.0.0.1:{PORT}"}}, file)
    registry = subprocess.Popen(["docker-registry", "serve", place + "/registry.yml"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        subprocess.run(["skopeo", "copy", "-q", "--insecure-policy",
                        "--dest-tls-verify=false", "docker-archive:" + archive,
                        "docker://" + NAME], check=True)
        tools = [Podman(place), Holt(holt, place)]
        seen = {}
        for number in range(rounds):
            print(f"round {number + 1}", file=sys.stderr)
            for tool in tools:
                for what, times in measure(tool, archive).items():
                    seen.setdefault(what, {}).setdefault(tool.name, []).append(times)
    finally:
        registry.terminate()
    print(f"{'median':22} {'podman s':>10} {'holt s':>10} {'ratio':>7}   "
          f"{'podman cpu':>10} {'holt cpu':>10} {'ratio':>7}")
    for what, by_tool in seen.items():
        values = [statistics.median(times[part] for times in by_tool[name])
                  for part in (0, 1) for name in ("podman", "holt")]
        print(f"{what:22} {values[0]:10.3f} {values[1]:10.3f} {values[1] / values[0]:7.2f}   "
              f"{values[2]:10.3f} {values[3]:10.3f} {values[3] / max(values[2], 1e-6):7.2f}")


main()
