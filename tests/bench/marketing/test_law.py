"""The measurement of the Advertising-Law check: what it counts, and whom it names."""

import json
from pathlib import Path

from tests.bench.marketing.law import (
    SENTENCES,
    SUBTLE,
    Decisions,
    LabelledSentence,
    measure,
    read_sentences,
)


def make_sentence(id_: str, *, lawful: bool) -> LabelledSentence:
    return LabelledSentence(id=id_, text="茶", industry="food", lawful=lawful, part="tune")


def test_recall_and_precision_count_flagged_sentences() -> None:
    lawful = [False, False, False, True, True]
    sentences = [make_sentence(f"s{at}", lawful=value) for at, value in enumerate(lawful)]

    decisions = Decisions(sentences, flags=[True, True, False, True, False])

    assert decisions.recall == decisions.precision == 2 / 3
    assert decisions.wrong_ids == ["s2", "s3"]


def test_no_sentence_of_the_held_part_is_named(tmp_path: Path) -> None:
    (tmp_path / "advertisegen").mkdir()
    line = json.dumps({"summary": "简约的牛仔外套，百搭。" * 1_000}, ensure_ascii=False)
    (tmp_path / "advertisegen" / "dev.jsonl").write_text(line + "\n", "utf-8")
    held_out = [
        sentence
        for path in (SENTENCES, SUBTLE)
        for sentence in read_sentences(path)
        if sentence.part == "held"
    ]

    table = " ".join(figure.measured for figure in measure(tmp_path))

    assert [each.id for each in held_out if each.id in table or each.text in table] == []
