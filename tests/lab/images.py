"""Images, made in memory: a good one, and ones that are broken inside.

An image is a dictionary of blobs by digest, and a manifest with its media type. `build` makes one; its argument says
what is wrong with it.
"""

import gzip
import hashlib
import io
import json
import tarfile

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
OCI = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
CONFIG = "application/vnd.docker.container.image.v1+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer_tar(seed, size=4096):
    """A tar with one file, whose content depends on the seed alone and does not compress."""
    content = b"".join(hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(size // 32))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("app")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


class Image:
    def __init__(self, blobs, manifest, media_type, layers, config):
        self.blobs, self.manifest, self.media_type = blobs, manifest, media_type
        self.layers, self.config = layers, config
        self.digest = digest(manifest)
        # Manifests that an index points at.
        self.children = {}


def build(seed, fault=None, size=4096):
    """An image for linux/amd64. Faults:

    layer-not-a-tar, layer-not-gzip, layer-truncated-tar, layer-lz4, layer-wrong-diff-id, layers-fewer-than-config,
    layer-size, chart, schema-1, unknown-type, windows, arm64, other-digest, not-json
    """
    tar = layer_tar(seed, size)
    layer, diff_id, layer_type, layer_size = gzip.compress(tar, mtime=0), digest(tar), LAYER, None
    system, architecture, media_type = "linux", "amd64", DOCKER
    config_type = CONFIG
    if fault == "layer-not-a-tar":
        layer = gzip.compress(b"this is no archive\n" * 64, mtime=0)
    elif fault == "layer-not-gzip":
        layer = layer[:20] + bytes(255 - byte for byte in layer[20:])
    elif fault == "layer-truncated-tar":
        layer = gzip.compress(tar[:2000], mtime=0)
    elif fault == "layer-lz4":
        layer = b"\x04\x22\x4d\x18" + layer
    elif fault == "layer-wrong-diff-id":
        diff_id = digest(b"another layer")
    elif fault == "layer-size":
        layer_size = len(layer) + 1000
    elif fault == "chart":
        media_type, config_type = OCI, "application/vnd.cncf.helm.config.v1+json"
        layer_type = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    elif fault in ("windows", "arm64"):
        system, architecture = ("windows", "amd64") if fault == "windows" else ("linux", "arm64")
    diff_ids = [diff_id, digest(b"one more")] if fault == "layers-fewer-than-config" else [diff_id]
    settings = {"os": system, "architecture": architecture, "config": {}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    if fault == "chart":
        settings = {"name": "shop", "version": "1.0.0", "apiVersion": "v2"}
    config = json.dumps(settings).encode()
    described = {"mediaType": layer_type, "size": layer_size or len(layer), "digest": digest(layer)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": {"mediaType": config_type, "size": len(config), "digest": digest(config)},
        "layers": [described],
    }
    if fault == "schema-1":
        media_type = SCHEMA_1
        manifest = {"schemaVersion": 1, "name": "team/app", "tag": "v1", "architecture": "amd64", "fsLayers": [{"blobSum": digest(layer)}]}
    elif fault == "unknown-type":
        media_type = "application/vnd.example.unheard-of.v9+json"
    text = json.dumps(manifest).encode()
    if fault == "not-json":
        text = b"\x00\x01 this is no manifest"
    image = Image({digest(layer): layer, digest(config): config}, text, media_type, [digest(layer)], digest(config))
    if fault in ("windows", "index-arm64", "index-dangling"):
        index_of(image, "windows" if fault == "windows" else "linux", "arm64" if fault == "index-arm64" else "amd64", fault != "index-dangling")
    return image


def index_of(image, system, architecture, present):
    """Puts an index with one platform before the image; its manifest may be missing."""
    child = {"mediaType": image.media_type, "size": len(image.manifest), "digest": digest(image.manifest)}
    child["platform"] = {"os": system, "architecture": architecture}
    if present:
        image.children[image.digest] = (image.manifest, image.media_type)
    image.manifest = json.dumps({"schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [child]}).encode()
    image.media_type, image.digest = DOCKER_LIST, digest(image.manifest)
