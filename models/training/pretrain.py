"""Self-supervised training of the encoder on a domain's messages, before any task's labels."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import torch

from models.data import files, kinds, split
from models.data.files import BadData
from models.data.normalise import near_key
from models.data.split import Shares
from models.encoder import adapter as adapters
from models.encoder import manifests
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype
from models.training import finetune, methods
from models.training.contrastive import ContrastiveLearner
from models.training.finetune import Changes, FinetuneConfig
from models.training.masked import MaskedLearner
from models.training.names import Objective

FEWEST = 100  # texts
HELD_OUT = 5  # percent
CHECKED_AT_MOST = 2000  # held-out texts, since uniformity computes all pairs of them
MANIFEST, CHECKPOINTS, RUN = "manifest.json", "checkpoints", "run.json"
LEARNERS: dict[Objective, type[MaskedLearner | ContrastiveLearner]] = {
    "mlm": MaskedLearner,
    "simcse": ContrastiveLearner,
}
# Learning rates of the encoder; low for simcse, which soon degrades the embeddings.
RATES: dict[tuple[Objective, str], float] = {
    ("mlm", "lora"): 8e-4,
    ("mlm", "full"): 1.5e-4,
    ("simcse", "lora"): 1e-4,
    ("simcse", "full"): 2e-5,
}
CARD_TEXT = """# $version

The encoder $base (sha256 `$base_sha256`) after $objective on unlabelled texts ($method, seed $seed,
$date), as an adapter that a task's training can start from. It answers nothing by itself.

Texts: $data; $held_out different ones were held out, and the numbers are theirs. Trained in
$training_dtype; the numbers are of the encoder in $dtype.

| number | value |
|---|---|
$numbers

$note
"""
NOTES: dict[Objective, str] = {
    "mlm": "The softmax chose among the tokens of this corpus and a sample of the others, so the\n"
    "perplexity doesn't compare with another corpus's. `before` is with an output layer that has\n"
    "learnt over the encoder as it was.",
    "simcse": "loss is that of batches of 64 texts; alignment is between two drop-outs of a text,\n"
    "uniformity over all pairs of texts (Wang & Isola 2020). Of all three, less is better.",
}


@dataclass(frozen=True)
class PretrainOptions:
    """The options of a pretraining."""

    objective: Objective = "mlm"
    tuning: FinetuneConfig = field(
        default_factory=lambda: FinetuneConfig(epochs=1, dropout=0.1, head_rate=1e-3)
    )


@dataclass(frozen=True)
class Corpus:
    """Distinct texts; those that differ only in punctuation or digits count as one."""

    texts: list[str]
    sizes: dict[str, int]  # file -> rows


@dataclass(frozen=True)
class Pretrained:
    """The result of a pretraining: the encoder's changes and figures."""

    changes: Changes
    metrics: dict[str, float]  # on the held-out texts, before and after; the encoder in fp32
    dtype: Dtype  # of the training; bf16 is autocast


@dataclass(frozen=True, kw_only=True)
class PretrainManifest:
    """The adapter's base, hash, training data and metrics (manifest.json)."""

    task: str
    objective: Objective
    base: str
    base_sha256: str
    sha256: str  # of adapter.safetensors
    method: str
    seed: int
    date: str
    data: dict[str, int]  # file -> rows
    metrics: dict[str, float]
    dtype: Dtype | Literal[""] = ""  # of the encoder that the metrics are of; "": not recorded
    training_dtype: Dtype | Literal[""] = ""  # bf16: autocast; "": not recorded

    @property
    def version(self) -> str:
        """Like `pretrain-2026.11.24-abcdef12`: day, first 8 digits of the adapter's SHA-256."""
        return manifests.format_version(self.task, self.date, self.sha256)


def read_corpus(sources: Sequence[Path], names: Mapping[str, str]) -> Corpus:
    """Read the texts of some files, without labels. `names` maps our column names to the files'.

    Raises BadData for a file that can't be read and for fewer than FEWEST distinct texts.
    """
    columns = kinds.KINDS["text"].renamed(dict(names)).columns
    tables = [files.read_table(source, columns) for source in sources]
    texts = [row.values["text"].strip() for table in tables for row in table.rows]
    once = list({near_key(text): text for text in texts if text}.values())
    if len(once) < FEWEST:
        raise BadData(
            f"{', '.join(map(str, sources))}: {len(once)} different texts are too few to pretrain"
            f" on; it takes {FEWEST}, and some thousands to be worth it"
        )
    return Corpus(once, {table.path.name: len(table.rows) for table in tables})


