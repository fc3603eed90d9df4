"""A taxonomy for intents that came as labels alone."""

from pathlib import Path

from models.intent import own, taxonomy


def test_new_labels_get_a_reply_and_known_ones_keep_theirs(tmp_path: Path) -> None:
    own.write_own_taxonomy(["transfer_to_person", '问"停车"'], tmp_path)

    kinds = taxonomy.load_taxonomy(tmp_path / taxonomy.NAME).by_id
    assert (
        kinds["transfer_to_person"].replies
        == taxonomy.load_taxonomy().by_id["transfer_to_person"].replies
    )
    assert kinds['问"停车"'].replies == (
        '您好，您关于“问"停车"”的问题我们收到了，马上为您核实，请稍候。',
    )


def test_labels_of_the_shipped_taxonomy_need_none(tmp_path: Path) -> None:
    own.write_own_taxonomy(["transfer_to_person", "out_of_scope"], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_shipped_intent_may_be_called_otherwise_and_keeps_the_rest(tmp_path: Path) -> None:
    own.write_own_taxonomy(["ask_parking", "out_of_scope"], tmp_path, {"ask_parking": "停车"})

    kinds, shipped = taxonomy.load_taxonomy(tmp_path / taxonomy.NAME), taxonomy.load_taxonomy()
    parking = kinds.by_id["ask_parking"]
    assert [kind.id for kind in kinds.intents] == ["ask_parking", "out_of_scope"]
    assert (parking.title, parking.replies, parking.action) == (
        "停车",
        shipped.by_id["ask_parking"].replies,
        shipped.by_id["ask_parking"].action,
    )
