#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Layers that are made to harm, and their twins that are meant well.

    attacks.py HOLT_IMAGE DIRECTORY GROUP

Nothing outside the destination may change, the layers below included. What an attack
prepares and what it does are also tried as two layers.
"""
import gzip
import hashlib
import io
import os
import resource
import stat
import struct
import subprocess
import tarfile

from oci_layout import write_layout
from tar_bytes import gnu, header, padded, pax
from unpacking import (CANARY, EVIL, WORK, Layer, canary, check, directory, file, hard, link,
                       read, refused, run, shown, taken, tar, xattr)

FIFO, DEVICE = tarfile.FIFOTYPE, tarfile.CHRTYPE
END = bytes(1024)
UP = "../" * 30


def fifo(name, **more):
    return name, FIFO, more


def device(name, major=1, minor=3):
    return name, DEVICE, {"devmajor": major, "devminor": minor}


def twice(verdict, name, before, entries, then=lambda path: None, **more):
    """In one layer, and over a layer that prepares it. Return: the last's path"""
    then(verdict(name + ", in one layer", tar(*before, *entries), **more))
    lower = Layer("lower")
    good, said = lower.unpack(tar(*before))
    check(name + ", the layer below", good, said)
    path = verdict(name + ", over a layer", tar(*entries), lowers=[lower], **more)
    then(path)
    return path


def has(name, content):
    """For twice(): a file of the destination."""
    def look_at(path):
        found = os.path.exists(path + name) and read(path + name)
        check(name, found == content, found)

    return look_at


def names():
    canary()
    kinds = (file, directory, fifo, device, lambda name: link(name, "x"),
             lambda name: hard(name, "there"))
    for name in ("..", "../victim", "/../victim", "a/../../victim", "a/..", "/..", "./..", "a/../..",
                 "../out-evil/victim", "a/../../out-evil/new", "../canary/victim", "../", "a/../",
                 "../.wh.victim", "../.wh..wh..opq", UP + CANARY + "/victim"):
        for kind in kinds:
            refused(f"{name!r}", tar(file("there"), kind(name)), "leads out")
    for name in ("5000 parts", "/".join("a" * 5000)), ("a part of 256", "a" * 256), \
            ("a part of 256 on the way", "b/" + "a" * 256 + "/c"):
        for kind in kinds:
            refused(name[0], tar(file("there"), kind(name[1])), "longer than")
    for name in ("a" * 255, "/".join("a" * 1000), "...", "..a", "a..", ".. ", "....//x", "\\..\\x",
                 "..\\..\\victim", "C:\\x", "%2e%2e", "a\nb", "-rf", "~", "$HOME", " "):
        path = taken(f"{name!r}", tar(file(name)))
        check(f"{name!r}", read(f"{path}/{name}") == b"x")
    refused("a name with a zero", pax((b"path", b"f\0/../x")) + header("f", b"0") + END)
    refused("an empty target", tar(link("l", "")))
    refused("a target as long as can't be", tar(link("l", "a" * 4096)))
    taken("a target as long as can be", tar(link("l", "a" * 4095)))


def roots():
    canary()
    for name in (".", "./", "/", "//", "./.", ""):
        for kind in (fifo, lambda one: link(one, CANARY), lambda one: hard(one, "there"), device,
                     lambda one: link(one, "/"), lambda one: link(one, "..")):
            refused(f"root {name!r}", tar(file("there"), kind(name)))
            refused(f"root {name!r}, first", tar(kind(name), file("victim")))
        refused(f"root {name!r} as a file", tar(("there", tarfile.REGTYPE, {}),
                                                (name or "./", tarfile.REGTYPE, {"data": b"x"})))
    for mode in (0, 0o2755, 0o7777, 0o1000):
        path = taken(f"root {mode:o}", tar(directory("./", mode=mode), file("f"), file("d/f")))
        check(f"root {mode:o}", stat.S_IMODE(os.stat(path).st_mode) == mode and
              read(path + "/d/f") == b"x")
    path = taken("root's attributes", tar(directory("./", **xattr("user.overlay.opaque", "y")),
                                          directory("./", **xattr("user.mine", "y"))))
    check("root's attributes", os.listxattr(path) == ["user.mine"], os.listxattr(path))


