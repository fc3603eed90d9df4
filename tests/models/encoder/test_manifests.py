"""Cards and manifests, written from the facts of a model."""

from pathlib import Path

import pytest

from models.encoder import bundle, heads, manifests
from models.encoder.bundle import BENCHMARKS, MODELS
from models.search import card as search_card
from models.search.bundle import FOLDER, SearchBundle
from models.search.train import SearchConfig
from models.training import card


@pytest.mark.parametrize(
    "folder", [MODELS / "ctr", *(BENCHMARKS / name for name in ("smp2017", "triclue"))]
)
def test_a_shipped_card_is_what_its_manifest_gives(folder: Path, tmp_path: Path) -> None:
    card.write_card(heads.read_manifest(folder), tmp_path)

    ours, shipped = (place / manifests.CARD for place in (tmp_path, folder))
    assert ours.read_text("utf-8") == shipped.read_text("utf-8")


def test_the_card_of_the_search_is_what_its_manifest_gives(tmp_path: Path) -> None:
    search_card.write_card(tmp_path, SearchBundle.load().manifest, SearchConfig())

    ours, shipped = (
        (folder / manifests.CARD).read_text("utf-8").split("\n") for folder in (tmp_path, FOLDER)
    )
    assert ours[3:] == shipped[3:]  # above stands the machine


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    manifest = heads.read_manifest(bundle.SENTIMENT)

    manifests.write_manifest(tmp_path / heads.MANIFEST, manifest)

    ours = (tmp_path / heads.MANIFEST).read_bytes()
    assert ours == (bundle.SENTIMENT / heads.MANIFEST).read_bytes()


def test_a_name_that_a_template_asks_for_and_nothing_gives_is_a_fault(tmp_path: Path) -> None:
    manifest = heads.read_manifest(bundle.SENTIMENT)

    with pytest.raises(KeyError, match="machine"):
        manifests.write_card(tmp_path, "$version on $machine", manifest)
