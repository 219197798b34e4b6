# SPDX-License-Identifier: Apache-2.0
"""For scripts: tar archives byte by byte, also such as no program writes."""
import tarfile


def header(name, kind, size=0, change=None):
    """A header by itself, with something else at an offset."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = size
    raw = bytearray(info.tobuf(tarfile.GNU_FORMAT)[-512:])
    for at, value in (change or {}).items():
        raw[at:at + len(value)] = value
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def padded(content):
    return content + bytes(-len(content) % 512)


def record(key, value):
    """As pax has it, with its own length in front."""
    rest = b" " + key + b"=" + value + b"\n"
    size = len(rest) + len(str(len(rest)))
    return str(len(rest) + len(str(size))).encode() + rest


def pax(*records, kind=b"x"):
    text = b"".join(one if isinstance(one, bytes) else record(*one) for one in records)
    return header("pax", kind, len(text)) + padded(text)


def gnu(kind, name):
    return header("././@LongLink", kind, len(name)) + padded(name)