def through_links():
    """Whatever goes through a link that leads out stays inside."""
    canary()
    ways = (("absolute", [link("l", CANARY)], "l"),
            ("relative", [link("l", UP + CANARY[1:])], "l"),
            ("two links", [link("k", UP), link("l", "k" + CANARY)], "l"),
            ("two hops", [directory("inner"), link("inner/up", ".."),
                          link("inner/up/esc", "../canary")], "inner/up/esc"),
            ("a link in a directory", [directory("a"), link("a/l", "../.." + CANARY)], "a/l"),
            ("an absolute link in a directory", [directory("a"), link("a/l", CANARY)], "a/l"),
            ("/proc", [link("l", "/proc/self/cwd")], "l"),
            ("/proc/self/root", [link("l", "/proc/self/root" + CANARY)], "l"),
            ("a descriptor", [link("l", "/proc/self/fd/4/..")], "l"))
    for name, before, to in ways:
        entries = [file(to + "/victim", b"new", mode=0o777), directory(to + "/dir", mode=0o777),
                   file(to + "/.wh.target", b""), file(to + "/new")]
        path = twice(taken, f"all through a link, {name}", before, entries)
        if not name.startswith(("/proc", "a descr")):
            inside = path + ("/canary" if name == "two hops" else CANARY)
            check(name, read(inside + "/victim") == b"new" and read(inside + "/new") == b"x")
    for name, before, to in ways[:5]:
        for what, entries in (
                ("a file", [file(to + "/victim", b"new", mode=0o777, uid=9, mtime=1)]),
                ("a new file", [file(to + "/new", b"new")]),
                ("a directory", [directory(to + "/dir", mode=0o777, uid=9, mtime=1,
                                           **xattr("user.mine"))]),
                ("a link", [link(to + "/victim", "x", uid=9)]),
                ("a FIFO", [fifo(to + "/victim", mode=0o777)]),
                ("another name", [file("b"), hard(to + "/victim", "b")]),
                ("a whiteout", [file(to + "/.wh.victim", b"")]),
                ("opaque", [file(to + "/.wh..wh..opq", b"")]),
                ("below a directory", [file(to + "/dir/new/new")])):
            twice(taken, f"{what} through a link, {name}", before, entries)
        for target in ("victim", "dir/victim"):
            twice(refused, f"another name of {target} through a link, {name}", before,
                  [hard("h", f"{to}/{target}")], part="isn't there")
        twice(refused, f"another name of dir through a link, {name}", before,
              [hard("h", to + "/dir")])
    path = twice(taken, "inside, by the same names", [link("l", CANARY)],
                 [file(CANARY + "/victim", b"inside"), file("l/new", b"new"),
                  hard("h", "l/victim")])
    check("inside", read(path + CANARY + "/new") == b"new" and read(path + "/h") == b"inside")
    twice(refused, "a loop", [link("a", "b"), link("b", "a")], [file("a/x")], part='"code":40')
    twice(refused, "a link to itself", [link("a", "a")], [file("a/x")], part='"code":40')
    chain = [link(f"l{i}", f"l{i + 1}") for i in range(45)]
    twice(refused, "a long chain", chain + [directory("l45")], [file("l0/x")], part='"code":40')
    twice(taken, "a chain", chain + [directory("l45")], [file("l20/x")])


def over_links():
    """What takes a link's place doesn't change what the link names."""
    canary()
    for target in (CANARY + "/dir", UP + CANARY[1:] + "/dir", CANARY, CANARY + "/victim"):
        for name, entries in (
                ("a directory", [directory("l", mode=0o777, uid=7, gid=7, mtime=5,
                                           **xattr("user.mine")), file("l/victim", b"new")]),
                ("a directory, twice", [directory("l", mode=0o777), directory("l", mode=0o700)]),
                ("a file", [file("l", b"new", mode=0o7777, uid=7, mtime=5)]),
                ("a link", [link("l", "elsewhere", uid=7, mtime=5)]),
                ("a FIFO", [fifo("l", mode=0o777, uid=7)]),
                ("another name", [file("f"), hard("l", "f")])):
            path = twice(taken, f"{name} over a link to {target}", [link("l", target)], entries)
            is_link = os.path.islink(path + "/l")
            check(f"{name} over a link", is_link == (name == "a link"))
    # Times and modes of directories are set at the end.
    for target in (CANARY, CANARY + "/dir", EVIL):
        twice(taken, f"a link to {target} over a directory", [
            directory("d", mode=0o777, mtime=5), directory("d/dir", mode=0o777, mtime=5),
            file("d/victim")], [link("d", target)])
        taken("the same, and its parent", tar(
            directory("p/dir", mode=0o777, mtime=5, uid=9), file("p/dir/victim"), link("p", CANARY)))
        taken("a link, a directory, a link", tar(
            link("d", target), directory("d", mode=0o777, mtime=5), link("d", target)))
    path = twice(taken, "a file over a FIFO", [fifo("p")], [file("p", b"new")])
    check("a file over a FIFO", read(path + "/p") == b"new")
    path = twice(taken, "a FIFO over a file", [file("p")], [fifo("p")])
    check("a FIFO over a file", stat.S_ISFIFO(os.stat(path + "/p").st_mode))
    twice(taken, "a file over a closed directory", [
        directory("d", mode=0), directory("d/e", mode=0), file("d/e/f", mode=0)], [file("d")])


