"""A cross-encoder by its folder or its repository."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.hub.delivery import Places
from models.hub.errors import IncompatibleArchitecture, UnknownBaseModel, WeightsUnavailable
from models.hub.hubs import HuggingFace, ModelScope
from models.search.cross_encoder import CrossEncoder, locate_cross_encoder
from tests.models import cross_encoders
from tests.models.fake_hub import FakeHub, serving

NOBODY = "http://127.0.0.1:1"  # a port on which nothing listens
QUESTION = "几点关门呀"
DOCUMENTS = ["停车怎么收费：每小时5元。", "几点关门：每天22点关门。", "每天" * 200, "", "关门"] * 2


def logits(model: CrossEncoder, documents: list[str]) -> list[float]:
    return [each for some in model.logits(QUESTION, documents) for each in some]


def test_each_document_has_the_logit_that_it_has_by_itself(tmp_path: Path) -> None:
    folder = cross_encoders.make(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    alone = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        expected = [
            float(
                alone(**tokenizer([QUESTION], [text], truncation=True, return_tensors="pt")).logits
            )
            for text in DOCUMENTS
        ]

    computed = logits(CrossEncoder(locate_cross_encoder(str(folder)), "cpu"), DOCUMENTS)

    assert computed == pytest.approx(expected, abs=1e-4)
    assert len({round(each, 3) for each in computed}) == 5


def test_a_repository_is_fetched_as_a_cross_encoder(tmp_path: Path) -> None:
    made = cross_encoders.make(tmp_path / "made")
    files = {path.name: path.read_bytes() for path in made.iterdir()}
    with serving(FakeHub(files)) as hub:
        hubs = (HuggingFace(hub.endpoint), ModelScope(NOBODY))
        places = Places(weights=tmp_path / "weights", hubs=hubs, answer_within=2)
        folder = locate_cross_encoder("lab/tiny", places)

    assert json.loads((folder / "base.json").read_text("utf-8"))["kind"] == "reranker"
    assert locate_cross_encoder("lab/tiny", places) == folder  # nobody is asked again
    assert logits(CrossEncoder(folder, "cpu"), DOCUMENTS) == pytest.approx(
        logits(CrossEncoder(made, "cpu"), DOCUMENTS), abs=1e-5
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"architectures": ["BertModel"]},
        {"architectures": None},
        {"id2label": {"0": "no", "1": "yes"}},
        {"id2label": None},
        {"model_type": "new"},
        {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]},
    ],
)
def test_what_is_no_cross_encoder_is_refused_before_it_is_loaded(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    config = cross_encoders.make(tmp_path) / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text("utf-8")) | changed), "utf-8")

    with pytest.raises(IncompatibleArchitecture, match="must be a sequence classification"):
        locate_cross_encoder(str(tmp_path))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"has no config\.json: name the folder"):
        locate_cross_encoder(str(tmp_path))


def test_weights_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    folder = cross_encoders.make(tmp_path)
    (folder / "model.safetensors").write_bytes(b"other")

    with pytest.raises(IncompatibleArchitecture, match="holds no cross-encoder"):
        CrossEncoder(folder, "cpu")


def test_a_name_that_names_nothing_is_refused() -> None:
    with pytest.raises(UnknownBaseModel, match="there is no base model '/nowhere'"):
        locate_cross_encoder("/nowhere")
