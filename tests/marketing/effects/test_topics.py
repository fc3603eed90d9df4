"""Topics of contents: those that belong together, under words that name them."""

import numpy as np

from app.marketing.effects.topics import cluster_topics

TEA = "春茶上市，龙井的采摘和冲泡"
CUPS = "紫砂壶怎么养，茶具的清洗"


def test_topics_are_named_by_the_words_that_set_them_apart() -> None:
    texts = [f"{TEA}之{at}" for at in range(12)] + [f"{CUPS}之{at}" for at in range(8)]
    noise = np.random.default_rng(0).normal(0, 0.1, (20, 4))
    vectors = np.repeat([[1.0, 0, 0, 0], [0, 1.0, 0, 0]], [12, 8], axis=0) + noise

    topics = cluster_topics(texts, vectors)

    assert [topic.places for topic in topics.topics] == [tuple(range(12)), tuple(range(12, 20))]
    assert topics.topics[0].name == "冲泡、春茶上市、龙井"
    assert set(topics.topics[1].words) & {"茶具", "清洗", "紫砂壶", "紫砂"}
    assert topics.stability > 0.9


def test_groups_with_the_same_words_are_one_topic() -> None:
    texts = [TEA] * 8 + [CUPS] * 20 + [TEA] * 8
    corners = [[1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 1.0, 0]]
    noise = np.random.default_rng(0).normal(0, 0.1, (36, 4))
    vectors = np.repeat(corners, [8, 20, 8], axis=0) + noise

    topics = cluster_topics(texts, vectors)

    assert [topic.places for topic in topics.topics] == [
        tuple(range(8, 28)), (*range(8), *range(28, 36)),
    ]  # fmt: skip


def test_one_content_is_one_topic() -> None:
    topics = cluster_topics([TEA], np.ones((1, 4)))

    assert [topic.places for topic in topics.topics] == [(0,)]


def test_no_word_of_a_name_is_inside_another() -> None:
    texts = ["紫砂壶，紫砂，开壶，茶具"] * 6 + ["紫砂壶，茶具"] * 2 + ["龙井新茶，茶园，龙井"] * 8
    noise = np.random.default_rng(0).normal(0, 0.1, (16, 4))
    vectors = np.repeat([[1.0, 0, 0, 0], [0, 1.0, 0, 0]], 8, axis=0) + noise

    topics = cluster_topics(texts, vectors)

    names = [topic.words for topic in topics.topics]
    assert all(
        first == second or first not in second
        for words in names
        for first in words
        for second in words
    )
    assert all(len(words) > 1 for words in names)