def hard_links():
    canary()
    there = [file("a", b"one", mode=0o600, uid=5, mtime=7), directory("d"), file("d/b", b"two"),
             link("out", CANARY + "/victim"), link("dir", "d"), fifo("p")]
    for target in ("../victim", "/../victim", "d/../../victim", "..", UP + CANARY[1:] + "/victim"):
        twice(refused, "hard link to " + target, there, [hard("h", target)], part="leads out")
    # The working directory has some of these.
    for target in (CANARY + "/victim", "victim", "./victim", "target", "dir/victim", "later",
                   "out/x", "a/x", EVIL + "/victim", "/proc/self/cwd/victim"):
        twice(refused, "hard link to " + target, there, [hard("h", target), file("later")])
    for target in ("d", "dir/", ".", "/", ""):
        refused("hard link to a directory, " + repr(target), tar(*there[1:4], hard("h", target)))
    for target in ("a", "/a", "./a", "//a", "d/b", "/dir/b", "dir/b"):
        path = twice(taken, "hard link to " + target, there, [hard("h", target)])
        check(target, read(path + "/h") == (b"two" if target.endswith("b") else b"one"))
        path = twice(taken, "hard link, changed through", there,
                     [hard("h", target), file("h", b"new", mode=0o777), hard("h", target)])
        check(target, read(path + "/h") == (b"two" if target.endswith("b") else b"one"))
    path = twice(taken, "hard link to a link", there, [hard("h", "out"), file("h2"),
                                                       hard("h3", "h")])
    check("hard link to a link", os.readlink(path + "/h3") == CANARY + "/victim")
    twice(taken, "a file over a hard link to a link", there, [hard("h", "out"), file("h", b"new")])
    path = twice(taken, "hard link to a FIFO", there, [hard("h", "p")])
    check("hard link to a FIFO", stat.S_ISFIFO(os.stat(path + "/h").st_mode))
    path = taken("hard link to a device", tar(device("n"), hard("h", "n")))
    check("hard link to a device", os.listdir(path) == [])
    # Over what is there, and to what gives way.
    twice(taken, "hard link over a link", there, [hard("out", "a")])
    twice(taken, "hard link over a directory", there, [hard("d", "a")])
    twice(taken, "hard link to itself", there, [hard("a", "a")])
    twice(refused, "hard link into what it replaces", there, [hard("d", "d/b")])
    refused("content of a hard link", header("a", b"0", 1) + padded(b"x") +
            header("h", b"1", 1, {157: b"a"}) + padded(b"y") + END)


def stale():
    """A directory that was found before is looked for again."""
    canary()
    for name, change in (("a link", [link("d", CANARY)]),
                         ("a link up", [link("d", UP + CANARY[1:])]),
                         ("a file, a link", [file("d"), link("d", CANARY)]),
                         ("another name of a link", [link("l", CANARY), hard("d", "l")]),
                         ("a link above", [link("p", UP + CANARY[1:] + "/..")])):
        base = "p/d" if name.endswith("above") else "d"
        twice(taken, "a directory becomes " + name, [file(base + "/a"), file(base + "/dir/a")], [
            file(base + "/b"), *change, file(base + "/victim", b"new"), file(base + "/new"),
            directory(base + "/dir", mode=0o777), file(base + "/.wh.target", b""),
            file(base + "/.wh..wh..opq", b"")])
    # The way there leads through what is replaced.
    twice(taken, "a directory on the way", [directory("d"), link("d/up", "..")], [
        file("d/up/x"), link("d/up/d", CANARY), file("d/up/victim", b"new")],
          has(CANARY + "/up/victim", b"new"))
    twice(taken, "another name on the way", [directory("d"), link("d/up", ".."), file("f", b"f")],
          [hard("d/up/d", "d/up/f")], has("/d", b"f"))
    path = taken("in turn", tar(*(entry for _ in range(50) for entry in (
        directory("d"), file("d/victim", b"new"), link("d", CANARY), file("d/victim", b"new")))))
    check("in turn", read(path + CANARY + "/victim") == b"new")
    path = twice(taken, "meant well", [directory("d"), file("d/a")],
                 [file("d"), directory("d"), file("d/b"), link("e", "d"), file("e/c")])
    check("meant well", sorted(os.listdir(path + "/d")) == ["b", "c"], os.listdir(path + "/d"))


