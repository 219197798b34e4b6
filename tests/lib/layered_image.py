#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An image of two layers with busybox in it, as docker save would write it.

    layered_image.py FILE NAME
"""
import hashlib
import io
import json
import shutil
import sys
import tarfile


def entry(archive, name, data=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o755
    for key, value in more.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(data))


def layer(fill):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        fill(archive)
    return data.getvalue()


def lower(archive):
    with open(shutil.which("busybox"), "rb") as program:
        entry(archive, "bin/busybox", program.read())
    for name in ("sh", "id", "ls", "echo", "pwd", "sleep", "true"):
        entry(archive, "bin/" + name, type=tarfile.SYMTYPE, linkname="busybox")
    entry(archive, "etc/passwd", b"root:x:0:0::/root:/bin/sh\n"
          b"app:x:33:33::/work:/bin/sh\n", mode=0o644)
    entry(archive, "etc/group", b"root:x:0:\napp:x:33:\n", mode=0o644)
    entry(archive, "work", type=tarfile.DIRTYPE, uid=33, gid=33)
    entry(archive, "data", type=tarfile.DIRTYPE, mode=0o711)
    for name in ("kept", "gone"):
        entry(archive, "data/" + name, name.encode(), mode=0o644)


def upper(archive):
    entry(archive, "data/.wh.gone")
    entry(archive, "data/new", b"new", mode=0o644)


def main():
    path, name = sys.argv[1:]
    layers = [layer(lower), layer(upper)]
    digests = [hashlib.sha256(one).hexdigest() for one in layers]
    config = json.dumps({
        "architecture": "amd64", "os": "linux",
        "created": "2020-01-02T03:04:05Z",
        "config": {
            "Env": ["WHICH=" + name, "PATH=/bin"], "User": "app",
            "WorkingDir": "/work", "Labels": {"made": name},
            "Entrypoint": ["/bin/sh", "-c", 'echo "$WHICH $(pwd) $(id -u)"']},
        "rootfs": {"type": "layers",
                   "diff_ids": ["sha256:" + one for one in digests]},
        "history": [{"created_by": "first step"},
                    {"created_by": "second step"}]}).encode()
    with tarfile.open(path, "w") as archive:
        for digest, data in zip(digests, layers):
            entry(archive, digest + "/layer.tar", data)
        entry(archive, "config.json", config)
        entry(archive, "manifest.json", json.dumps([{
            "Config": "config.json",
            "RepoTags": [f"localhost/{name}:latest"],
            "Layers": [one + "/layer.tar" for one in digests]}]).encode())


main()
