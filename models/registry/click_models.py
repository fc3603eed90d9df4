"""The click models in force: an account's own, else the promoted one, else the shipped one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from models.data.languages import guess_language
from models.encoder.bundle import ENGLISH_CLICKS, MODELS
from models.encoder.click_model import ClickModel
from models.encoder.precision import Dtype
from models.errors import ExpectedFault
from models.hub.errors import Undescribed
from models.registry.registry import Registry

TASK = "ctr"


@dataclass(frozen=True, kw_only=True)
class ClickModels:
    """Loads a model at its first use, and again after a promotion. Models over the same encoder
    share it. A model that can't be used is reported, and the shipped one takes its place.

    A larger model is shipped for English texts; its second base is fetched by name, its first
    encoder is the shipped model's.
    """

    registry: Registry  # of the models for all accounts
    account_registries: Path  # a folder with a registry for each account that has a model
    device: str
    dtype: Dtype
    report: Callable[[str], object]  # gets the sentence of a fault
    note: Callable[[str], object]  # gets the sentence that says why the larger model can't serve
    english: Path = ENGLISH_CLICKS  # the folder of the larger model
    _loaded: dict[str, tuple[Path, ClickModel]] = field(default_factory=dict)  # by account

    def registry_of(self, account: str) -> Registry:
        """The registry of an account's own models."""
        return Registry(self.account_registries / account)

    def find(self, account: str) -> ClickModel:
        """The model in force for an account; "": the one for all. Other threads may ask."""
        folder = self.find_folder(account)
        loaded = self._loaded.get(account)
        if loaded and loaded[0] == folder:
            return loaded[1]
        model = self._load(folder)
        self._loaded[account] = (folder, model)
        return model

    def find_for_texts(self, account: str, texts: Sequence[str]) -> ClickModel:
        """The one model that predicts all `texts` for an account, so that they can be compared.

        Where all are English, that is the larger one if it serves the account.
        """
        is_english = {*map(guess_language, texts)} - {""} == {"en"}
        return (self.find_english(account) if is_english else None) or self.find(account)

    def find_english(self, account: str) -> ClickModel | None:
        """The larger model, which predicts English texts for an account; None where a trained
        model is in force, or the second base isn't fetched.
        """
        if self.find_folder(account) != MODELS / TASK:
            return None
        self.find(account)  # loaded first: the larger model shares its encoder
        return self._english_model

    def find_folder(self, account: str) -> Path:
        """The folder of the model that is in force for an account, if it can be used."""
        own = [self.registry_of(account)] if account else []
        for registry in (*own, self.registry):
            try:
                folder = registry.current(TASK)
            except ExpectedFault as error:
                self.report(str(error))
                continue
            if folder != MODELS / TASK:
                return folder
        return MODELS / TASK

    @cached_property
    def _english_model(self) -> ClickModel | None:
        try:
            return self._open(self.english)
        except Undescribed as error:
            self.note(str(error))
        except ExpectedFault as error:
            self.report(str(error))
        return None

    def _load(self, folder: Path) -> ClickModel:
        try:
            return self._open(folder)
        except ExpectedFault as error:
            self.report(str(error))
            return self._open(MODELS / TASK)

    def _open(self, folder: Path) -> ClickModel:
        for loaded_folder, model in list(self._loaded.values()):
            if loaded_folder == folder:
                return model
            if same_encoder := model.swap_head(folder):
                return same_encoder
        return ClickModel.load(folder, self.device, self.dtype)