def processor(layer, blob, **more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    good, said = layer.unpack(blob, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    check("processor", good, said)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def linear():
    """Twice as much takes twice as long: 1e6 times the same, and in turn."""
    canary()
    lower = Layer("lower")
    lower.unpack(tar(*(file(f"{one}/f{i}") for one in "de" for i in range(200)),
                     *(file(f"f{i}") for i in range(1000))))
    opaque = [header(f"{one}/.wh..wh..opq", b"0") for one in ("d", "e", "")]
    once, more = (processor(Layer("out", [lower]), b"".join(
        header(f"d/n{i}", b"0") + opaque[0] for i in range(count)) + END) for count in (8000, 16000))
    check("a file and opaque: linear", more < 3 * once + 0.3, once, more)
    for name, count, step in (
            ("opaque", 250000, opaque[0]), ("opaque in turn", 15000, opaque[0] + opaque[1]),
            ("opaque root", 50000, opaque[2]),
            ("one whiteout", 50000, header("d/.wh.f1", b"0")),
            ("a directory", 30000, header("d/", b"5")),
            ("directories in turn", 12000, header("d/", b"5") + header("e/", b"5")),
            ("a file and a directory", 7000, header("x", b"0") + header("x/", b"5")),
            ("another name", 10000, header("h", b"1", 0, {157: b"d/f1"}))):
        once, more = (processor(Layer("out", [lower]), step * (count * times) + END)
                      for times in (1, 2))
        check(f"{name}: linear", more < 3 * once + 0.3, once, more)
        check(f"{name}: in time", more < 15, more)


def whiteouts():
    canary()
    before = [file("a"), directory("d"), file("d/f"), link("l", CANARY), link("dl", "d")]
    for name in (".wh.", "d/.wh.", ".wh..", ".wh...", ".wh..wh.", "dl/.wh..", "d/.wh...",
                 "d/.wh..wh."):
        for kind in (file, directory, fifo, lambda one: link(one, "x"), lambda one: hard(one, "a")):
            twice(refused, f"whiteout {name}", before, [kind(name)], part="whiteout")
    for name in ("l/.wh.victim", "l/.wh.dir", "l/dir/.wh.victim", "l/.wh..wh..opq", ".wh.l", ".wh.d",
                 "dl/.wh.f", "d/.wh..wh..opq", ".wh.never"):
        twice(taken, f"whiteout {name}", before, [file(name, b"")])
    for name in (".wh..wh.plnk", ".wh..wh.aufs", ".wh..wh.orph"):
        path = twice(taken, f"of aufs: {name}", before, [file(name, b""), directory(name)])
        check(name, os.listdir(path) == [], os.listdir(path))
    path = twice(taken, "a device 0:0", before, [device("a", 0, 0), device("d/f", 0, 0)])
    for root, _, found in os.walk(path):
        check("a device 0:0", not any(stat.S_ISCHR(os.lstat(f"{root}/{one}").st_mode)
                                      for one in found), found)
    for name in ("opaque", "redirect", "metacopy", "origin", "impure", "upper", "nlink", "protattr",
                 "whiteout", "whiteouts"):
        for prefix in ("user", "trusted"):
            full = f"{prefix}.overlay.{name}"
            for kind in (file, directory):
                path = twice(taken, full, before, [kind("x", **xattr(full, "/../../" + CANARY))])
                check(full, os.listxattr(path + "/x") == [], os.listxattr(path + "/x"))
    lower = Layer("lower")
    lower.unpack(tar(*before))
    path = taken("an overlay's words", tar(directory("d", **xattr("user.overlay.opaque", "y")),
                                           directory("r", **xattr("user.overlay.redirect", "/d"))),
                 [lower])
    check("an overlay's words", shown(path, lower.path) == ["a", "d", "d/f", "dl", "l", "r"],
          shown(path, lower.path))


def formats():
    """Tar alone is read."""
    canary()
    source = WORK + "/source"
    os.makedirs(source, exist_ok=True)
    with open(source + "/f", "w") as out:
        out.write("content")
    for form in ("zip", "7zip", "cpio", "newc", "mtree", "xar", "warc", "shar", "ar", "raw"):
        blob = subprocess.run(["bsdtar", "-c", "--format", form, "-f", "-", "-C", source, "f"],
                              stdout=subprocess.PIPE, check=True).stdout
        refused("format " + form, blob)
        refused("format " + form + ", packed", gzip.compress(blob),
                diff_id=hashlib.sha256(blob).hexdigest())
    for name, magic in (("rar", b"Rar!\x1a\x07\0"), ("rar5", b"Rar!\x1a\x07\1\0"), ("cab", b"MSCF"),
                        ("lha", b"\x20\x50-lh5-"), ("rpm", b"\xed\xab\xee\xdb"), ("uu", b"begin 644 f\n"),
                        ("lzop", b"\x89LZO\0"), ("lz4", b"\x04\x22\x4d\x18"), ("lzip", b"LZIP\1"),
                        ("compress", b"\x1f\x9d\x90"), ("xz", b"\xfd7zXZ\0"), ("bzip2", b"BZh9")):
        refused("format " + name, magic + bytes(range(256)) * 8)
    # This one begins with zeros, which are the end of an archive.
    blob = subprocess.run(["bsdtar", "-c", "--format", "iso9660", "-f", "-", "-C", source, "f"],
                          stdout=subprocess.PIPE, check=True).stdout
    path = taken("format iso9660", blob)
    check("format iso9660", os.listdir(path) == [], os.listdir(path))
    for form in ("ustar", "pax", "gnutar"):
        blob = subprocess.run(["bsdtar", "-c", "--format", form, "-f", "-", "-C", source, "f"],
                              stdout=subprocess.PIPE, check=True).stdout
        check(form, read(taken("format " + form, blob) + "/f") == b"content")


def listed(command, blob):
    """What a program says of an archive: (kind, name); None: it isn't content."""
    done = subprocess.run(command, input=blob, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"), check=False)
    return None if done.returncode or done.stderr else clean(done.stdout.split(b"\n"))


def clean(found):
    """Names as an overlay has them, each once, with directories on the way."""
    tree = set()
    for name in found:
        parts = [one for one in name.split(b"/") if one not in (b"", b".")]
        tree |= {b"/".join(parts[:i + 1]) for i in range(len(parts))}
    return sorted(tree)


def by_python(blob):
    try:
        with tarfile.open(fileobj=io.BytesIO(blob), errorlevel=2) as archive:
            return clean([one.name.encode("utf-8", "surrogateescape") for one in archive])
    except (tarfile.TarError, ValueError, OSError):
        return None


def by_holt(path):
    root = path.encode()
    return clean([os.path.relpath(os.path.join(place, one), root)
                  for place, dirs, found in os.walk(root) for one in dirs + found])


def differing():
    """Archives that have been taken differently by some, and plain ones."""
    inner = header("inner", b"0", 3) + padded(b"abc") + END
    named = header("f", b"0", 3) + padded(b"abc")
    yield "plain", named + END
    yield "pax", pax((b"path", b"longer")) + named + END
    yield "GNU", gnu(b"L", b"n" * 150 + b"\0") + named + END
    yield "pax of all", pax((b"comment", b"x"), kind=b"g") + named + END
    for size in (0, 3, 512, len(inner), len(inner) + 512):
        body = padded(inner + b"z" * 512)
        yield f"pax says {size}, the header 0", pax((b"size", b"%d" % size)) + \
            header("outer", b"0", 0) + body + named + END
        yield f"pax says 0, the header {size}", pax((b"size", b"0")) + \
            header("outer", b"0", size) + body + named + END
        yield f"pax says {size} of a GNU name", pax((b"size", b"%d" % size)) + \
            gnu(b"L", b"other\0") + named + END
        yield f"pax says {size} of a pax header", pax((b"size", b"%d" % size)) + \
            pax((b"path", b"other")) + named + END
        for kind in b"12567":  # devices are left out
            yield f"a {chr(kind)} of {size}", header("odd", bytes([kind]), size, {157: b"f"}) + \
                padded(inner[:size]) + named + END
    yield "a GNU name, then pax", gnu(b"L", b"one\0") + pax((b"path", b"two")) + named + END
    yield "pax, then a GNU name", pax((b"path", b"two")) + gnu(b"L", b"one\0") + named + END
    yield "pax twice", pax((b"path", b"one")) + pax((b"path", b"two")) + named + END
    yield "pax of all and of one", pax((b"path", b"one"), kind=b"g") + pax((b"path", b"two")) + \
        named + named + END
    yield "a key twice", pax((b"path", b"one"), (b"path", b"two")) + named + END
    yield "a broken record", pax(b"99 path=one\n") + named + END
    yield "a broken record behind one", pax((b"path", b"one"), b"7 x=\n") + named + END
    yield "no length", pax(b"path=one\n") + named + END
    yield "a zero", pax((b"path", b"one\0two")) + named + END
    yield "a prefix", header("f", b"0", 0, {257: b"ustar\x0000", 345: b"prefix"}) + END
    # Python takes for one what GNU has times in, and what older formats don't know.
    yield "no prefix of GNU", header("f", b"0", 0, {345: b"prefix"}) + END
    yield "no prefix of old", header("f", b"0", 0, {257: bytes(8), 345: b"prefix"}) + END
    yield "a slash at a file's end", header("f/", b"0", 0) + END
    yield "an old directory", header("f/", b"\0", 0, {257: bytes(8)}) + END
    yield "a block of zeros between", named + bytes(512) + header("g", b"0") + END
    yield "two blocks of zeros between", named + END + header("g", b"0") + END
    yield "a name as long as the field", header("n" * 100, b"0") + END
    yield "a number in spaces", header("f", b"0", 3, {124: b"         3 \0"}) + padded(b"abc") + END
    yield "a number that goes on", header("f", b"0", 3, {124: b"00000000003x"}) + padded(b"abc") + END
    yield "a number below zero", header("f", b"0", 0, {124: b"\xff" * 12}) + named + END
    yield "a hexadecimal number", header("f", b"0", 0, {124: b"0x200\0"}) + inner + END
    yield "a signed sum", named + header("\u00e9", b"0") + END
    for kind in b"MVNDSXxgLK789AZ":
        yield f"of kind {chr(kind)}", named + header("odd", bytes([kind]), 512) + padded(b"f") + \
            header("g", b"0") + END


def readers():
    """All take the same from an archive, or we refuse it."""
    canary()
    count = 0
    for name, blob in differing():
        layer = Layer("out")
        if not layer.unpack(blob)[0]:
            continue
        count += 1
        ours = by_holt(layer.path)
        for who, theirs in (("bsdtar", listed(["bsdtar", "-tf", "-"], blob)),
                            ("GNU tar", listed(["tar", "--quoting-style=literal", "-tf", "-"], blob)),
                            ("python", by_python(blob))):
            if who == "python" and name.startswith("no prefix"):
                theirs = clean([one.removeprefix(b"prefix") for one in theirs])
            check(f"{name}: {who}", theirs == ours, ours, theirs)
    check("taken", count >= 5, count)


def largest(blob, verdict, name, **more):
    """The verdict, and that it took no memory that the layer could choose."""
    result = verdict(name, blob, **more)
    check(name + ": memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 200000,
          resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return result


def sizes():
    canary()
    entry = header("f", b"0", 3) + padded(b"abc") + END
    for kind in (b"x", b"g", b"L", b"K"):
        for size in (1 << 32, 1 << 30, (1 << 33) - 1, 64 << 20):
            largest(header("h", kind, size) + bytes(1 << 20) + entry, refused, f"{kind} of {size}")
    for length, good in ((0, True), (1, True), (250, True), (251, False), (65536, False)):
        blob = pax((b"SCHILY.xattr.user." + b"a" * length, b"v")) + entry
        largest(blob, taken if good else refused, f"an attribute's name of {length}")
    for length, good in ((0, True), (1000, True), (65537, False), (1 << 20, False)):
        blob = pax((b"SCHILY.xattr.user.a", b"v" * length)) + entry
        largest(blob, taken if good else refused, f"an attribute of {length}")
    blob = pax(*((b"SCHILY.xattr.user.%d" % i, b"v" * 100) for i in range(50000))) + entry
    largest(blob, refused, "50000 attributes")
    holes = b"".join(b"%d\n1\n" % (i * 1024) for i in range(100000))
    text = b"100000\n" + holes
    body = padded(text) + b"x" * 100000
    blob = pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"f"),
               (b"GNU.sparse.realsize", b"102400000")) + header("s", b"0", len(body)) + padded(body) + END
    good, said = Layer("out").unpack(blob)
    check("many holes", good or '"report":"error"' in said, said)
    for at, width in ((124, 12), (136, 12), (108, 8), (116, 8)):
        for value in (b"\xff" * width, b"\x80" + b"\xff" * (width - 1), b"\xff" + bytes(width - 1),
                      b"\x80" + b"\x7f" * (width - 1)):
            good, said = Layer("out").unpack(header("f", b"0", 0, {at: value}) + END)
            check(f"a number at {at}", good or '"report":"error"' in said, said)
            check(f"a number at {at}", not good or at == 136, "was taken")
    for value in (b"9223372036854775807", b"-9223372036854775808", b"1e9", b"99999999999999999999"):
        good, said = Layer("out").unpack(pax((b"mtime", value)) + entry)
        check(f"mtime {value}", good or '"report":"error"' in said, said)
    for value in (2**32 - 1, 2**32, 2**63, 2**63 - 1, 2**64, 65537):
        for key in (b"uid", b"gid"):
            refused(f"{key} {value}", pax((key, str(value).encode())) + entry)
    path = taken("names of users", tar(file("f", uname="root", gname="daemon", uid=3, gid=4)))
    check("names of users", (os.stat(path + "/f").st_uid, os.stat(path + "/f").st_gid) == (3, 4))
    for mode in (0o7777, 0o177777, 0o1777777):
        path = taken(f"mode {mode:o}", tar(file("f", mode=mode), directory("d", mode=mode)))
        check(f"mode {mode:o}", stat.S_IMODE(os.stat(path + "/f").st_mode) == 0o7777 and
              stat.S_ISREG(os.stat(path + "/f").st_mode))


def packed(command):
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE, check=True).stdout


def bombs():
    canary()
    blob = tar(file("f", os.urandom(50000)), file("z", bytes(300000)))
    diff = hashlib.sha256(blob).hexdigest()

    def zstd(data, *words):
        return subprocess.run(["zstd", "-q", "-c", *words], input=data, stdout=subprocess.PIPE,
                              check=True).stdout

    taken("zstd", zstd(blob), diff_id=diff)
    head = b"\x28\xb5\x2f\xfd"
    # A frame says how large its window is; its blocks are as they are.
    for log, good in ((27, True), (28, False), (31, False), (41, False)):
        content = b"".join(
            struct.pack("<I", (len(blob[i:i + 65536]) << 3) | (i + 65536 >= len(blob)))[:3] +
            blob[i:i + 65536] for i in range(0, len(blob), 65536))
        frame = head + bytes([0, (log - 10) << 3]) + content
        largest(frame, taken if good else refused, f"a window of 2^{log}", diff_id=diff)
    refused("gzip in gzip", gzip.compress(gzip.compress(blob)),
            diff_id=hashlib.sha256(gzip.compress(blob, mtime=0)).hexdigest())
    refused("zstd in gzip", gzip.compress(zstd(blob)))
    taken("many members", b"".join(gzip.compress(blob[i:i + 2000], mtime=0)
                                   for i in range(0, len(blob), 2000)), diff_id=diff)
    taken("many frames", b"".join(zstd(blob[i:i + 30000]) for i in range(0, len(blob), 30000)),
          diff_id=diff)
    empty = gzip.compress(b"", mtime=0)
    once, more = (processor(Layer("out"), gzip.compress(blob, mtime=0) + empty * count,
                            diff_id=diff) for count in (200000, 400000))
    check("empty members: linear", more < 3 * once + 0.3, once, more)
    zeros = gzip.compress(bytes(64 << 20), mtime=0)
    refused("zeros, member by member", zeros * 20, diff_id=diff)
    refused("a file of zeros, beyond a limit", gzip.compress(tar(file("f", bytes(40 << 20)))),
            "larger than", limit=20 << 20)
    check("disk", sum(os.lstat(os.path.join(root, one)).st_blocks for root, _, found in
                      os.walk(WORK + "/out") for one in found) * 512 <= 21 << 20)
    taken("a file of zeros", gzip.compress(tar(file("f", bytes(40 << 20)))), limit=50 << 20)
    refused("files without end", tar(*[file(f"f{i}", b"") for i in range(2000)]), "more than 1000",
            files=1000)


def trailing():
    """All of the stream counts, also what comes after the archive's end."""
    canary()
    blob = tar(file("f"))
    diff = hashlib.sha256(blob).hexdigest()
    for name, more in (("a byte", b"x"), ("zeros", bytes(5000)), ("an archive", tar(file("g"))),
                       ("much", os.urandom(1 << 20))):
        refused(f"{name}, unsaid", blob + more, diff_id=diff)
        refused(f"{name}, unsaid, packed", gzip.compress(blob + more), diff_id=diff)
        path = taken(f"{name}, said", blob + more)
        check(name, os.listdir(path) == ["f"], os.listdir(path))
    refused("more than allowed", gzip.compress(blob + bytes(40 << 20)), "larger than",
            limit=20 << 20)
    refused("much more", packed("head -c 1200M /dev/zero | zstd -q -1 -c"), diff_id=diff)
    for cut in (1, 511, 512, 513, 1023):
        part = blob[:cut]
        refused(f"cut at {cut}", part, diff_id=diff)
    content = tar(file("f", b"y" * 5000))
    for cut in (513, 600, 4000, 5511, 5600):
        refused(f"content cut at {cut}", content[:cut])


def rights():
    """Set-id and capabilities as the image says; of other attributes the user's alone."""
    canary()
    def capability(root_id=None):
        value = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0) if root_id is None else \
            struct.pack("<IIIIII", 0x03000001, 1 << 10, 0, 0, 0, root_id)
        return value.decode("utf-8", "surrogateescape")

    path = twice(taken, "rights", [directory("d")], [
        file("d/s", mode=0o4755, uid=0), file("d/g", mode=0o2755, gid=8),
        file("d/c", mode=0o755, **xattr("security.capability", capability()))])
    check("rights", os.stat(path + "/d/s").st_mode & 0o4000 and
          os.stat(path + "/d/g").st_mode & 0o2000 and
          os.getxattr(path + "/d/c", "security.capability")[4:8] == struct.pack("<I", 1 << 10))
    refused("capabilities of another root", tar(file("c", **xattr(
        "security.capability", capability(3000000)))))
    refused("capabilities that are none", tar(file("c", **xattr("security.capability", "x"))))
    for name in ("security.selinux", "security.ima", "security.evm", "security.apparmor",
                 "trusted.mine", "system.posix_acl_access", "system.posix_acl_default", "system.nfs4_acl",
                 "user.rootlesscontainers", "user", "user.", "btrfs.compression"):
        for kind in (file, directory, fifo):
            path = taken(name, tar(kind("f", **xattr(name))))
            check(name, os.listxattr(path + "/f") == [], os.listxattr(path + "/f"))
        path = taken(name + " of a link", tar(link("l", CANARY + "/victim", **xattr(name))))
        check(name, os.listxattr(path + "/l", follow_symlinks=False) == [])
    taken("user.mine of a link", tar(link("l", CANARY + "/victim", **xattr("user.mine"))))