def pretrain_encoder(
    texts: Sequence[str], encoder: Encoder, options: PretrainOptions, checkpoints: Path
) -> Pretrained:
    """Train on all texts but a held-out part; resumes from the last checkpoint in `checkpoints`.

    `encoder` is changed in place and must not be used afterwards. Raises BadData for a vocabulary
    without mask or unknown token (mlm).
    """
    tuning = options.tuning
    base = methods.copy_weights(encoder)
    torch.manual_seed(tuning.seed)
    encoder.drop_out(tuning.dropout)
    learn, check = _split_texts(texts, tuning.seed)
    learner = LEARNERS[options.objective](encoder, encoder.tokenize(learn), encoder.tokenize(check))
    before = _measure_learner(learner, tuning.seed)
    torch.manual_seed(tuning.seed)
    methods.prepare_weights(encoder, tuning.method, tuning.rank, tuning.scale, steps=0)
    choice = finetune.run_training(
        learner, _config_with_rate(options), None, checkpoints, keep_checkpoints=True
    )
    after = _measure_learner(learner, tuning.seed)
    metrics = {f"{name}_before": value for name, value in before.items()}
    metrics |= {f"{name}_after": value for name, value in after.items()}
    metrics = {name: round(value, 4) for name, value in metrics.items()}
    metrics |= {"held_out": len(check)}
    return Pretrained(methods.extract_changes(encoder, base, tuning.rank), metrics, choice.dtype)


def write_pretrained(
    corpus: Corpus,
    pretrained: Pretrained,
    encoder: Encoder,
    options: PretrainOptions,
    folder: Path,
    date: str,
) -> PretrainManifest:
    """Write adapter and card into `folder`, and last the manifest, which marks it as complete."""
    folder.mkdir(parents=True, exist_ok=True)
    facts, tuning = encoder.facts, options.tuning
    adapter = adapters.write_adapter(folder / adapters.FILE, pretrained.changes, facts)
    rank = f" of rank {tuning.rank}" if tuning.method == "lora" else ""
    manifest = PretrainManifest(
        task="pretrain",
        objective=options.objective,
        base=facts.name,
        base_sha256=facts.fingerprint,
        sha256=adapter.sha256,
        method=f"{tuning.method}{rank}, {tuning.epochs} epochs",
        seed=tuning.seed,
        date=date,
        data=corpus.sizes,
        metrics=pretrained.metrics,
        dtype=encoder.dtype,
        training_dtype=pretrained.dtype,
    )
    held_out = int(pretrained.metrics["held_out"])
    note = NOTES[options.objective]
    manifests.write_card(folder, CARD_TEXT, manifest, held_out=held_out, note=note)
    manifests.write_manifest(folder / MANIFEST, manifest)
    return manifest


def begin_run(
    folder: Path, corpus: Corpus, options: PretrainOptions, base: str, resume: bool
) -> Path:
    """The folder for this run's checkpoints, created or resumed.

    Raises BadData when `folder` has a finished model, another run, or this one without `resume`.
    """
    if (folder / MANIFEST).exists():
        raise BadData(f"{folder} holds a finished model; name another folder with --out")
    checkpoints = folder / CHECKPOINTS
    note, this = checkpoints / RUN, _run_digest(corpus, options, base)
    if not note.exists():
        checkpoints.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"run": this}), encoding="utf-8")
    elif not resume:
        raise BadData(f"{folder} holds an unfinished run; say --resume to go on, or name another")
    elif json.loads(note.read_text(encoding="utf-8")) != {"run": this}:
        raise BadData(
            f"{folder} holds a run of other texts or options; go on with those, or name another"
        )
    return checkpoints


def finish_run(folder: Path) -> None:
    """Remove the checkpoints; TensorBoard's curves are moved to runs/."""
    curves = folder / CHECKPOINTS / "runs"
    if curves.exists():
        curves.replace(folder / "runs")
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)


def _split_texts(texts: Sequence[str], seed: int) -> tuple[list[str], list[str]]:
    """Training texts, and up to CHECKED_AT_MOST held-out texts."""
    keys = [near_key(text) for text in texts]
    parts = split.assign_parts(keys, [""] * len(keys), Shares(100 - HELD_OUT, HELD_OUT, 0), seed)
    placed = list(zip(texts, parts, strict=True))
    learn = [text for text, part in placed if part == "train"]
    return learn, [text for text, part in placed if part != "train"][:CHECKED_AT_MOST]


def _measure_learner(learner: MaskedLearner | ContrastiveLearner, seed: int) -> dict[str, float]:
    """The learner's figures with torch's generator seeded, so that two calls are comparable."""
    torch.manual_seed(seed)
    return learner.figures()


def _config_with_rate(options: PretrainOptions) -> FinetuneConfig:
    tuning = options.tuning
    if tuning.rate is not None:
        return tuning
    return replace(tuning, rate=RATES[options.objective, tuning.method])


def _run_digest(corpus: Corpus, options: PretrainOptions, base: str) -> str:
    return hashlib.sha256(repr((corpus.texts, options, base)).encode()).hexdigest()
