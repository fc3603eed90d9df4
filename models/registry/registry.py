"""The registry: trained models in REGISTRY/TASK/VERSION/, shipped ones, and which is promoted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.encoder import heads
from models.encoder.bundle import MODELS
from models.encoder.manifests import CARD
from models.encoder.understanding import Understanding
from models.registry import greetings
from models.registry.entries import (
    RegistryEntry,
    check_bundle,
    list_folders,
    move_folder,
    read_entry,
)
from models.registry.faults import (
    LostManners,
    NothingBefore,
    RegistryFault,
    UnknownModel,
    raise_registry_fault,
    raise_unfit,
)
from models.registry.pointer import SHIPPED, Pointer, Promotion

FOLDER = Path("var/models")
LATEST = "latest"
ON_THE_MESSAGE_PATH = ("intent", "sentiment")


@dataclass(frozen=True)
class Registry:
    """The trained models under `folder`. All methods raise only RegistryFault and subclasses."""

    folder: Path = FOLDER
    clock: Callable[[], float] = time.time

    def tasks(self) -> list[str]:
        """The tasks that have a shipped or a trained model, sorted."""
        shipped = {file.parent.name for file in MODELS.glob(f"*/{heads.MANIFEST}")}
        return sorted(shipped | {folder.name for folder in list_folders(self.folder)})

    def entries(self, task: str) -> list[RegistryEntry]:
        """The task's shipped model, then the trained ones by name. Raises UnknownModel."""
        if task not in self.tasks():
            raise UnknownModel(f"no model is for {task!r}; there are {', '.join(self.tasks())}")
        promoted = self._pointer_of(task).version
        shipped = [MODELS / task] if (MODELS / task / heads.MANIFEST).exists() else []
        return [
            read_entry(task, folder, promoted)
            for folder in [*shipped, *list_folders(self._task_folder(task))]
        ]

    def find(self, name: str, task: str | None = None) -> RegistryEntry:
        """Find a model by name, by an unambiguous beginning of it, or as `shipped` or `latest`, the
        one trained last. Without `task` in all tasks.

        Raises UnknownModel for no or several fitting models.
        """
        entries = [e for each in ([task] if task else self.tasks()) for e in self.entries(each)]
        if name == LATEST:
            trained = [e for e in entries if not e.shipped and e.manifest]
            if not trained:
                raise UnknownModel("no model is trained yet: `train` makes one")
            entries = sorted(trained, key=_seconds_since_training)[:1]
            name = entries[0].name
        fitting = [e for e in entries if name in {e.name, e.pointed}]
        fitting = fitting or [e for e in entries if e.name.startswith(name)]
        if not fitting:
            raise UnknownModel(f"no model's name begins with {name!r}; `list` shows them")
        if len(fitting) > 1:
            names = ", ".join(entry.name for entry in fitting)
            raise UnknownModel(f"{name!r} fits {names}: write more of the name, or give the task")
        return fitting[0]

    def card(self, name: str, task: str | None = None) -> str:
        """The text of a model's card, README.md. Raises UnknownModel, RegistryFault."""
        entry = self.find(name, task)
        with raise_registry_fault(f"the card of {entry.name} can't be read"):
            return (entry.folder / CARD).read_text("utf-8")

    def add(self, task: str, staged: Path) -> RegistryEntry:
        """Check a finished bundle and move it into the registry, atomically.

        Raises UnfitBundle; RegistryFault for a version that exists or a failed write.
        """
        manifest = check_bundle(task, staged)
        target = self._task_folder(task) / manifest.version
        if target.exists():
            raise RegistryFault(f"{manifest.version} is in the registry already: {target}")
        with raise_registry_fault(f"{target} can't be written, the model stays in {staged}"):
            target.parent.mkdir(parents=True, exist_ok=True)
            move_folder(staged, target)
        return self.find(manifest.version, task)

    def promote(self, name: str, task: str | None = None, *, force: bool = False) -> RegistryEntry:
        """Load and try a model, then promote it, so that workers use it.

        Raises UnknownModel; UnfitBundle; LostManners for intents that misread greetings, unless
        `force`.
        """
        entry = self.find(name, task)
        loaded_model = self._try_entry(entry)
        if (
            entry.task == "intent"
            and loaded_model
            and not force
            and (greeting_fault := greetings.find_lost_greetings(loaded_model))
        ):
            raise LostManners(
                f"{entry.name} {greeting_fault}: train it beside the shipped intents "
                "(without --alone), or "
                "promote it with --force"
            )
        pointer = self._pointer_of(entry.task)
        now = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        this = Promotion(entry.pointed, now, pointer.version)
        pointer.write([*pointer.history(), this])
        return self.find(entry.pointed, entry.task)

    def rollback(self, task: str) -> RegistryEntry:
        """Undo the task's last promotion. Returns the model that is in force now.

        Raises NothingBefore; UnknownModel for a task without models, UnknownModel or UnfitBundle
        when the previous model can't be used.
        """
        self.entries(task)
        history = self._pointer_of(task).history()
        if not history:
            raise NothingBefore(f"nothing is promoted for {task!r} that could be undone")
        before = self.find(history[-1].previous, task)
        self._try_entry(before)
        self._pointer_of(task).write(history[:-1])
        return self.find(before.pointed, task)

    def current(self, task: str) -> Path:
        """The folder of the model in force."""
        version = self._pointer_of(task).version
        return MODELS / task if version == SHIPPED else self._task_folder(task) / version

    def etag(self) -> tuple[bytes, ...]:
        """A value that changes with each promotion on the message path. Never raises."""
        return tuple(self._pointer_of(task).content() for task in ON_THE_MESSAGE_PATH)

    def load_understanding(
        self, base: Path, device: str = "cpu", reuse_encoder_of: Understanding | None = None
    ) -> Understanding:
        """Load and try the models in force on the message path; see Understanding.load.

        Raises UnfitBundle.
        """
        intent = self.current("intent")
        return _load_and_warm_up(
            intent, self._sentiment_over(intent), base, device, reuse_encoder_of
        )

    def _try_entry(self, entry: RegistryEntry) -> Understanding | None:
        """Load and try the entry with the other models in force; None for a task that isn't on the
        message path, where only the bundle is checked. Raises UnfitBundle.
        """
        if entry.task == "intent":
            return _load_and_warm_up(entry.folder, self._sentiment_over(entry.folder))
        if entry.task == "sentiment":
            return _load_and_warm_up(
                self.current("intent"), None if entry.shipped else entry.folder
            )
        check_bundle(entry.task, entry.folder)
        return None

    def _sentiment_over(self, intent: Path) -> Path | None:
        """Folder of the promoted sentiment head, if it was trained over the adapter of `intent`.

        Else None, and the sentiment head in the bundle of the intents is used.
        """
        mood = self.current("sentiment")
        if mood == MODELS / "sentiment":
            return None
        with raise_unfit(mood):
            over = [heads.read_manifest(folder).adapter_sha256 for folder in (mood, intent)]
        return mood if over[0] == over[1] else None

    def _task_folder(self, task: str) -> Path:
        return self.folder / task

    def _pointer_of(self, task: str) -> Pointer:
        return Pointer(self._task_folder(task))


def _seconds_since_training(entry: RegistryEntry) -> float:
    return -(entry.folder / heads.MANIFEST).stat().st_mtime


def _load_and_warm_up(
    intent: Path,
    mood: Path | None,
    base: Path | None = None,
    device: str = "cpu",
    reuse_encoder_of: Understanding | None = None,
) -> Understanding:
    with raise_unfit(mood or intent):
        model = Understanding.load(base, device, intent, mood, reuse_encoder_of)
        model.warm_up()
        return model
