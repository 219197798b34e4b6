#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An OCI layout with one image, or a list of them, made of nothing but this.

  make_image.py DIR [--layers N] [--size BYTES] [--seed TEXT] [--list] [--busybox FILE]

Each layer is a gzip'd tar with one file of about BYTES that don't compress.
With --busybox the first layer has it as /bin/sh. With --list there is an image for linux/amd64, linux/arm64 and linux/arm/v7.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import random
import tarfile

OCI = "application/vnd.oci.image."


def put(directory, data):
    digest = hashlib.sha256(data).hexdigest()
    with open(f"{directory}/blobs/sha256/{digest}", "wb") as file:
        file.write(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}


def document(value):
    return json.dumps(value).encode()


def as_root(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755
    return entry


def make_layer(name, size, seed, busybox=None):
    content = random.Random(seed).randbytes(size)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = size
        entry.mode = 0o644
        tar.addfile(entry, io.BytesIO(content))
        if busybox:
            tar.add(busybox, "bin/sh", filter=as_root)
    return out.getvalue()


def make_manifest(directory, arguments, platform):
    layers, diff_ids = [], []
    for index in range(arguments.layers):
        seed = f"{arguments.seed} {index} {platform}"
        data = make_layer(f"file{index}", arguments.size, seed, arguments.busybox if index == 0 else None)
        diff_ids.append("sha256:" + hashlib.sha256(data).hexdigest())
        packed = gzip.compress(data, 1, mtime=0)
        layers.append({"mediaType": OCI + "layer.v1.tar+gzip"} | put(directory, packed))
    config = platform | {
        "created": "2026-01-02T03:04:05Z",
        "config": {"Cmd": ["/file0"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI + "manifest.v1+json",
        "config": {"mediaType": OCI + "config.v1+json"} | put(directory, document(config)),
        "layers": layers,
    }
    return {"mediaType": OCI + "manifest.v1+json"} | put(directory, document(manifest))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--seed", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--busybox")
    arguments = parser.parse_args()
    directory = arguments.directory
    os.makedirs(f"{directory}/blobs/sha256", exist_ok=True)
    with open(f"{directory}/oci-layout", "w") as file:
        json.dump({"imageLayoutVersion": "1.0.0"}, file)
    platforms = [{"architecture": "amd64", "os": "linux"}]
    if arguments.list:
        platforms.append({"architecture": "arm64", "os": "linux"})
        platforms.append({"architecture": "arm", "os": "linux", "variant": "v7"})
    entries = [make_manifest(directory, arguments, p) | {"platform": p} for p in platforms]
    if arguments.list:
        index = {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": entries}
        entries = [{"mediaType": OCI + "index.v1+json"} | put(directory, document(index))]
    entries[0]["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    with open(f"{directory}/index.json", "w") as file:
        json.dump({"schemaVersion": 2, "manifests": entries}, file)


main()
