# SPDX-License-Identifier: Apache-2.0
"""For scripts: all that can be seen of a tree, and how two trees differ."""
import hashlib
import os
import stat


def digest(path):
    value = hashlib.sha256()
    with open(path, "rb") as source:
        while piece := source.read(1 << 20):
            value.update(piece)
    return value.hexdigest()


def attributes(path):
    return {name: os.getxattr(path, name, follow_symlinks=False).hex()
            for name in sorted(os.listxattr(path, follow_symlinks=False))}


def look_at(path):
    st = os.lstat(path)
    kind = stat.S_IFMT(st.st_mode)
    seen = {"type": oct(kind), "mode": oct(stat.S_IMODE(st.st_mode)),
            "owner": f"{st.st_uid}:{st.st_gid}", "mtime": st.st_mtime_ns,
            "xattrs": attributes(path)}
    if stat.S_ISREG(kind):
        seen |= {"size": st.st_size, "content": digest(path)}
    elif stat.S_ISLNK(kind):
        seen["target"] = os.readlink(path)
    elif stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
        seen["device"] = st.st_rdev
    return seen, st


def see(root):
    """{path: {what: value}}; links are the other names of the same file."""
    top = os.fsencode(root)
    tree, files = {}, {}

    def one(path):
        name = os.path.relpath(path, top)
        tree[name], st = look_at(path)
        if st.st_nlink > 1 and not stat.S_ISDIR(st.st_mode):
            files.setdefault((st.st_dev, st.st_ino), []).append(name)

    for place, dirs, names in os.walk(top, onerror=fail):
        one(place)
        for name in names + [one for one in dirs if os.path.islink(os.path.join(place, one))]:
            one(os.path.join(place, name))
    # Other names may be hidden: an overlay counts them all the same.
    for names in files.values():
        for name in names if len(names) > 1 else []:
            tree[name]["links"] = sorted(names)
    return tree


def fail(error):
    raise error


def differences(ours, theirs, timeless=lambda name: False):
    """Lines that say what differs. @timeless: has that directory a time of nobody's?"""
    lines = []
    for name in sorted(ours.keys() | theirs.keys()):
        shown = name.decode(errors="backslashreplace")
        if name not in theirs or name not in ours:
            lines.append(f"{shown}: only {'ours' if name in ours else 'theirs'}")
            continue
        one, two = ours[name], theirs[name]
        for what in sorted(one.keys() | two.keys()):
            if what == "mtime" and timeless(name):
                continue
            if one.get(what) != two.get(what):
                lines.append(f"{shown}: {what} {one.get(what)} {two.get(what)}")
    return lines
