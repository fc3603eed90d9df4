"""Bundles made of the shipped heads, for tests of what becomes of trained models."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from models.encoder import adapter as adapters
from models.encoder import heads
from models.encoder.adapter import Adapter
from models.encoder.bundle import INTENT, MODELS, SENTIMENT
from models.hub.sources import E5_SMALL

REPLY = "茶会在周六下午。"
OWN = f"""
extends = "shipped"

[[intents]]
id = "tea_party"
title = "茶会"
group = "promotion"
examples = ["茶会是哪天"]
replies = ["{REPLY}"]
"""


def intents(folder: Path, **changed: Any) -> Path:
    """A head that hears an own intent, the tea party, in everything; without an adapter."""
    head = load_file(INTENT / heads.WEIGHTS)
    weight = torch.cat([head["weight"].float(), torch.zeros(1, head["weight"].shape[1])])
    bias = torch.cat([head["bias"], torch.tensor([100.0])])
    labels = [*heads.read_manifest(INTENT).labels, "tea_party"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "taxonomy.toml").write_text(OWN, "utf-8")
    return write(folder, INTENT, weight, bias, **{"labels": labels, "date": "2026-12-01"} | changed)


def mood(folder: Path, **changed: Any) -> Path:
    """A mood head that hears joy in everything."""
    head = load_file(SENTIMENT / heads.WEIGHTS)
    weight, bias = torch.zeros_like(head["weight"]), torch.tensor([-50.0, 50.0])
    return write(folder, SENTIMENT, weight, bias, **{"date": "2026-12-02"} | changed)


def clicks_beside(folder: Path) -> Path:
    """The shipped click model over its base twice: it scores as the shipped one does."""
    place, base = MODELS / "ctr", E5_SMALL
    head = load_file(place / heads.WEIGHTS)
    weight = torch.cat([head["weight"].float() / 2] * 2, 1)
    taps = heads.read_manifest(place).taps
    beside = {"name": base.name, "sha256": base.fingerprint, "taps": taps}
    return write(folder, place, weight, head["bias"], beside=beside)


def write(
    folder: Path, like: Path, weight: torch.Tensor, bias: torch.Tensor, **changed: Any
) -> Path:
    """A bundle with its card; what isn't changed is as in the manifest in `like`."""
    facts = asdict(heads.read_manifest(like)) | {"metrics": {"texts": 8, "accuracy": 0.875}}
    heads.write_head(folder, weight, bias, facts | changed)
    (folder / "README.md").write_text("# A card\n", "utf-8")
    return folder


def own_adapter(folder: Path) -> str:
    """Write an adapter half as strong as the shipped one; its hash."""
    shipped = Adapter.load(INTENT / adapters.FILE, E5_SMALL)
    changes = {name: (inputs, outputs / 2) for name, (inputs, outputs) in shipped.changes.items()}
    folder.mkdir(parents=True, exist_ok=True)
    return adapters.write_adapter(folder / adapters.FILE, changes, E5_SMALL).sha256


def break_head(folder: Path) -> None:
    """One bit of the weights is another."""
    file = folder / heads.WEIGHTS
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
