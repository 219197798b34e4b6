#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Unpacks images with holt-image and with umoci, and compares what has come of them.

    umoci.py HOLT_IMAGE DIRECTORY GROUP [LAYERS]

Both are root of the same user namespace, so that an owner is the same number for
both. Groups: the functions at the end. LAYERS is the directory of holt's store where
it has unpacked the image that is the layout DIRECTORY/image.
"""
import glob
import hashlib
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile

from oci_layout import write_layout
from tree import differences, see
from unpacking import (HOLT_IMAGE, WORK, Layer, check, directory, file, hard, link, run, tar,
                       wrong, xattr)

FIFO = tarfile.FIFOTYPE


def mount(layers):
    """See the directories, the lowest first, as a container does."""
    merged, empty = WORK + "/merged", WORK + "/empty"
    os.makedirs(merged, exist_ok=True)
    os.makedirs(empty, exist_ok=True)
    names = [f"{WORK}/lower{number}" for number in range(len(layers))]
    for name, layer in zip(names, layers):
        # mount(8) would have to be told of each comma that is none of its own.
        subprocess.run(["ln", "-sfn", layer, name], check=True)
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", "userxattr,lowerdir=" +
                    ":".join(names[::-1] + [empty]), merged], check=True)
    return merged


def umoci(layers):
    """Return: the tree, None: it says no"""
    for name in ("layout", "bundle"):
        shutil.rmtree(f"{WORK}/{name}", ignore_errors=True)
    write_layout(WORK + "/layout", layers)
    done = subprocess.run(["umoci", "unpack", "--image", WORK + "/layout:latest",
                           WORK + "/bundle"], stdout=subprocess.PIPE, umask=0o022,
                          stderr=subprocess.STDOUT, check=False)
    return (None if done.returncode else see(WORK + "/bundle/rootfs")), done.stdout


def holt(layers):
    done = []
    for number, one in enumerate(layers):
        layer = Layer(f"layer{number}", done[::-1])
        good, said = layer.unpack(one)
        if not good:
            return None, said
        done.append(layer)
    merged = mount([one.path for one in done])
    tree = see(merged)
    subprocess.run(["umount", merged], check=True)
    return tree, ""


def said(layers):
    """Names that have an entry: only these have a time."""
    return {os.fsencode(os.path.normpath(entry[0].lstrip("/") or "."))
            for entries in layers for entry in entries}


# Why the trees may differ, and how: regular expressions, one for each line.
ROOT_TIME = ("umoci writes into the root after it has set the root's time",
             r"\.: mtime \d+ \d{19}")


def time_of(name):
    return ("umoci leaves the time of making something to a directory that the layer says "
            "nothing of, where layer.md has it that only what is said changes",
            name + r": mtime \d+ \d{19}")


def other_names(*names):
    return ("an overlay copies a file up without its other names, which stay as they are",
            *(rf"{one}: links .*" for one in names))


def compare(name, *layers, theirs=(), allowed=()):
    """@allowed: differences. @theirs: layers for umoci, where it doesn't take ours."""
    ours, why = holt([tar(*one) for one in layers])
    check(name, ours is not None, why)
    others, text = umoci([tar(*one) for one in theirs or layers])
    check(name, others is not None, "umoci:", text)
    if ours is None or others is None:
        return
    names = said(layers)
    seen = differences(ours, others, lambda one: one not in names)
    known = [one for reason in allowed for one in reason[1:]]
    if len(seen) != len(known) or not all(map(re.fullmatch, known, seen)):
        wrong.extend(f"{name}: {one}" for one in seen + [f"known: {known}"])


def rich():
    """Everything that a file can have, in one layer."""
    capability = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0).decode(
        "utf-8", "surrogateescape")
    return [
        directory(".", mode=0o751, mtime=1111, uid=3, gid=4),
        directory("bin", mode=0o755, mtime=12), file("bin/su", mode=0o4755, uid=0, mtime=13),
        file("bin/wall", mode=0o2755, gid=5, mtime=14),
        file("bin/ping", mode=0o755, **xattr("security.capability", capability)),
        directory("tmp", mode=0o1777, mtime=2), directory("shared", mode=0o2775, gid=50),
        directory("home"), directory("home/app", uid=33, gid=34, mode=0o700, mtime=99),
        file("home/app/f", b"hello" * 1000, uid=33, gid=34, mode=0o600,
             pax_headers={"mtime": "1234567890.987654321"}),
        file("empty", b""), file("closed", b"y", mode=0), directory("dark", mode=0),
        file("dark/in", b"seen", mtime=5), link("soft", "home/app/f", mtime=77, uid=33),
        link("dangling", "/no/where", gid=9), link("up", "../../.."),
        hard("one", "home/app/f"), hard("two", "one"), file("zlast", b"last", mtime=-5),
        ("pipe", FIFO, {"mode": 0o620, "gid": 5, "mtime": 3}),
        file("marked", **xattr("user.mine", "value")),
        directory("markeddir", **xattr("user.mine", "value")),
        file("with space"), file("tab\tand\nline"), file("h\u00e4t"), file("back\\slash"),
        file("a" * 255), file("/".join(["long" * 20] * 6)), file("far/" + "x" * 120, mtime=8),
        file("high", uid=65535, gid=65535), file("old", mtime=0), file("late", mtime=2**33),
    ]


