"""Trained models on disk: added, listed, promoted, taken back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from models.__main__ import app
from models.encoder.bundle import INTENT, SENTIMENT
from models.encoder.understanding import Understanding
from models.evaluation import evaluate
from models.hub.fetch import ensure_base
from models.registry import greetings, listing
from models.registry.entries import RegistryEntry
from models.registry.faults import NothingBefore, RegistryFault, UnfitBundle, UnknownModel
from models.registry.pointer import Pointer, Promotion
from models.registry.registry import Registry
from tests.models import bundles

SHIPPED = Registry().find("shipped", "intent").name
WHEN = "2026-12-24T18:00:00+00:00"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models", clock=lambda: 1798135200.0)


@pytest.fixture
def tea(registry: Registry, tmp_path: Path) -> RegistryEntry:
    """A trained model in the registry, not promoted."""
    return registry.add("intent", bundles.intents(tmp_path / "staged"))


def test_without_a_registry_there_is_what_is_shipped(registry: Registry) -> None:
    entries = [registry.entries(task) for task in ("intent", "sentiment")]

    assert [[(e.folder, e.shipped, e.promoted, e.fault) for e in of] for of in entries] == [
        [(INTENT, True, True, "")],
        [(SENTIMENT, True, True, "")],
    ]
    assert [registry.current(task) for task in ("intent", "sentiment")] == [INTENT, SENTIMENT]


def test_a_finished_folder_is_moved_into_its_place_and_listed(
    registry: Registry, tmp_path: Path
) -> None:
    staged = bundles.intents(tmp_path / "staged")

    added = registry.add("intent", staged)

    place = registry.folder / "intent" / added.name
    assert (added.folder, added.shipped, added.promoted) == (place, False, False)
    assert added.name.startswith("intent-2026.12.01-")
    assert added.metric == ("accuracy", 0.875)
    assert sorted(file.name for file in place.iterdir()) == [
        "README.md", "head.safetensors", "manifest.json", "taxonomy.toml",
    ]  # fmt: skip
    assert (staged.exists(), registry.card(added.name)) == (False, "# A card\n")
    assert [entry.name for entry in registry.entries("intent")] == [SHIPPED, added.name]


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _with(name: str, content: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(content, "utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_without("README.md"), "has no README.md"),
        (_without("manifest.json"), "manifest.json can't be read: No such file"),
        (_without("head.safetensors"), "head.safetensors can't be read: No such file"),
        (_without("taxonomy.toml"), "knows tea_party, which its taxonomy doesn't"),
        (_with("manifest.json", "{}"), "not a manifest of ours: task: Field required"),
        (_with("manifest.json", "好"), "not a manifest of ours: it: Invalid JSON"),
        (_with("taxonomy.toml", "[["), "taxonomy.toml: not TOML"),
        (_with("adapter.safetensors", "x"), "adapter.safetensors can't be read"),
        (bundles.break_head, "not the file its manifest describes"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused_and_stays_where_it_is(
    registry: Registry, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    staged = bundles.intents(tmp_path / "staged")
    spoil(staged)

    with pytest.raises(UnfitBundle, match=reason):
        registry.add("intent", staged)

    assert (staged.exists(), (registry.folder / "intent").exists()) == (True, False)


def test_a_model_for_another_task_is_refused(registry: Registry, tmp_path: Path) -> None:
    staged = bundles.mood(tmp_path / "staged")

    with pytest.raises(UnfitBundle, match="is a model for sentiment, not for pairs"):
        registry.add("pairs", staged)


def test_a_model_is_added_once(registry: Registry, tea: RegistryEntry, tmp_path: Path) -> None:
    again = bundles.intents(tmp_path / "again")

    with pytest.raises(RegistryFault, match=f"{tea.name} is in the registry already"):
        registry.add("intent", again)

    assert again.exists()


def test_a_name_may_be_shortened_as_long_as_it_fits_one(
    registry: Registry, tea: RegistryEntry
) -> None:
    names = (tea.name, "intent-2026.12", "latest", SHIPPED)
    full_names = [registry.find(name, "intent").name for name in names]

    assert full_names == [tea.name, tea.name, tea.name, SHIPPED]
    with pytest.raises(UnknownModel, match=f"'intent' fits {SHIPPED}, {tea.name}: write more"):
        registry.find("intent")
    with pytest.raises(
        UnknownModel,
        match=r"'shipped' fits care-.*, comment-.*, ctr-.*, intent-.*, sentiment-.*: write",
    ):
        registry.find("shipped")
    with pytest.raises(UnknownModel, match="no model's name begins with 'tea'"):
        registry.find("tea")
    with pytest.raises(
        UnknownModel, match="no model is for 'tea'; there are care, comment, ctr, intent, sentiment"
    ):
        registry.find("shipped", "tea")


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_what_is_promoted_is_in_force(registry: Registry, tea: RegistryEntry) -> None:
    before = registry.etag()

    promoted = registry.promote("intent-2026.12", force=True)

    pointer = registry.folder / "intent" / "promoted.json"

    assert promoted == replace(tea, promoted=True)
    assert (registry.current("intent"), registry.etag() != before) == (tea.folder, True)
    assert json.loads(pointer.read_text()) == [
        {"version": tea.name, "when": WHEN, "previous": "shipped"}
    ]
    assert sorted(file.name for file in (registry.folder / "intent").iterdir()) == [
        tea.name, "promoted.json",
    ]  # fmt: skip


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_every_promotion_can_be_undone_in_turn_and_none_beyond(
    registry: Registry, tea: RegistryEntry
) -> None:
    for name in (tea.name, "shipped"):
        registry.promote(name, "intent", force=True)

    undone = [registry.rollback("intent").pointed for _ in range(2)]

    assert undone == [tea.name, "shipped"]
    with pytest.raises(NothingBefore, match="nothing is promoted for 'intent'"):
        registry.rollback("intent")


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_what_takes_a_greeting_for_something_else_is_promoted_by_force_only(
    registry: Registry, tea: RegistryEntry
) -> None:
    done = [
        _command(registry, "promote", tea.name),
        _command(registry, "promote", tea.name, "--force"),
    ]

    assert done[0][::2] == (2, (
        f"promote: {tea.name} takes 你好 for 茶会, and understands 8 of 8 greetings and the like "
        "wrongly: train it beside the shipped intents (without --alone), or promote it with "
        "--force\n"
    ))  # fmt: skip
    assert done[1] == (0, f"intent: {tea.name} is promoted\n", "")


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_the_shipped_intents_know_every_greeting(registry: Registry) -> None:
    assert greetings.find_lost_greetings(Understanding.load()) is None
    assert registry.promote("shipped", "intent").shipped


def test_the_models_of_public_test_sets_are_listed_by_the_names_that_evaluate_takes(
    registry: Registry,
) -> None:
    code, listing_text, _ = _command(registry, "list")
    listed = json.loads(_command(registry, "list", "--json")[1])["benchmarks"]
    pairs = json.loads(_command(registry, "list", "pairs", "--json")[1])

    assert code == 0
    assert "of public test sets, for evaluate --model NAME:" in listing_text
    assert [(each["task"], each["name"]) for each in listed] == [
        ("intent", "banking77"), ("intent", "clinc150"), ("intent", "smp2017"),
        ("pairs", "triclue"),
    ]  # fmt: skip
    assert all(
        evaluate.find_model_folder(e["task"], e["name"], registry.folder).is_dir() for e in listed
    )
    assert pairs["benchmarks"] == [listed[3]]


def _spoilt(folder: Path, weight: torch.Tensor) -> Path:
    return bundles.write(folder, INTENT, weight, torch.zeros(2), labels=["greet", "haggle"])


@pytest.mark.weights
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("weight", "reason"),
    [
        (torch.zeros(2, 7), "fails on a message: "),
        (torch.full((2, 384), torch.nan), "its weights aren't numbers"),
    ],
)
def test_what_cannot_answer_is_not_promoted(
    registry: Registry, tmp_path: Path, weight: torch.Tensor, reason: str
) -> None:
    added = registry.add("intent", _spoilt(tmp_path / "staged", weight))

    with pytest.raises(UnfitBundle, match=reason):
        registry.promote(added.name)

    assert (registry.current("intent"), Pointer(added.folder.parent).file.exists()) == (
        INTENT,
        False,
    )


def test_what_was_broken_since_is_not_promoted_but_listed(
    registry: Registry, tea: RegistryEntry
) -> None:
    (tea.folder / "manifest.json").write_text("[]")

    [_, entry] = registry.entries("intent")

    assert (entry.name, entry.manifest, entry.metric) == (tea.name, None, None)
    assert "not a manifest of ours" in entry.fault
    assert listing.entries_object([entry])["models"][0]["fault"] == entry.fault
    with pytest.raises(UnfitBundle, match="not a manifest of ours"):
        registry.promote(tea.name)


def test_the_table_has_a_line_a_model_and_stars_what_is_promoted(
    registry: Registry, tea: RegistryEntry, capsys: pytest.CaptureFixture[str]
) -> None:
    (tea.folder / "manifest.json").write_text("[]")
    tasks = ("care", "comment", "ctr", "sentiment")
    need, comment, clicks, mood = (registry.find("shipped", task) for task in tasks)

    listing.print_entries(listing.list_entries(registry))

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [words[:4] for words in lines if words[:1] == ["*"]] == [
        ["*", "shipped", "care", need.name],
        ["*", "shipped", "comment", comment.name],
        ["*", "shipped", "ctr", clicks.name],
        ["*", "shipped", "intent", SHIPPED],
        ["*", "shipped", "sentiment", mood.name],
    ]
    assert [words[:3] for words in lines if tea.name in words] == [["intent", tea.name, "broken:"]]


@pytest.mark.parametrize("content", ["", "{}", '[{"version": 3}]', "好"])
def test_a_pointer_that_is_not_ours_is_named(registry: Registry, content: str) -> None:
    pointer = Pointer(registry.folder / "intent")
    pointer.folder.mkdir(parents=True)
    pointer.file.write_text(content, "utf-8")

    with pytest.raises(RegistryFault, match=r"promoted\.json is not a list of promotions: mend it"):
        registry.current("intent")


def test_a_pointer_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    pointer = Pointer(tmp_path)
    old = [Promotion("a", WHEN, "shipped")]
    pointer.write(old)
    (tmp_path / "promoted.new").mkdir()  # in the way, as a full disk would be

    with pytest.raises(RegistryFault, match="what was promoted stays: Is a directory"):
        pointer.write([])

    assert pointer.history() == old


def test_a_registry_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    staged = bundles.intents(tmp_path / "staged")
    registry = Registry(tmp_path / "models")

    with pytest.raises(RegistryFault, match=r"models can't be read: Not a directory"):
        registry.tasks()
    with pytest.raises(RegistryFault, match=r"the model stays in .*staged: "):
        registry.add("intent", staged)

    assert staged.exists()


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_intents_that_bring_an_adapter_bring_the_mood_over_it(
    registry: Registry, tmp_path: Path
) -> None:
    staged = tmp_path / "staged"
    sha256 = bundles.own_adapter(staged)
    bundles.write(
        staged, INTENT, torch.zeros(2, 384), torch.tensor([9.0, 0.0]), labels=["greet", "haggle"],
        adapter_sha256=sha256, date="2026-12-04",
    )  # fmt: skip
    with pytest.raises(UnfitBundle, match="brings an adapter but no sentiment/"):
        registry.add("intent", staged)
    bundles.mood(staged / "sentiment", adapter_sha256=sha256)

    own = registry.add("intent", staged)
    registry.promote(own.name, force=True)
    model = Understanding.load(intent=own.folder)
    shipped = Understanding.load(reuse_encoder_of=model)

    [classification] = model.classify(model.tokenize(["什么时候发货"]))
    assert (classification.intent, classification.sentiment) == ("greet", "positive")
    assert (model.version, shipped.encoder is model.encoder) == (own.name, False)


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_a_mood_promoted_apart_answers_over_its_own_adapter_only(
    registry: Registry, tea: RegistryEntry, tmp_path: Path
) -> None:
    joy = registry.add("sentiment", bundles.mood(tmp_path / "joy"))
    foreign = registry.add(
        "sentiment", bundles.mood(tmp_path / "foreign", adapter_sha256="0" * 64, date="2026-12-03")
    )
    registry.promote(joy.name)

    shipped = registry.load_understanding(ensure_base())
    registry.promote(tea.name, force=True)
    trained = registry.load_understanding(ensure_base(), reuse_encoder_of=shipped)

    [classification] = trained.classify(trained.tokenize(["质量太差了"]))
    assert (classification.title, classification.sentiment) == ("茶会", "positive")
    assert [shipped.version, trained.version] == [f"{n}+{joy.name}" for n in (SHIPPED, tea.name)]
    assert trained.encoder is shipped.encoder
    with pytest.raises(UnfitBundle, match="was trained over another adapter"):
        registry.promote(foreign.name)


def _command(registry: Registry, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--registry", str(registry.folder)])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.weights
@pytest.mark.timeout(120)
def test_the_command_line_promotes_lists_and_rolls_back(
    registry: Registry, tea: RegistryEntry
) -> None:
    done = [
        _command(registry, "promote", tea.name, "--force"),
        _command(registry, "list", "intent", "--json"),
        _command(registry, "list"),
        _command(registry, "rollback", "intent"),
        _command(registry, "rollback", "intent"),
        _command(registry, "promote", "nothing"),
    ]

    codes, outputs, complaints = zip(*done, strict=True)
    listed = json.loads(outputs[1])
    assert codes == (0, 0, 0, 0, 2, 2)
    assert outputs[0] == f"intent: {tea.name} is promoted\n"
    assert [(m["name"], m["shipped"], m["promoted"]) for m in listed["models"]] == [
        (SHIPPED, True, False),
        (tea.name, False, True),
    ]
    assert listed["models"][1]["metrics"] == {"texts": 8, "accuracy": 0.875}
    assert [line.split()[:3] for line in outputs[2].splitlines() if tea.name in line] == [
        ["*", "intent", tea.name]
    ]
    assert outputs[3] == f"intent: back to {SHIPPED}\n"
    assert complaints == ("", "", "", "",
        "rollback: nothing is promoted for 'intent' that could be undone\n",
        "promote: no model's name begins with 'nothing'; `list` shows them\n",
    )  # fmt: skip
