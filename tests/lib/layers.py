#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Layers made by hand, unpacked by holt-image, and what has come of them.

    layers.py HOLT_IMAGE DIRECTORY GROUP
"""
import gzip
import hashlib
import json
import os
import stat
import struct
import subprocess
import tarfile
import time

from tar_bytes import gnu, header, padded, pax
from unpacking import (CANARY, HOLT_IMAGE, WORK, Layer, canary, check, directory, file,
                       hard, link, look, read, refused, run, shown, taken, tar, xattr)


def attacks():
    """security: names, links and directories that lead out."""
    canary()
    out = WORK + "/canary"
    for name in ("..", "../victim", "a/../../victim", "a/..", "../out-evil/x"):
        refused(name, tar(file(name)), "leads out")
    for name in ("./x", "/x", "//x", "./././x", "x", "/./x"):
        check(name, read(taken(name, tar(file(name))) + "/x") == b"x")
    refused("root as a link", tar(link("./", out)), "the root of an image")
    refused("root as a file", tar(file("./")))
    refused("root as a FIFO", tar((".", tarfile.FIFOTYPE, {})), "the root of an image")
    path = taken("root as a directory", tar(directory("./", mode=0o2711, mtime=1234567)))
    check("root", stat.S_IMODE(os.stat(path).st_mode) == 0o2711 and
          os.stat(path).st_mtime == 1234567, oct(os.stat(path).st_mode))
    # Through a link: what is outside is inside then.
    path = taken("through an absolute link", tar(link("l", out), file("l/victim", b"new")))
    check("absolute link", read(path + out + "/victim") == b"new")
    path = taken("through a relative link",
                 tar(link("l", "../../../../.." + out), file("l/victim", b"new")))
    check("relative link", read(path + out + "/victim") == b"new")
    taken("two hops", tar(directory("inner"), link("inner/up", ".."),
                          link("inner/up/esc", "../victim"), file("inner/up/esc2/new")))
    refused("a loop", tar(link("a", "b"), link("b", "a"), file("a/x")), '"code":40')
    deep = ["d"] * 680
    refused("down and up again", tar(
        directory("/".join(deep)), link("l", "/".join(deep + [".."] * 680)),
        file("l/x")), '"code":40')
    path = taken("down and up again, a little", tar(
        directory("/".join(deep[:30])), link("l", "/".join(deep[:30] + [".."] * 30)),
        file("l/x", b"new")))
    check("down and up again, a little", read(path + "/x") == b"new")
    # Directories over links.
    path = taken("directory over a link", tar(
        link("l", out + "/dir"), directory("l", mode=0o777, uid=7, mtime=5)))
    check("over a link", stat.S_ISDIR(os.lstat(path + "/l").st_mode))
    path = taken("file over a link", tar(link("l", out + "/victim"), file("l", b"new")))
    check("file over a link", read(path + "/l") == b"new")
    path = taken("file over a FIFO", tar(("f", tarfile.FIFOTYPE, {}), file("f", b"new")))
    check("file over a FIFO", read(path + "/f") == b"new")
    # Hard links.
    for target in ("../victim", "a/../../victim"):
        refused("hard link to " + target, tar(hard("h", target)), "leads out")
    for target in (out + "/victim", "victim", "target", "later"):
        refused("hard link to " + target, tar(hard("h", target), file("later")),
                "which isn't there")
    refused("hard link to a directory", tar(directory("d"), hard("h", "d")), "directory")
    refused("hard link to the root", tar(hard("h", ".")), "root")
    path = taken("hard link to a link", tar(link("l", out + "/victim"), hard("h", "l")))
    check("link of a link", os.readlink(path + "/h") == out + "/victim")
    path = taken("hard link", tar(file("a", b"one"), hard("h", "/a")))
    check("hard link", os.stat(path + "/h").st_ino == os.stat(path + "/a").st_ino)
    path = taken("hard link to itself", tar(file("a", b"one"), link("d", "."),
                                            hard("d/a", "a"), hard("a", "a")))
    check("hard link to itself", read(path + "/a") == b"one")
    path = taken("hard link through a link", tar(directory("d"), file("d/a", b"one"),
                                                 link("l", "/d"), hard("h", "l/a")))
    check("through a link", os.stat(path + "/h").st_ino == os.stat(path + "/d/a").st_ino)


END = bytes(1024)
PLAIN = header("f", tarfile.REGTYPE, 3) + padded(b"abc")


def headers():
    """What readers of archives could take differently, and what they don't."""
    canary()
    for name in ("e\u0301".encode(), "\u00e9".encode(), b"\xe9", b"\xff\xfe", b"a\xcc\x81/\xed\xa0\x80"):
        path = taken(f"a name of bytes {name}", pax((b"path", name)) + PLAIN + END)
        check(f"{name}", read(path.encode() + b"/" + name) == b"abc", os.listdir(path.encode()))
        path = taken(f"a GNU name of bytes {name}", gnu(b"L", name + b"\0") + PLAIN + END)
        check(f"{name}", read(path.encode() + b"/" + name) == b"abc", os.listdir(path.encode()))
        link_to = header("l", tarfile.SYMTYPE)
        path = taken(f"a target of bytes {name}", pax((b"linkpath", name)) + link_to + END)
        check(f"{name}", os.readlink(path.encode() + b"/l") == name)
    for charset in (b"BINARY", b"ISO-IR 10646 2000 UTF-8"):
        taken("a charset", pax((b"hdrcharset", charset), (b"path", b"x")) + PLAIN + END)
    refused("another charset", pax((b"hdrcharset", b"KOI8")) + PLAIN + END, "hdrcharset")
    long = b"n" * 200
    path = taken("GNU, both names", gnu(b"K", long + b"\0") + gnu(b"L", b"m" * 180 + b"\0") +
                 header("x", tarfile.SYMTYPE) + END)
    check("GNU, both", os.readlink(path + "/" + "m" * 180) == long.decode())
    path = taken("of no interest", pax((b"uname", b"root"), (b"atime", b"x"), (b"comment", b"\n="),
                                       (b"SCHILY.ino", b"5"), (b"VENDOR.x", b"y")) + PLAIN + END)
    check("of no interest", read(path + "/f") == b"abc")
    path = taken("for all, a comment", pax((b"comment", b"0" * 40), kind=b"g") + PLAIN + END)
    check("for all, a comment", os.listdir(path) == ["f"])
    path = taken("an empty record counts as none", pax((b"path", b"")) + PLAIN + END)
    check("an empty record", os.listdir(path) == ["f"])
    path = taken("size by record", pax((b"size", b"600")) + header("f", b"0", 0) +
                 padded(b"s" * 600) + header("g", b"0", 1) + padded(b"g") + END)
    check("size by record", read(path + "/f") == b"s" * 600 and read(path + "/g") == b"g")
    path = taken("a size in binary", header("f", b"0", 0, {124: b"\x80" + bytes(8) + b"\0\0\3"}) +
                 padded(b"abc") + END)
    check("a size in binary", read(path + "/f") == b"abc")
    path = taken("of before 1988", header("f", b"\0", 3, {257: bytes(8)}) + padded(b"abc") + END)
    check("of before 1988", read(path + "/f") == b"abc")
    path = taken("no end", PLAIN)
    check("no end", read(path + "/f") == b"abc")
    path = taken("something after the end", PLAIN + END + b"anything" * 300)
    check("something after the end", os.listdir(path) == ["f"])
    path = taken("owner and time", pax((b"uid", b"7"), (b"gid", b"08"), (b"mtime", b"12.5")) + PLAIN + END)
    st = os.stat(path + "/f")
    check("owner and time", (st.st_uid, st.st_gid, st.st_mtime_ns) == (7, 8, 12500000000), st)
    path = taken("the last attribute", pax((b"SCHILY.xattr.user.a", b"1\0\n2"),
                                           (b"SCHILY.xattr.user.b", b"")) + PLAIN + END)
    check("attributes", os.getxattr(path + "/f", "user.a") == b"1\0\n2" and
          os.getxattr(path + "/f", "user.b") == b"")
    for text in (b"", b"x", b"9", b"9 ", b"99 path=x\n", b"5 a=b\n", b"8 path=x\n9 path=x\n",
                 b"-9 path=x\n", b"+9 path=x\n", b"0x9 path=x\n", b"9 path=xx", b"3 =\n",
                 b"7 =xxx\n", b"8 pathx\n", b" 9 path=x\n", b"9 path=x\n\0", b"0 path=x\n",
                 b"18446744073709551625 path=x\n"):
        blob = pax(text) + PLAIN + END
        if text:
            refused(f"no record: {text}", blob, "pax header that is none")
        else:
            taken("no record at all", blob)
    for key, value in ((b"path", b"a\0b"), (b"linkpath", b"a\0b"), (b"uid", b"abc"), (b"uid", b"-1"),
                       (b"gid", b""), (b"gid", b"1 "), (b"mtime", b"abc"), (b"mtime", b"1.x"),
                       (b"mtime", b"--1"), (b"mtime", b"."), (b"size", b"-1"), (b"size", b"0x3"),
                       (b"size", b"9" * 19), (b"SCHILY.xattr.", b"x"), (b"GNU.sparse.name", b"a\0b"),
                       (b"SUN.holesdata", b" 0 1"), (b"SCHILY.realsize", b"5")):
        refused(f"{key}={value}", pax((key, value)) + PLAIN + END, key.decode())
    for key in (b"path", b"linkpath", b"size", b"uid", b"gid", b"mtime", b"SCHILY.xattr.user.a"):
        refused(f"{key} twice", pax((key, b"3"), (key, b"4")) + PLAIN + END, "two pax records")
    refused("for all, a path", pax((b"path", b"x"), kind=b"g") + PLAIN + END, "of all entries")
    refused("a key that doesn't end", pax((b"k" * 400, b"x")) + PLAIN + END, "too long")
    refused("a header that doesn't end", header("pax", b"x", 2 << 20) + bytes(2 << 20) + PLAIN + END,
            "more than there can be")
    refused("a name that doesn't end", header("x", b"L", 1 << 40) + PLAIN + END, "more than")
    x, named, target = pax((b"path", b"x")), gnu(b"L", long + b"\0"), gnu(b"K", long + b"\0")
    refused("two pax headers", x + x + PLAIN + END, "two headers")
    refused("pax, then GNU's", x + named + PLAIN + END, "two names")
    refused("GNU's, then pax", named + x + PLAIN + END, "two headers")
    refused("two GNU names", named + named + PLAIN + END, "two names")
    refused("two GNU targets", target + target + PLAIN + END, "two names")
    refused("a GNU name with more behind it", gnu(b"L", b"a\0b") + PLAIN + END, "zero in it")
    refused("an empty GNU name", gnu(b"L", b"\0") + PLAIN + END, "two names")
    for what in (x, named, target):
        refused("a header of nothing", what, "cut short")
        refused("a header of the end", what + END, "cut short")
    refused("one block of zeros", bytes(512) + PLAIN + END, "goes on")
    refused("half a block", PLAIN + PLAIN[:100], "cut short")
    for kind in (b"1", b"2", b"3", b"4", b"5", b"6"):
        refused(f"content of a {kind}", header("f", tarfile.REGTYPE) +
                header("x", kind, 3) + PLAIN + END, "isn't a file")
    for kind in b"VMNDAIXzZ8":
        refused(f"of kind {kind}", header("x", bytes([kind])) + PLAIN + END, "that layers don't have")
    for at, value in ((124, b"00000000x3"), (124, b"\xff" * 12), (124, b"\x80" + b"\xff" * 11),
                      (108, b"12x4567"), (116, b"9999999"), (100, b"rwxr-xr"), (136, b"now        ")):
        refused(f"{value} at {at}", header("f", b"0", 3, {at: value}) + padded(b"abc") + END,
                "a number in its header is none")
    refused("a bad checksum", PLAIN[:148] + b"000000\0 " + PLAIN[156:] + END, "no tar archive")
    refused("another magic", header("f", b"0", 0, {257: b"uSTAR"}) + END, "no tar archive")
    refused("holes of no GNU", header("f", b"S", 0, {257: b"ustar\x0000"}) + END, "holes")
    for form in ("--format=gnu", "--format=pax --sparse-version=0.0",
                 "--format=pax --sparse-version=0.1", "--format=pax --sparse-version=1.0"):
        source = WORK + "/sparse"
        os.makedirs(source, exist_ok=True)
        with open(source + "/holes", "wb") as out:
            for i in range(40):
                out.seek(i * 200000)
                out.write(b"%d" % i * 5000)
            out.truncate(9000000)
        with open(source + "/next", "w") as out:
            out.write("next")
        blob = subprocess.run(f"tar -S {form} -C {source} -c holes next", shell=True, check=True,
                              stdout=subprocess.PIPE).stdout
        path = taken("holes " + form, blob)
        check("holes " + form, read(path + "/holes") == read(source + "/holes") and
              read(path + "/next") == b"next" and len(blob) < 2000000 and
              os.stat(path + "/holes").st_blocks < 4000)


