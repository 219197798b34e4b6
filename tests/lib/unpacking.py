# SPDX-License-Identifier: Apache-2.0
"""For scripts that unpack layers made by hand with holt-image:

    SCRIPT HOLT_IMAGE DIRECTORY ...

They run as root of a user namespace, with a working directory of their own, say what
is wrong, a line each, and end with 1 then.
"""
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile

from tree import see

HOLT_IMAGE, WORK = sys.argv[1:3]
CANARY = WORK + "/canary"
EVIL = WORK + "/out-evil"  # begins as the destination does
wrong = []


def tar(*entries, end=True):
    """A layer: each entry is (name, kind, {members of TarInfo, data})."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, kind, more in entries:
            info = tarfile.TarInfo(name)
            info.type = kind
            info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
            content = more.get("data", b"")
            info.size = len(content)
            for key, value in more.items():
                if key != "data":
                    setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def file(name, data=b"x", **more):
    return name, tarfile.REGTYPE, dict(more, data=data)


def directory(name, **more):
    return name, tarfile.DIRTYPE, more


def link(name, target, **more):
    return name, tarfile.SYMTYPE, dict(more, linkname=target)


def hard(name, target, **more):
    return name, tarfile.LNKTYPE, dict(more, linkname=target)


def xattr(name, value="v"):
    return {"pax_headers": {"SCHILY.xattr." + name: value}}


class Layer:
    def __init__(self, name, lowers=()):
        self.path = f"{WORK}/{name}"
        subprocess.run(["rm", "-rf", self.path], check=True)
        os.mkdir(self.path)
        self.lowers = list(lowers)

    def unpack(self, blob, diff_id=None, limit=None, files=None):
        """Return: (succeeded, what was reported)"""
        if diff_id is None:
            try:
                plain = gzip.decompress(blob) if blob[:2] == b"\x1f\x8b" else blob
            except (OSError, EOFError):
                plain = blob
            diff_id = hashlib.sha256(plain).hexdigest()
        request = {"diffId": "sha256:" + diff_id, "size": len(blob),
                   "lowers": [one.path for one in self.lowers]}
        if limit:
            request["limits"] = {"bytes": limit}
        if files:
            request["limits"] = {"files": files}
        with open(WORK + "/blob", "wb") as out:
            out.write(blob)
        source = os.open(WORK + "/blob", os.O_RDONLY)
        tree = os.open(self.path, os.O_RDONLY)

        def place():
            os.dup2(source, 13)
            os.dup2(tree, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        done = subprocess.run([HOLT_IMAGE, "unpack"], input=json.dumps(request).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              pass_fds=(3, 4), preexec_fn=place, check=False, timeout=50)
        os.close(source)
        os.close(tree)
        said = done.stdout.decode(errors="replace")
        if (done.returncode == 0) != ('"report":"done"' in said):
            wrong.append(f"status {done.returncode}, but {said}")
        return done.returncode == 0, said


def canary():
    """Everything outside that an attack might want to change; also where we are."""
    for name in (CANARY, EVIL):
        shutil.rmtree(name, ignore_errors=True)
        os.makedirs(name + "/dir")
        for one in ("victim", "target", "dir/victim"):
            with open(f"{name}/{one}", "w") as out:
                out.write("as it was")
        os.chmod(name + "/victim", 0o640)
    os.chdir(CANARY)


def look(lowers=()):
    return [see(one) for one in (CANARY, EVIL, *(layer.path for layer in lowers))]


def check(name, condition, *seen):
    if not condition:
        wrong.append(f"{name}: {' '.join(map(str, seen))[:300]}")


def refused(name, blob, part="", lowers=(), **more):
    before = look(lowers)
    good, said = Layer("out", lowers).unpack(blob, **more)
    check(name, not good, "was taken")
    check(name, part in said, said)
    check(name, look(lowers) == before, "something outside has changed")


def taken(name, blob, lowers=(), **more):
    before = look(lowers)
    layer = Layer("out", lowers)
    good, said = layer.unpack(blob, **more)
    check(name, good, said)
    check(name, look(lowers) == before, "something outside has changed")
    return layer.path


def read(path):
    with open(path, "rb") as source:
        return source.read()


def shown(*layers):
    """What an overlay of these has, from the topmost to the lowest."""
    merged = WORK + "/merged"
    os.makedirs(merged, exist_ok=True)
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                    "userxattr,lowerdir=" + ":".join(layers), merged], check=True)
    names = [os.path.relpath(os.path.join(root, one), merged)
             for root, dirs, files in os.walk(merged) for one in dirs + files]
    subprocess.run(["umount", merged], check=True)
    return sorted(names)


def run(groups):
    """The group that is the third argument."""
    os.umask(0o027)
    try:
        groups[sys.argv[3]]()
    finally:
        for one in wrong:
            print(one)
    sys.exit(bool(wrong))
