"""A hotel's own intents, from eight examples each."""

from pathlib import Path

import pytest
import torch

from models.data.corpus import LabelledText
from models.encoder import heads
from models.encoder.bundle import Bundle
from models.encoder.classifier import HeadClassifier
from models.encoder.heads import Head, HeadManifest
from models.encoder.understanding import Understanding
from models.hub.fetch import ensure_base
from models.intent import taxonomy
from models.intent.taxonomy import BadTaxonomy, Taxonomy
from models.registry.registry import Registry
from models.training import fewshot, fewshot_rows
from models.training.fewshot import BadExamples
from models.training.fewshot_rows import FewshotExamples, Setting

UPGRADE = (
    "能帮我升级到海景房吗", "想换个大一点的房间", "标准间可以升级套房吗", "会员能免费升级房型吗",
    "升级行政房要加多少钱", "能不能给我换个高楼层的房", "想从双床房改成大床房",
    "有没有空的豪华房可以换",
)  # fmt: skip
CHECKOUT = (
    "能晚点退房吗", "可以延迟到下午两点退房吗", "最晚几点退房", "下午四点退房要加钱吗",
    "航班是晚上的，能不能晚退", "退房时间能往后推一推吗", "想多待几个小时再退房",
    "延迟退房怎么收费",
)  # fmt: skip
BREAKFAST = (
    "早餐几点开始", "房费含早餐吗", "早餐在几楼吃", "早餐到几点结束", "小孩吃早餐要另外付钱吗",
    "早餐是自助的吗", "可以把早餐送到房间吗", "不住店能单买早餐券吗",
)  # fmt: skip
EXAMPLES = {"room_upgrade": UPGRADE, "late_checkout": CHECKOUT, "breakfast": BREAKFAST}
TITLES = {"room_upgrade": "房型升级", "late_checkout": "延迟退房", "breakfast": "早餐"}
PARAPHRASES = {
    "可以把我的房间升级成套房吗": "room_upgrade",
    "房间太小了，能换大的吗": "room_upgrade",
    "补差价换海景房行不行": "room_upgrade",
    "我想换到高一点的楼层": "room_upgrade",
    "升个级到豪华间多少钱": "room_upgrade",
    "退房可以拖到三点吗": "late_checkout",
    "我明天想晚一点走，可以吗": "late_checkout",
    "晚退房收半天房费吗": "late_checkout",
    "退房最迟是几点钟": "late_checkout",
    "十二点退房太早了，能推迟吗": "late_checkout",
    "早饭几点有": "breakfast",
    "住一晚送不送早餐": "breakfast",
    "早上最晚几点还能吃到早餐": "breakfast",
    "加一份早餐多少钱": "breakfast",
    "能打包早餐带走吗": "breakfast",
}
REST = 'extends = "shipped"\n\n[[groups]]\nid = "hotel"\ntitle = "酒店"\n'
GROUP = '[[groups]]\nid = "hotel"\ntitle = "酒店"\n'
DAY = "2026-12-03"


def toml(file: Path, head: str, **examples: tuple[str, ...]) -> Path:
    """A taxonomy with those intents of the hotel."""
    intents = [
        f'[[intents]]\nid = "{name}"\ntitle = "{TITLES[name]}"\ngroup = "hotel"\n'
        f'examples = {list(texts)}\nreplies = ["马上为您安排。"]\n'
        for name, texts in examples.items()
    ]
    file.write_text("\n".join([head, *intents]), encoding="utf-8")
    return file


def head(*labels: str) -> Head:
    """Over embeddings of four numbers, where the shipped `old` sees the first."""
    weight, bias = torch.zeros(len(labels), 4), torch.zeros(len(labels))
    weight[0, 0] = 5
    manifest = HeadManifest(
        task="intent", labels=list(labels), base="b", base_sha256="0", sha256="1", method="",
        seed=0, date=DAY, data={}, temperature=1.0, threshold=0.3, metrics={},
    )  # fmt: skip
    return Head(manifest, weight, bias)


def clouds(*means: tuple[float, ...], each: int = 8) -> torch.Tensor:
    """(len(means) * each, H): points around each mean."""
    noise = torch.randn(len(means) * each, len(means[0]), generator=torch.manual_seed(3))
    return torch.tensor(means).repeat_interleave(each, 0) + 0.1 * noise


