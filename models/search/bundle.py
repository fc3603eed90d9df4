"""Reads and writes the search's model: adapter, network in fp16, and the manifest of both."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save

from models.encoder import adapter as adapters
from models.encoder import manifests
from models.encoder.adapter import Adapter
from models.encoder.heads import IncompatibleHead
from models.hub.sources import E5_SMALL
from models.search.network import Network, Shape

FOLDER = Path(__file__).parent
# Not manifest.json, by which the registry would list the folder as a task's head.
WEIGHTS, MANIFEST = "network.safetensors", "search.json"


@dataclass(frozen=True, kw_only=True)
class SearchManifest:
    """The network's base, hashes, calibration, training data and metrics (search.json)."""

    base: str
    base_sha256: str
    sha256: str  # of the weights
    adapter_sha256: str
    shape: Shape
    temperature: float  # divides the logits
    bias: float  # added to the divided logits
    apart: float  # times the best logit's lead over the second: added to the best candidate's
    sure: float  # P from which a candidate is certain: its answer is given
    possible: float  # P from which it is offered as a choice
    method: str
    date: str
    seed: int
    data: dict[str, int]  # name of the set -> pairs
    metrics: dict[str, float]

    @property
    def version(self) -> str:
        """Like `search-2026.11.29-abcdef12`: day, first 8 digits of the weights' SHA-256."""
        return manifests.format_version("search", self.date, self.sha256)


_MANIFEST = TypeAdapter(SearchManifest)


@dataclass(frozen=True)
class SearchBundle:
    """The network, the encoder's adapter and the manifest."""

    manifest: SearchManifest
    network: Network
    adapter: Adapter

    @property
    def version(self) -> str:
        """The version of the manifest."""
        return self.manifest.version

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "SearchBundle":
        """Read a folder. Raises IncompatibleHead when the files don't belong together or to the
        base, IncompatibleAdapter when the adapter is missing, broken or for another base.
        """
        try:
            manifest = _MANIFEST.validate_json((folder / MANIFEST).read_bytes())
            content = (folder / WEIGHTS).read_bytes()
        except OSError as error:
            raise IncompatibleHead(f"{folder} can't be read: {error.strerror}") from error
        except ValidationError as error:
            raise IncompatibleHead(
                f"{folder / MANIFEST} is not a manifest of ours: {error}"
            ) from error
        if hashlib.sha256(content).hexdigest() != manifest.sha256:
            raise IncompatibleHead(f"{folder / WEIGHTS} is not the file its manifest describes")
        if manifest.base_sha256 != E5_SMALL.fingerprint:
            raise IncompatibleHead(f"{folder} was trained over {manifest.base}; train it again")
        network = Network(manifest.shape)
        try:
            network.load_state_dict({name: t.float() for name, t in load(content).items()})
        except (SafetensorError, RuntimeError) as error:
            raise IncompatibleHead(f"{folder / WEIGHTS} holds no such network: {error}") from error
        adapter = Adapter.load(folder / adapters.FILE, E5_SMALL)
        if adapter.sha256 != manifest.adapter_sha256:
            raise IncompatibleHead(f"{folder} was trained over another adapter; train it again")
        return cls(manifest, network.requires_grad_(False).eval(), adapter)


def write_bundle(folder: Path, network: Network, facts: Mapping[str, object]) -> SearchManifest:
    """Write weights in fp16 and the manifest; `facts` are its fields but hash, base and shape."""
    state = {name: t.detach().half().contiguous() for name, t in network.state_dict().items()}
    content = save(state)
    manifest = _MANIFEST.validate_python({
        **facts,
        "base": E5_SMALL.name,
        "base_sha256": E5_SMALL.fingerprint,
        "sha256": hashlib.sha256(content).hexdigest(),
        "shape": network.shape,
    })  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    write_manifest(folder, manifest)
    return manifest


def write_manifest(folder: Path, manifest: SearchManifest) -> None:
    """Write search.json beside the weights in `folder`."""
    manifests.write_manifest(folder / MANIFEST, manifest)
