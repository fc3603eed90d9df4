"""A head over two bases: trained, written, and served for English texts."""

import json
from pathlib import Path

import pytest
import torch

from models.encoder import heads
from models.encoder.bundle import MODELS
from models.encoder.click_model import ClickModel
from models.encoder.embedding import embed_texts
from models.encoder.encoder import Encoder
from models.encoder.heads import BesideBase, IncompatibleHead
from models.hub.fetch import ensure_base
from models.hub.sources import E5_SMALL
from models.registry.click_models import ClickModels
from models.registry.registry import Registry
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.options import ClassificationOptions, TrainingRun

pytestmark = [pytest.mark.weights, pytest.mark.timeout(120)]

CHINESE, ENGLISH = "免费试饮春茶", "A free cup of tea"
OPTIONS = ClassificationOptions(
    tuning=FinetuneConfig(method="head", epochs=5, batch=8, dtype="fp32"), validate=0
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A click model over the embedded base, beside the same base."""
    folder = tmp_path_factory.mktemp("beside")
    rows = [
        {"test_id": f"{n}", "headline": f"{words} {n}", "impressions": 1000, "clicks": clicks}
        for n in range(8)
        for words, clicks in (("You won't believe it", 60), ("A report", 20))
    ]
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    task, base = ENCODER_TASKS["ctr"], ensure_base()
    run = TrainingRun(base=base, beside=base)
    task.train(task.read([file], {}, run.progress), OPTIONS, run, folder / "out", "2026-12-01")
    return folder / "out"


def open_models(folder: Path, english: Path, notes: list[str]) -> ClickModels:
    """The shipped models, with the larger one in `english`; `notes` gets why it can't serve."""
    return ClickModels(
        registry=Registry(folder), account_registries=folder / "accounts", device="cpu",
        dtype="fp32", report=notes.append, note=notes.append, english=english,
    )  # fmt: skip


def test_the_manifest_names_the_second_base(folder: Path) -> None:
    manifest = heads.read_manifest(folder)

    card = (folder / "README.md").read_text("utf-8")
    assert manifest.beside == BesideBase(
        name=E5_SMALL.name, sha256=E5_SMALL.fingerprint, taps=tuple(range(4, 13))
    )
    assert f"beside those of {E5_SMALL.name} `{E5_SMALL.fingerprint[:12]}`," in card


def test_a_score_is_the_head_over_both_embeddings(folder: Path) -> None:
    model = ClickModel.load(folder)
    once = embed_texts(Encoder(ensure_base(), taps=tuple(range(4, 13))), [ENGLISH])

    [score] = model.scores([ENGLISH])

    head = model.classifier.head
    assert score == pytest.approx(head.logits(torch.cat([once, once], 1)).item(), abs=1e-4)


def test_texts_that_are_all_english_are_predicted_by_the_larger_model(
    folder: Path, tmp_path: Path
) -> None:
    models = open_models(tmp_path, folder, notes=[])

    lists = ([ENGLISH], [CHINESE], [ENGLISH, CHINESE])
    versions = [models.find_for_texts("shop", texts).version for texts in lists]

    larger, small = (heads.read_manifest(place).version for place in (folder, MODELS / "ctr"))
    assert versions == [larger, small, small]


def test_the_larger_model_shares_the_encoder_of_the_small_one(folder: Path, tmp_path: Path) -> None:
    models = open_models(tmp_path, folder, notes=[])

    larger, small = models.find_english("shop"), models.find("shop")

    assert larger is not None
    assert larger.classifier.encoder is small.classifier.encoder
    assert [len(model.classifier.beside) for model in (larger, small)] == [1, 0]
    assert larger.scores([ENGLISH]) == pytest.approx(ClickModel.load(folder).scores([ENGLISH]))


def test_without_its_second_base_the_small_model_predicts(folder: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    english = _write_manifest(folder, tmp_path / "lost", name="never-fetched")
    models = open_models(tmp_path, english, notes)

    versions = [models.find_for_texts("shop", [ENGLISH]).version for _ in range(2)]

    assert versions == [heads.read_manifest(MODELS / "ctr").version] * 2
    assert [note.endswith("fetch it with `python -m models fetch`") for note in notes] == [True]


def test_a_promoted_model_predicts_english_texts_too(folder: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    staged = _write_manifest(folder, tmp_path / "staged", sha256=E5_SMALL.fingerprint)
    (staged / "README.md").write_text("card")
    promoted = registry.promote(registry.add("ctr", staged).name, "ctr")
    models = open_models(tmp_path, MODELS / "ctr" / "never", notes=[])

    model = models.find_for_texts("shop", [ENGLISH])

    assert model.version == promoted.name


def test_other_weights_of_the_second_base_are_refused(folder: Path, tmp_path: Path) -> None:
    other = _write_manifest(folder, tmp_path / "other", sha256="7" * 64)

    with pytest.raises(IncompatibleHead, match=f"trained beside {E5_SMALL.name} 77777777, not "):
        ClickModel.load(other)


def _write_manifest(folder: Path, target: Path, **beside: str) -> Path:
    """A copy of the bundle whose manifest names another second base."""
    target.mkdir()
    (target / heads.WEIGHTS).write_bytes((folder / heads.WEIGHTS).read_bytes())
    content = json.loads((folder / heads.MANIFEST).read_text("utf-8"))
    content["beside"] |= beside
    (target / heads.MANIFEST).write_text(json.dumps(content), "utf-8")
    return target
