"""A training job: which entry of the table it runs, and which checkpoints are its own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.data.files import BadData
from models.encoder.embedding import ignore_progress
from models.training import job as jobs
from models.training import tasks
from models.training.finetune import FinetuneConfig
from models.training.job import TrainingJob
from models.training.options import ClassificationOptions, ReplyOptions, TrainingSettings
from tests.models.tiny import FACTS, tiny

SETTINGS = TrainingSettings(
    method="lora", rank=32, epochs=0, batch=0, accumulate=1, rate=None, dropout=0.1,
    consistency=0.5, smoothing=0.2, patience=2, validate=10, denoise=True, balance=True,
    longest=128, seed=3, tracker="none", dtype="fp32", message_path=True,
)  # fmt: skip


def make_job(folder: Path) -> TrainingJob:
    data = folder / "rows.csv"
    data.write_text("text,label,kind\n在吗,a,b\n发货,c,d\n", "utf-8")
    return TrainingJob(
        task="intent",
        data=[data],
        columns={},
        settings=SETTINGS,
        base="",
        date="2026-12-01",
        out=None,
        registry=folder / "models",
    )


def test_a_job_with_other_rows_options_or_base_has_other_checkpoints(tmp_path: Path) -> None:
    job, options, base = make_job(tmp_path), ClassificationOptions(), tiny(tmp_path / "tiny")
    other_base = tiny(tmp_path / "other", replace(FACTS, sha256="8" * 64))
    other_data = tmp_path / "more.csv"
    other_data.write_text("text,label\n好的,a\n", "utf-8")
    others = [
        replace(job, columns={"label": "kind"}),
        replace(job, data=[*job.data, other_data]),
        replace(job, alone=True),
    ]

    names = [jobs.name_checkpoints(each, options, base) for each in (job, *others)]
    names.append(jobs.name_checkpoints(job, ClassificationOptions(validate=20), base))
    names.append(jobs.name_checkpoints(job, options, other_base))

    assert len(set(names)) == 6
    assert all(name.startswith("intent-") for name in names)


def test_an_equal_job_goes_on_with_its_checkpoints(tmp_path: Path) -> None:
    job, options, base = make_job(tmp_path), ClassificationOptions(), tiny(tmp_path / "tiny")
    elsewhere = replace(job, registry=tmp_path / "elsewhere", date="2026-12-02")

    names = [jobs.name_checkpoints(each, options, base) for each in (job, elsewhere)]

    assert names[0] == names[1]


def test_intents_for_the_registry_are_trained_for_the_bot(tmp_path: Path) -> None:
    job = make_job(tmp_path)

    chosen = [
        jobs.choose_task(each)
        for each in (
            job,
            replace(job, alone=True),
            replace(job, base="chinese-macbert-base"),
            replace(job, out=tmp_path / "out"),
            replace(job, task="pairs"),
        )
    ]

    assert chosen == [
        tasks.INTENT_BESIDE_SHIPPED,
        tasks.INTENT_FOR_BOT,
        tasks.INTENT_FOR_BOT,
        tasks.TASKS["intent"],
        tasks.TASKS["pairs"],
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"task": "pairs"}, "has no column sentence1"),
        ({"settings": replace(SETTINGS, method="prefix")}, "prefix tuning is for replies"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_a_base_is_fetched(
    tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    job = replace(make_job(tmp_path), base="no-such-base", **change)

    with pytest.raises(BadData, match=complaint):
        jobs.run_job(job, tmp_path / "runs", ignore_progress)


def test_settings_become_the_options_of_an_encoder() -> None:
    options = tasks.build_classification_options(SETTINGS)

    assert options == ClassificationOptions(
        tuning=FinetuneConfig(
            method="lora", rank=32, epochs=6, batch=32, dropout=0.1, consistency=0.5, patience=2,
            seed=3, tracker="none", dtype="fp32",
        ),
        validate=10, denoise=True, balance=True, smoothing=0.2, message_path=True,
    )  # fmt: skip


def test_settings_become_the_options_of_a_generator() -> None:
    options = tasks.build_reply_options(replace(SETTINGS, method="prefix", batch=2))

    assert options == ReplyOptions(
        method="prefix", rank=32, epochs=3, batch=2, accumulate=1, patience=2, validate=10,
        longest=128, seed=3, tracker="none", dtype="fp32",
    )  # fmt: skip


def test_a_method_that_a_task_does_not_have_is_refused() -> None:
    with pytest.raises(BadData, match="prefix tuning is for replies"):
        tasks.build_classification_options(replace(SETTINGS, method="prefix"))
    with pytest.raises(BadData, match="a generator has no head of its own"):
        tasks.build_reply_options(replace(SETTINGS, method="head"))