@pytest.fixture
def material() -> FewshotExamples:
    """Two old classes, one of them near the first of two new ones."""
    x = clouds((1, 0, 0, 0), (1, 1, 0, 0), (0, 1, 1, 0), (0, 0, 0, 1))
    labels = torch.tensor([0] * 16 + [1] * 8 + [2] * 8)
    return FewshotExamples.of(x, labels, head("old", "older").logits(x), 1.0, torch.arange(32) % 4)


def test_new_classes_are_learnt_and_the_old_ones_left_alone(material: FewshotExamples) -> None:
    choice = fewshot_rows.choose_best_setting(material, 2)

    assert choice.metrics == {
        "own_held_out_accuracy": 1.0, "shipped_held_out_changed": 0.0, "shipped_changed": 0.0,
    }  # fmt: skip
    assert choice.predicted_classes.tolist() == material.labels.tolist()
    assert (choice.rows.weight.shape, choice.rows.bias.shape) == ((2, 4), (2,))


def test_weightier_examples_are_found_surer(material: FewshotExamples) -> None:
    def sure(weight: float) -> float:
        logits = fewshot_rows.fit_rows(material, 2, Setting(0.01, weight))(material.x)
        return float(logits[16:24, 0].mean())

    confidences = [sure(weight) for weight in (1, 100, 1000)]

    assert confidences == sorted(confidences)


def test_which_old_class_an_example_has_makes_no_difference_to_new_rows(
    material: FewshotExamples,
) -> None:
    """What is learnt without their labels is the minimum with them, too: no slope is left."""
    rows = fewshot_rows.fit_rows(material, 2, Setting(0.1, 16))
    mean, spread = material.x.mean(0), material.x.std(0)
    weight = (rows.weight * spread).requires_grad_()
    bias = (rows.bias + rows.weight @ mean).requires_grad_()
    labels = torch.tensor([0] * 8 + [1] * 8 + [2] * 8 + [3] * 8)
    counted = torch.tensor([1.0] * 16 + [2.0] * 16)

    new = (material.x - mean) / spread @ weight.T + bias
    logits = torch.cat([head("old", "older").logits(material.x), new], 1)
    errors = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    whole = (errors * counted).sum() + weight.square().sum() / 0.2
    slopes = torch.autograd.grad(whole, [weight, bias])

    assert max(float(slope.abs().max()) for slope in slopes) < 0.01


def kinds(**examples: tuple[str, ...]) -> Taxonomy:
    own_taxonomy = taxonomy.parse_taxonomy(
        GROUP
        + "\n".join(
            f'[[intents]]\nid = "{name}"\ntitle = "{TITLES[name]}"\ngroup = "hotel"\n'
            f'examples = {list(texts)}\nreplies = ["好"]\n'
            for name, texts in examples.items()
        )
    )
    assert len(own_taxonomy.intents) == len(examples)
    return own_taxonomy


@pytest.mark.parametrize(
    ("examples", "complaint"),
    [
        (
            {"breakfast": ("早餐几点",), "late_checkout": CHECKOUT},
            "an intent needs 2 different examples at least, better 8: breakfast has 1",
        ),
        (
            {"breakfast": (), "late_checkout": ("晚退", " 晚退 ", "")},
            "better 8: breakfast has none, late_checkout has 1",
        ),
        (
            {"breakfast": BREAKFAST, "late_checkout": (*CHECKOUT, BREAKFAST[0])},
            "'早餐几点开始' is an example of breakfast and of late_checkout",
        ),
        ({"breakfast": BREAKFAST}, "breakfast is the only intent"),
    ],
)
def test_too_few_or_contradictory_examples_are_refused(
    examples: dict[str, tuple[str, ...]], complaint: str
) -> None:
    bare = HeadClassifier.__new__(HeadClassifier)  # refused before anything is embedded

    with pytest.raises(BadExamples, match=complaint):
        fewshot.fit_alone(kinds(**examples), bare)