def marks():
    """Things an image may not say about the host or the overlay."""
    canary()
    for name in (".wh.", "a/.wh.", ".wh..", ".wh...", ".wh..wh."):
        refused("whiteout " + name, tar(file(name, b"")), "whiteout")
    path = taken("a device", tar(("d", tarfile.CHRTYPE, {"devmajor": 0, "devminor": 0}),
                                 ("e", tarfile.BLKTYPE, {"devmajor": 8, "devminor": 0}),
                                 file("f")))
    check("devices", sorted(os.listdir(path)) == ["f"], os.listdir(path))
    device = ("d", tarfile.CHRTYPE, {"devmajor": 1, "devminor": 3})
    path = taken("another name of a device", tar(device, hard("h", "d")))
    check("another name of a device", os.listdir(path) == [])
    refused("a device, and another name of nothing", tar(device, hard("h", "nothing")),
            "isn't there")
    refused("more entries than allowed", tar(*[file(f"f{i}", b"") for i in range(11)]),
            "more than 10 entries", files=10)
    taken("as many as allowed", tar(*[file(f"f{i}", b"") for i in range(10)]), files=10)
    names = ("user.overlay.opaque", "user.overlay.redirect", "user.overlay.metacopy",
             "trusted.overlay.opaque", "security.selinux", "user.rootlesscontainers",
             "system.posix_acl_access")
    for name in names:
        path = taken(name, tar(directory("d", **xattr(name, "y"))))
        check(name, not os.listxattr(path + "/d"), os.listxattr(path + "/d"))
    path = taken("user.mine", tar(file("f", **xattr("user.mine", "y"))))
    check("user.mine", os.getxattr(path + "/f", "user.mine") == b"y")
    refused("a long attribute", tar(file("f", **xattr("user." + "a" * 300))), "attribute")
    refused("a large id", tar(file("f", uid=2**32 - 1)), "no id here")
    refused("an id of nobody's", tar(file("f", gid=3000000)), "no id here")
    path = taken("times", tar(file("f", mtime=2**62), file("g", mtime=-2**40)))
    check("times", os.stat(path + "/f").st_mtime > 2**32 - 1)
    path = taken("modes", tar(file("f", mode=0o7777, uid=33), directory("d", mode=0),
                              file("d/f", mode=0)))
    check("set-id", stat.S_IMODE(os.stat(path + "/f").st_mode) == 0o7777 and
          os.stat(path + "/f").st_uid == 33)
    check("mode 0", stat.S_IMODE(os.stat(path + "/d").st_mode) == 0)
    path = taken("deep", tar(file("/".join(["d"] * 1500) + "/f")))
    refused("too deep", tar(file("/".join(["d"] * 3000))), "longer than")
    refused("a long part", tar(file("a" * 256)), "longer than")
    begin = time.monotonic()
    lower = Layer("lower")
    lower.unpack(tar(directory("d"), file("d/f")))
    many = [directory("d")] + [file("d/.wh..wh..opq", b"")] * 50000
    taken("opaque over and over", tar(*many), [lower])
    check("opaque in linear time", time.monotonic() - begin < 30, time.monotonic() - begin)


