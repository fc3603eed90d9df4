"""The models of a task as entries: folders read, checked and moved."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.encoder import heads
from models.encoder.bundle import MODELS, Bundle, read_head
from models.encoder.heads import HeadManifest, IncompatibleHead
from models.encoder.manifests import CARD
from models.registry.faults import UnfitBundle, raise_registry_fault, raise_unfit
from models.registry.pointer import SHIPPED

TELLING = (
    "accuracy",
    "auc",
    "f1",
    "spearman",
    "basic_right",
)  # a metric whose name contains one of these is the one that lists show


@dataclass(frozen=True, kw_only=True)
class RegistryEntry:
    """One model of the registry; without a manifest, `fault` says why it can't be read."""

    task: str
    name: str
    folder: Path
    shipped: bool
    promoted: bool
    manifest: HeadManifest | None = None
    fault: str = ""

    @property
    def pointed(self) -> str:
        """The model's name in promoted.json: `shipped` for the shipped model of any version."""
        return SHIPPED if self.shipped else self.name

    @property
    def metric(self) -> tuple[str, float] | None:
        """Name and value of the first metric whose name contains a word of TELLING."""
        metrics = self.manifest.metrics if self.manifest else {}
        telling = (m for m in metrics.items() if any(word in m[0] for word in TELLING))
        return next(telling, None)


def read_entry(task: str, folder: Path, promoted: str) -> RegistryEntry:
    """The entry of a folder. `promoted`: the name of the task's promoted model."""
    shipped = folder == MODELS / task
    pointed = SHIPPED if shipped else folder.name
    try:
        manifest = heads.read_manifest(folder)
    except IncompatibleHead as error:
        return RegistryEntry(
            task=task,
            name=folder.name,
            folder=folder,
            shipped=shipped,
            promoted=promoted == pointed,
            fault=str(error),
        )
    name = manifest.version if shipped else folder.name
    return RegistryEntry(
        task=task,
        name=name,
        folder=folder,
        shipped=shipped,
        promoted=promoted == pointed,
        manifest=manifest,
    )


def list_folders(parent: Path) -> list[Path]:
    """Folders in `parent` by name; hidden ones are left out, since they are being moved."""
    with raise_registry_fault(f"{parent} can't be read"):
        paths = parent.iterdir() if parent.exists() else ()
        return sorted(f for f in paths if f.is_dir() and not f.name.startswith("."))


def check_bundle(task: str, folder: Path) -> HeadManifest:
    """The manifest of a complete bundle of the task; no text is encoded. Raises UnfitBundle."""
    with raise_unfit(folder):
        head = Bundle.load(folder).intent if task == "intent" else read_head(folder)
    if head.manifest.task != task:
        raise UnfitBundle(f"{folder} is a model for {head.manifest.task}, not for {task}")
    if not (folder / CARD).exists():
        raise UnfitBundle(f"{folder} has no {CARD}: a model comes with its card")
    return head.manifest


def move_folder(staged: Path, target: Path) -> None:
    """Copy beside the target, then rename: atomic also when `staged` is on another disk."""
    with tempfile.TemporaryDirectory(prefix=".", dir=target.parent) as nearby:
        whole = Path(nearby) / target.name
        shutil.copytree(staged, whole)
        whole.rename(target)
    shutil.rmtree(staged, ignore_errors=True)