def single():
    compare("everything in one layer", rich(), allowed=[ROOT_TIME])
    compare("no entry of the root", [file("f")])
    compare("nothing at all", [])
    compare("parents after children", [file("a/b/c"), directory("a/b", mode=0o700, mtime=7),
                                       directory("a", mode=0o711, uid=9, mtime=9)])
    compare("no parents", [file("a/b/c"), file("a/b/d"), link("a/x/y", "z")])
    compare("a name twice", [file("f", b"one", mode=0o600), file("f", b"two", mtime=4)])
    compare("a directory twice", [directory("d", mode=0o700, mtime=4), file("d/f"),
                                  directory("d", mode=0o755, mtime=9, uid=3)])
    compare("a link, then a file", [link("f", "g"), file("g", b"g"), file("f", b"f")])
    compare("a file, then a link", [file("f"), link("f", "g")])
    compare("another name of a link", [link("l", "x"), hard("h", "l")])
    compare("another name of a FIFO", [("p", FIFO, {}), hard("h", "p")])
    compare("another name by an absolute path", [file("a"), hard("b", "/a")])
    compare("names with dots and slashes", [directory("./d/"), file("./d/./f"), file("//g"),
                                            file("/h")])
    compare("another name, changed later", [file("a", b"one"), hard("b", "a"),
                                            file("a", b"two")])
    compare("times of parents of links", [directory("d", mtime=50), file("f", mtime=40),
                                          hard("d/h", "f"), link("d/l", "x", mtime=3)])
    compare("set-id and capability after the owner", [
        file("f", mode=0o6755, uid=12, gid=13), file("d/f", mode=0o7777, uid=1)])


def stacked():
    base = [directory("d", mode=0o711, uid=5, gid=6, mtime=1000), file("d/a", b"a", mtime=1),
            file("d/b", b"b", mtime=2), directory("d/sub", mtime=3), file("d/sub/c"),
            file("f", b"lower", mode=0o640, uid=7, mtime=77), link("l", "d", mtime=8),
            link("abs", "/d"), hard("f2", "f"), directory("e", mtime=6)]
    compare("nothing new", base, [])
    compare("a parent that isn't said again", base, [file("d/new")])
    compare("through a link below", base, [file("l/new")])
    compare("through an absolute link below", base, [file("abs/new")])
    compare("whiteout of a file", base, [file("d/.wh.a", b"")])
    compare("whiteout of a directory", base, [file(".wh.d", b"")])
    compare("whiteout of a link", base, [file(".wh.l", b"")])
    compare("whiteout of one of two names", base, [file(".wh.f", b"")])
    compare("whiteout of nothing", base, [file(".wh.never", b"")])
    compare("opaque", base, [directory("d", mtime=20), file("d/.wh..wh..opq", b""),
                             file("d/new")])
    compare("opaque, said last", base, [directory("d", mtime=20), file("d/new"),
                                        file("d/.wh..wh..opq", b"")])
    compare("opaque, without the directory", base, [file("d/.wh..wh..opq", b"")])
    compare("opaque with what was there", base, [
        directory("d"), file("d/.wh..wh..opq", b""), file("d/a", b"again")])
    compare("whiteout and the same again", base, [file(".wh.d", b""), directory("d"),
                                                  file("d/new")])
    compare("gone, and there again by a third", base, [file(".wh.d", b"")],
            [directory("d", mtime=9), file("d/x")])
    compare("gone, and a file of a third", base, [file(".wh.d", b"")], [file("d", b"file")])
    compare("file for a directory", base, [file("d", b"file")])
    compare("directory for a file", base, [directory("f"), file("f/in")])
    compare("directory for a link", base, [directory("l", mtime=5), file("l/in")])
    compare("link for a directory", base, [link("d", "e")])
    compare("link for a directory, and through it", base, [link("d", "e"), file("d/in")])
    compare("mode and owner alone", base, [directory("d", mode=0o1777, uid=1, mtime=4)])
    compare("another name of what is below", base, [hard("g", "f")],
            allowed=[other_names("f", "f2", "g")])
    compare("another name of what is below, in a directory", base, [hard("d/g", "d/a")])
    compare("another name of a link below", base, [hard("m", "l")])
    compare("xattrs are the upper's", [directory("x", **xattr("user.a", "1")),
                                       file("y", **xattr("user.a", "1"))],
            [directory("x", **xattr("user.b", "2")), file("y", **xattr("user.b", "2"))])
    compare("three layers", base, [file("d/.wh.a", b""), file("d/new", mtime=3),
                                   directory("d/sub", mode=0o700, mtime=11),
                                   file("d/sub/.wh..wh..opq", b"")],
            [file("d/a", b"third"), file(".wh.f", b""), file("e/deep/er", mtime=4),
             file("d/sub/z"), file("l/new", b"changed", mtime=12)], allowed=[time_of("e")])
    compare("deep below what is gone", base, [file("d/.wh.sub", b"")],
            [file("d/sub/again")], allowed=[time_of("d"), (
                "made anew: nobody says a time", r"d/sub: mtime \d{19} \d{19}")])