def streams():
    """Compressed data that is damaged, endless, or something else."""
    canary()
    blob = tar(directory("d"), file("d/f", os.urandom(30000)), file("g", b"z" * 30000))
    packed = gzip.compress(blob, mtime=0)
    diff = hashlib.sha256(blob).hexdigest()
    taken("gzip", packed)
    taken("gzip of two members", gzip.compress(blob[:20000]) + gzip.compress(blob[20000:]),
          diff_id=diff)
    taken("gzip and zeros", packed + bytes(512), diff_id=diff)
    refused("gzip and more", packed + b"more", "something else", diff_id=diff)
    refused("other content", packed, "not what the image says", diff_id="0" * 64)
    for cut in list(range(1, len(packed), 997)) + [len(packed) - 1, len(packed) - 8]:
        refused(f"gzip cut at {cut}", packed[:cut], diff_id=diff)
    for at in range(12, len(packed), 1499):
        bad = bytearray(packed)
        bad[at] ^= 0x55
        refused(f"gzip damaged at {at}", bytes(bad), diff_id=diff)
    zstd = subprocess.run(["zstd", "-q", "-c"], input=blob, stdout=subprocess.PIPE,
                          check=True).stdout
    taken("zstd", zstd, diff_id=diff)
    taken("zstd of two frames, one skippable",
          b"\x50\x2a\x4d\x18" + struct.pack("<I", 5) + b"hello" + zstd, diff_id=diff)
    for cut in range(5, len(zstd), 1501):
        refused(f"zstd cut at {cut}", zstd[:cut], diff_id=diff)
    for kind, magic in (("xz", b"\xfd7zXZ\0"), ("bzip2", b"BZh9")):
        refused(kind, magic + bytes(100), kind)
    for cut in (100, 700, 2048, 20000):
        refused(f"tar cut at {cut}", blob[:cut], diff_id=hashlib.sha256(blob[:cut]).hexdigest())
    refused("no tar at all", b"PK\x03\x04" + os.urandom(5000))
    refused("a limit", packed, "larger than 1000 bytes", limit=1000)
    bomb = subprocess.run("head -c 6G /dev/zero | zstd -q -c -1", shell=True,
                          stdout=subprocess.PIPE, check=True).stdout
    refused("a bomb", bomb, "")