def remove(names):
    tree = os.open(WORK, os.O_RDONLY)

    def place():
        os.dup2(tree, 13)
        os.dup2(13, 3)

    done = subprocess.run([os.environ["HOLT_IMAGE"], "remove"], pass_fds=(3,), preexec_fn=place,
                          input=str(names).replace("'", '"').join(('{"names":', "}")).encode(),
                          stdout=subprocess.PIPE, check=False)
    os.close(tree)
    check("remove", done.returncode == 0, done.stdout)


def depth():
    """Trees as deep as they can be made, and closed: they come and go."""
    canary()
    deep = "/".join("d" * 1000)
    for name, more in (("links", [link("l", deep), file("l/" + deep + "/f")]),
                       ("links of links", [link("l", deep), link("m", "l/" + deep),
                                           file("m/" + deep + "/f")]),
                       ("closed", [directory(deep, mode=0), directory("d", mode=0)])):
        good, said = Layer("out").unpack(tar(*more))
        check(name, good or "longer" in said or '"code":36' in said or '"code":40' in said, said)
        remove(["out"])
        check(name, not os.path.lexists(WORK + "/out"))
    path = taken("names of one letter's cases", tar(file("A"), file("a"), directory("D"), file("d")))
    check("cases", sorted(os.listdir(path)) == ["A", "D", "a", "d"])
    good, said = Layer("out").unpack(tar(file("f"), *(hard(f"h{i}", "f") for i in range(70000))))
    check("links", good or "Too many links" in said, said)
    remove(["out"])


def shared():
    """Write two images, of which the same layers are the lowest, to DIRECTORY/one and two."""
    below = [tar(directory("d", mode=0o711), *(file(f"d/f{i}", os.urandom(3000)) for i in range(300))),
             tar(file("d/.wh.f7", b""), *(file(f"d/g{i}", b"g") for i in range(300)))]
    for name in ("one", "two"):
        write_layout(f"{WORK}/{name}", below + [tar(file("d/" + name))])


run({one.__name__: one for one in (
    names, roots, through_links, over_links, hard_links, stale, linear, whiteouts, formats, readers,
    sizes, bombs, trailing, rights, depth, shared)})