def left_out():
    """What holt leaves out of a layer: umoci gets the layer without it."""
    def devices(*more):
        return [directory("dev", mtime=7), *more, file("f")]

    compare("devices", devices(
        ("dev/null", tarfile.CHRTYPE, {"devmajor": 1, "devminor": 3}), hard("dev/n", "dev/null"),
        ("dev/sda", tarfile.BLKTYPE, {"devmajor": 8})), theirs=[devices()])
    for name in ("user.overlay.opaque", "user.overlay.redirect", "trusted.overlay.opaque",
                 "trusted.mine", "security.selinux", "system.posix_acl_access",
                 "user.rootlesscontainers"):
        compare(name, [directory("d", mtime=1, **xattr(name, "y")), file("f", **xattr(name, "y"))],
                theirs=[[directory("d", mtime=1), file("f")]])
    compare("marks of aufs", [file(".wh..wh.plnk", b""), file(".wh..wh.aufs", b""), file("f")],
            theirs=[[file("f")]])
    compare("a root that is opaque", [file("a"), directory("d", mtime=3), file("d/b")],
            [file(".wh..wh..opq", b""), file("new")], theirs=[
                [file("a"), directory("d", mtime=3), file("d/b")],
                [file(".wh.a", b""), file(".wh.d", b""), file("new")]])


def without_devices(blob):
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(blob)) as source, \
            tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as to:
        for info in source:
            if info.isdev() and not info.isfifo():
                continue
            to.addfile(info, source.extractfile(info) if info.isreg() else None)
    return out.getvalue()


def read_layout():
    """The layers of DIRECTORY/image, and their diff ids."""
    blobs = WORK + "/image/blobs/sha256/"

    def blob(descriptor):
        with open(blobs + descriptor["digest"].removeprefix("sha256:"), "rb") as source:
            return source.read()

    with open(WORK + "/image/index.json", "rb") as source:
        manifest = json.loads(blob(json.load(source)["manifests"][0]))
    return ([blob(one) for one in manifest["layers"]],
            json.loads(blob(manifest["config"]))["rootfs"]["diff_ids"])


def chain_ids(diff_ids):
    ids = diff_ids[:1]
    for one in diff_ids[1:]:
        ids.append("sha256:" + hashlib.sha256(f"{ids[-1]} {one}".encode()).hexdigest())
    return [one.removeprefix("sha256:") for one in ids]


def stored():
    """What holt has unpacked is as umoci unpacks it, where every directory has an entry."""
    layers, diff_ids = read_layout()
    found = [glob.glob(f"{sys.argv[4]}/*/{one}/diff") for one in chain_ids(diff_ids)]
    check("layers", all(len(one) == 1 for one in found), found)
    ours = see(mount([one[0] for one in found]))
    theirs, text = umoci([without_devices(one) for one in layers])
    check("umoci", theirs is not None, text)
    check("files", len(ours) > 20, len(ours))
    seen = [one for one in differences(ours, theirs or {})
            if not re.fullmatch(ROOT_TIME[1], one)]
    wrong.extend(seen[:20])


def three():
    """Write an image of three layers, with whiteouts, to DIRECTORY/image."""
    below = [one for one in rich() if not one[0].startswith(("far/", "long"))] + [directory("etc", mtime=5), file("etc/a"), file("etc/b", mode=0o600),
                      directory("var", mtime=6), directory("var/x", mtime=7), file("var/x/old"),
                      file("gone", uid=7), hard("gone2", "gone")]
    middle = [file("etc/.wh.a", b""), file(".wh.gone", b""), directory("var/x", mtime=8, mode=0o711),
              file("var/x/.wh..wh..opq", b""), file("var/x/new", uid=8, mtime=9),
              file("empty", b"no more", mode=0o444, mtime=10), file(".wh.shared", b"")]
    above = [file("etc/a", b"again", mode=0o640, gid=9), file(".wh.var", b""), link("var", "etc"),
             directory("shared", mode=0o755, mtime=3), file("shared/f"), hard("shared/g", "shared/f"),
             file("home/app/.wh.f", b""), directory("gone", mtime=2)]
    write_layout(WORK + "/image", [tar(*one) for one in (below, middle, above)])


def one():
    """Write an image of the layer DIRECTORY/root.tar to DIRECTORY/image."""
    with open(WORK + "/root.tar", "rb") as source:
        write_layout(WORK + "/image", [source.read()])


run({"single": single, "stacked": stacked, "left_out": left_out, "three": three, "one": one,
     "stored": stored})
