"""A taxonomy for intents that came as labels alone."""

from pathlib import Path

from models.intent import own, taxonomy


def test_new_labels_get_a_reply_and_known_ones_keep_theirs(tmp_path: Path) -> None:
    own.write(["transfer_to_person", '问"停车"'], tmp_path)

    kinds = taxonomy.load(tmp_path / taxonomy.NAME).by_id
    assert (
        kinds["transfer_to_person"].replies == taxonomy.load().by_id["transfer_to_person"].replies
    )
    assert kinds['问"停车"'].replies == (
        '您好，您关于“问"停车"”的问题我们收到了，马上为您核实，请稍候。',
    )


def test_labels_of_the_shipped_taxonomy_need_none(tmp_path: Path) -> None:
    own.write(["transfer_to_person", "out_of_scope"], tmp_path)

    assert list(tmp_path.iterdir()) == []