def rules():
    """layer.md, over a lower layer."""
    canary()
    lower = Layer("lower")
    lower.unpack(tar(
        directory("secret", mode=0o711, uid=5, gid=6, mtime=1000), file("secret/old", b"old"),
        directory("real"), link("lnk", "real"), directory("gone"), file("gone/a"),
        directory("kept"), file("kept/low", b"low"), file("file", b"lower", mtime=77),
        directory("full"), file("full/a"), file("full/b")))
    over = [lower]
    path = taken("implied parent", tar(file("secret/sub/new")), over)
    st = os.stat(path + "/secret")
    check("implied parent", (stat.S_IMODE(st.st_mode), st.st_uid, st.st_gid, st.st_mtime) ==
          (0o711, 5, 6, 1000), st)
    check("implied below", stat.S_IMODE(os.stat(path + "/secret/sub").st_mode) == 0o755)
    path = taken("through a lower link", tar(file("lnk/new", b"new")), over)
    check("lower link", read(path + "/real/new") == b"new" and
          not os.path.lexists(path + "/lnk"))
    path = taken("whiteout", tar(file(".wh.gone", b"")), over)
    st = os.lstat(path + "/gone")
    check("whiteout", stat.S_ISCHR(st.st_mode) and st.st_rdev == 0)
    path = taken("whiteout of nothing", tar(file(".wh.never", b"")), over)
    check("whiteout of nothing", os.listdir(path) == [])
    for order in (0, 1):
        pair = [file(".wh.kept", b""), directory("kept")]
        path = taken(f"gone and there {order}", tar(*pair[::1 - 2 * order],
                                                    file("kept/new")), over)
        check(f"gone and there {order}",
              os.getxattr(path + "/kept", "user.overlay.opaque") == b"y")
        pair = [file("full/.wh..wh..opq", b""), file("full/c")]
        path = taken(f"opaque {order}", tar(*pair[::1 - 2 * order]), over)
        check(f"opaque {order}", os.listdir(path + "/full") == ["c"] and
              os.getxattr(path + "/full", "user.overlay.opaque") == b"y")
    path = taken("hard link to below", tar(hard("other", "file")), over)
    check("hard link to below", read(path + "/other") == b"lower" and
          os.stat(path + "/file").st_nlink == 2 and os.stat(path + "/file").st_mtime == 77)
    for order in (0, 1):
        pair = [hard("other", "file"), file(".wh.file", b"")]
        path = taken(f"gone, with another name {order}", tar(*pair[::1 - 2 * order]), over)
        check(f"gone, with another name {order}", read(path + "/other") == b"lower" and
              stat.S_ISCHR(os.lstat(path + "/file").st_mode), os.listdir(path))
    refused("another name of what is hidden",
            tar(file("full/.wh..wh..opq", b""), hard("full/h", "full/a")), "isn't there", over)
    path = taken("a directory again", tar(file("full"), directory("full")), over)
    check("a directory again", os.getxattr(path + "/full", "user.overlay.opaque") == b"y")
    path = taken("a directory for a link", tar(link("full", "x"), directory("full")), over)
    check("a directory for a link", os.getxattr(path + "/full", "user.overlay.opaque") == b"y")
    path = taken("file over a directory", tar(file("full", b"file")), over)
    check("file over a directory", read(path + "/full") == b"file")
    path = taken("directory over a file", tar(directory("file"), file("file/in")), over)
    check("directory over a file", read(path + "/file/in") == b"x")
    path = taken("in turn", tar(directory("t"), file("t/a"), file("t", b"file"),
                                directory("t"), file("t/b")))
    check("in turn", os.listdir(path + "/t") == ["b"], os.listdir(path + "/t"))
    path = taken("aufs", tar(file(".wh..wh.plnk", b""), file(".wh..wh.aufs", b"")), over)
    check("aufs", os.listdir(path) == [])
    capability = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0)
    info = xattr("security.capability", capability.decode("utf-8", "surrogateescape"))
    path = taken("capability", tar(file("cap", mode=0o755, **info)))
    check("capability", "security.capability" in os.listxattr(path + "/cap"))
    path = taken("nanoseconds", tar(file("f", pax_headers={"mtime": "1234.123456789"})))
    check("nanoseconds", os.stat(path + "/f").st_mtime_ns == 1234123456789)
    # The overlay shows what the layers mean.
    upper = Layer("upper", over)
    upper.unpack(tar(file(".wh.gone", b""), file("full/.wh.a", b""), file("lnk/new")))
    os.makedirs(WORK + "/merged", exist_ok=True)
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                    f"userxattr,lowerdir={upper.path}:{lower.path}", WORK + "/merged"],
                   check=True)
    check("merged", sorted(os.listdir(WORK + "/merged")) ==
          ["file", "full", "kept", "lnk", "real", "secret"], os.listdir(WORK + "/merged"))
    check("merged", os.listdir(WORK + "/merged/full") == ["b"])
    check("merged", os.listdir(WORK + "/merged/lnk") == ["new"])
    # The kernel knows no mark on a layer's root: its names are hidden one by one.
    for order in (0, 1):
        entries = [file(".wh..wh..opq", b"")] * 2
        entries[order * 2:order * 2] = [directory("full"), file("full/new"), file("new"),
                                        file("secret/new"), link("here", ".")]
        path = taken(f"opaque root {order}", tar(*entries), over)
        check(f"opaque root {order}", shown(path, lower.path) ==
              ["full", "full/new", "here", "new", "secret", "secret/new"],
              shown(path, lower.path))
    path = taken("opaque root, by a link", tar(link("here", "."), file("here/new"),
                                               file("here/.wh..wh..opq", b"")), over)
    check("opaque root, by a link", shown(path, lower.path) == ["here", "new"],
          shown(path, lower.path))
    # A third layer sees both.
    third = Layer("third", [upper, lower])
    good, said = third.unpack(tar(file("full/.wh.a", b""), file("full/.wh.b", b""),
                                  file("gone/again")))
    check("third", good, said)
    check("third", sorted(os.listdir(third.path + "/full")) == [".".join(["b"])],
          os.listdir(third.path + "/full"))


def removal():
    """What is deep or closed goes, and nothing else."""
    canary()
    base = WORK + "/trash"
    os.makedirs(base + "/a")
    os.symlink(CANARY, base + "/a/out")
    here = os.open(base + "/a", os.O_RDONLY)
    for _ in range(20000):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    os.mkdir(base + "/a/closed")
    with open(base + "/a/closed/f", "w") as out:
        out.write("x")
    os.chmod(base + "/a/closed", 0)
    before = look()
    tree = os.open(base, os.O_RDONLY)

    def place():
        os.dup2(tree, 13)
        os.dup2(13, 3)

    for names, good in ((["a", "missing"], True), (["../canary"], False)):
        done = subprocess.run([HOLT_IMAGE, "remove"],
                              input=json.dumps({"names": names}).encode(), pass_fds=(3,),
                              preexec_fn=place, stdout=subprocess.PIPE, check=False)
        check(f"remove {names}", (done.returncode == 0) == good, done.stdout)
    check("removed", os.listdir(base) == [], os.listdir(base))
    check("removed", look() == before, "something outside has changed")


run({"attacks": attacks, "headers": headers, "marks": marks, "streams": streams,
     "rules": rules, "removal": removal})
