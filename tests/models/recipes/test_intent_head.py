"""The head that serves: whose words it learns from, and how sure it may be."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from models.encoder import heads
from models.encoder.bundle import INTENT
from models.intent import taxonomy
from models.recipes.shipped import intent_calibration, intent_head, shops
from models.recipes.shipped.intent_calibration import CalibrationTargets
from models.recipes.shipped.intent_texts import ShopMessages
from models.recipes.shipped.shops import ShopMessage


def shop(folder: Path, name: str, split: str, *rows: Mapping[str, object]) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "shop.json").write_text(json.dumps({"id": name, "split": split}), "utf-8")
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / name / "messages.jsonl").write_text(lines + "\n", "utf-8")


def test_openings_come_from_the_shops_of_one_split(tmp_path: Path) -> None:
    basic = {"id": "b01", "kind": "basic", "text": "多少钱", "intents": ["ask_price"]}
    thanks = {"id": "m01", "kind": "manners", "text": "谢啦", "intents": ["express_thanks"]}
    question = {
        "id": "a01",
        "kind": "answerable",
        "text": "红茶几块",
        "entry": "e01",
        "facts": ["3"],
    }
    shop(tmp_path, "tea", "train", basic, question, thanks)
    shop(tmp_path, "gym", "test", basic)

    openings = shops.read_openings("train", tmp_path)

    assert openings == [
        ShopMessage("tea", "basic", "多少钱", ("ask_price",)),
        ShopMessage("tea", "manners", "谢啦", ("express_thanks",)),
    ]


def test_questions_that_were_read_belong_to_their_shop(tmp_path: Path) -> None:
    shop(tmp_path, "tea", "train")
    shop(tmp_path, "gym", "tune")
    file = tmp_path / "followers.jsonl"
    file.write_text(
        '{"shop": "tea", "text": "红茶几块", "intents": ["ask_price"]}\n'
        '{"shop": "gym", "text": "为什么会酸", "intents": []}\n',
        "utf-8",
    )

    assert shops.read_questions("tune", tmp_path, file) == [
        ShopMessage("gym", "question", "为什么会酸", ())
    ]


def test_what_was_read_names_intents_that_there_are() -> None:
    intents_by_id = taxonomy.load_taxonomy().by_id

    messages = [*shops.read_questions("train"), *shops.read_questions("tune")]
    named = {intent for message in messages for intent in message.intents}

    assert named <= intents_by_id.keys()


def test_no_shop_that_is_evaluated_once_was_read() -> None:
    assert shops.read_questions("test") == []


def shop_messages(*right: bool) -> tuple[torch.Tensor, ShopMessages]:
    """Messages that the head is all as sure of, of which some are given what fits."""
    logits = torch.tensor([[4.0, 0.0, 0.0]]).expand(len(right), 3)
    fits = torch.tensor([[each, not each, False] for each in right])
    messages = [ShopMessage("tea", "basic", f"第{n}句", ("x",)) for n in range(len(right))]
    return logits, ShopMessages(torch.zeros(len(right), 2), fits, messages)


def test_a_head_that_is_right_may_be_sure() -> None:
    logits, messages = shop_messages(*[True] * 20)

    calibration = intent_calibration.calibrate_head(logits, [messages], set(), CalibrationTargets())

    assert calibration.metrics["unseen_given_at_.8"] == 20
    assert calibration.metrics["unseen_given_at_.8_right"] == 1.0


def test_a_head_that_is_often_wrong_is_cooled_until_it_claims_no_more() -> None:
    logits, messages = shop_messages(*[True] * 14, *[False] * 6)

    calibration = intent_calibration.calibrate_head(logits, [messages], set(), CalibrationTargets())

    assert calibration.metrics["unseen_given_at_.8"] == 0
    assert calibration.metrics["unseen_basic_right"] == 0.7


def test_what_an_example_has_word_for_word_tells_nothing_of_how_sure_to_be() -> None:
    logits, messages = shop_messages(*[True] * 14, *[False] * 6)
    example_texts = {message.text for message in messages.messages[14:]}

    calibration = intent_calibration.calibrate_head(
        logits, [messages], example_texts, CalibrationTargets()
    )

    assert calibration.metrics["unseen_messages_in_new_words"] == 14
    assert calibration.metrics["unseen_given_at_.8_right"] == 1.0
    assert calibration.metrics["unseen_basic_right"] == 0.7


def test_the_head_that_serves_sits_over_the_adapter_of_the_joint_one() -> None:
    serves, joint = heads.read_manifest(INTENT), heads.read_manifest(intent_head.JOINT)

    assert serves.adapter_sha256 == joint.adapter_sha256
    assert set(joint.labels) <= set(serves.labels)
    assert serves.labels == [intent.id for intent in taxonomy.load_taxonomy().intents]