def test_a_row_of_an_intent_that_is_not_there_is_refused() -> None:
    bare = HeadClassifier.__new__(HeadClassifier)
    two = kinds(breakfast=BREAKFAST, late_checkout=CHECKOUT)

    with pytest.raises(BadExamples, match="the taxonomy has no intent 'parking'"):
        fewshot.fit_alone(two, bare, [LabelledText("能停车吗", "parking")])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hotel's intents beside the shipped ones."""
    there = tmp_path_factory.mktemp("own")
    own = toml(there / "hotel.toml", REST, **EXAMPLES)
    extra = [
        LabelledText("能多给一份早餐吗", "早餐"),
        LabelledText("我的快递还没到", "ask_logistics_status"),
    ]
    fewshot.train_fewshot(own, ensure_base(), DAY, there / "bundle", extra)
    return there / "bundle"


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.timeout(240)
class TestWithTheShippedModel:
    def test_paraphrases_are_recognised(self, folder: Path) -> None:
        model = Understanding.load(intent=folder)

        classifications = model.classify(model.tokenize(list(PARAPHRASES)))

        right = [
            j.intent == intent
            for j, intent in zip(classifications, PARAPHRASES.values(), strict=True)
        ]
        assert sum(right) >= 0.85 * len(right)
        assert sum(j.in_scope for j in classifications) >= 0.85 * len(right)

    def test_shipped_intents_stay_as_they_are(self, folder: Path) -> None:
        shipped, extended = Bundle.load().intent, Bundle.load(folder).intent

        count = len(shipped.manifest.labels)
        manifest = extended.manifest
        assert manifest.labels == [*shipped.manifest.labels, *EXAMPLES]
        assert torch.equal(extended.weight[:count], shipped.weight)
        assert torch.equal(extended.bias[:count], shipped.bias)
        assert (manifest.temperature, manifest.threshold) == (
            shipped.manifest.temperature, shipped.manifest.threshold,
        )  # fmt: skip
        assert manifest.metrics["shipped_changed"] < 0.01

    def test_the_bundle_is_whole_and_can_be_promoted(self, folder: Path, tmp_path: Path) -> None:
        staged = tmp_path / "staged"
        staged.mkdir()
        for file in folder.iterdir():
            (staged / file.name).write_bytes(file.read_bytes())
        registry = Registry(tmp_path / "models")

        added = registry.add("intent", staged)
        promoted = registry.promote(added.name)

        assert promoted.promoted
        assert promoted.metric == ("own_held_out_accuracy", heads.read_manifest(
            folder).metrics["own_held_out_accuracy"])  # fmt: skip
        card = registry.card(added.name)
        assert f"`{added.name}`, trained {DAY}. 3 own intents by logistic regression" in card
        assert "| breakfast | 早餐 | 9 | " in card

    def test_alone_there_are_only_its_own_intents(self, tmp_path: Path) -> None:
        messages: list[str] = []
        few = EXAMPLES | {"breakfast": BREAKFAST[:6]}
        own = toml(tmp_path / "hotel.toml", GROUP, **few)

        manifest = fewshot.train_fewshot(
            own, ensure_base(), DAY, tmp_path / "bundle", progress=messages.append
        )

        model = Understanding.load(intent=tmp_path / "bundle")
        classifications = model.classify(model.tokenize(list(PARAPHRASES)))
        right = [
            j.intent == intent
            for j, intent in zip(classifications, PARAPHRASES.values(), strict=True)
        ]
        assert manifest.labels == list(EXAMPLES)
        assert manifest.data == {"own_examples": 22}
        assert 0 < manifest.threshold < 1
        assert sum(right) >= 0.85 * len(right)
        assert messages == ["intent breakfast has 6 examples: 8 or more are recommended"]

    def test_a_lone_example_beside_the_shipped_intents_is_refused(self, tmp_path: Path) -> None:
        own = toml(tmp_path / "hotel.toml", REST, breakfast=("早餐几点",))

        with pytest.raises(BadExamples, match=r"breakfast has 1$"):
            fewshot.train_fewshot(own, ensure_base(), DAY, tmp_path / "bundle")

        assert not (tmp_path / "bundle").exists()

    def test_an_id_that_is_shipped_already_is_refused(self, tmp_path: Path) -> None:
        own = toml(tmp_path / "hotel.toml", REST, breakfast=BREAKFAST)
        own.write_text(own.read_text("utf-8").replace('"breakfast"', '"haggle"'), "utf-8")

        with pytest.raises(BadTaxonomy, match="intent id given twice: haggle"):
            fewshot.train_fewshot(own, ensure_base(), DAY, tmp_path / "bundle")
