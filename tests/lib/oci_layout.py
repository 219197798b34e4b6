# SPDX-License-Identifier: Apache-2.0
"""For scripts: write an image of given layers as an OCI layout."""
import hashlib
import json
import os

OCI = "application/vnd.oci.image."


def put(path, data):
    digest = hashlib.sha256(data).hexdigest()
    with open(f"{path}/blobs/sha256/{digest}", "wb") as out:
        out.write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}


def write_layout(path, layers):
    """Layers are tar streams, the lowest first. Return: their diff ids"""
    os.makedirs(path + "/blobs/sha256")
    rows = [put(path, one) | {"mediaType": OCI + "layer.v1.tar"} for one in layers]
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [one["digest"] for one in rows]}})
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
        "config": put(path, config.encode()) | {"mediaType": OCI + "config.v1+json"},
        "layers": rows})
    entry = put(path, manifest.encode()) | {
        "mediaType": OCI + "manifest.v1+json",
        "annotations": {"org.opencontainers.image.ref.name": "latest"}}
    with open(path + "/oci-layout", "w") as out:
        json.dump({"imageLayoutVersion": "1.0.0"}, out)
    with open(path + "/index.json", "w") as out:
        json.dump({"schemaVersion": 2, "manifests": [entry]}, out)
    return [one["digest"] for one in rows]
