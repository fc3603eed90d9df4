"""Texts for channels with little room fit them, differ, and state facts."""

import tomllib
from importlib.resources import files

import pytest

from app.marketing.content.brief import LENGTHS, Brief, Channel, Language
from app.marketing.content.copywriting import CopyTask, CopyWriting
from app.marketing.content.review import review_text
from app.marketing.content.templates import fill_templates
from app.marketing.content.wording.audiences import shows_audience
from app.safety.advertising.rulebook import parse_rulebook

RULES = parse_rulebook(None)
TRADES: list[tuple[Language, str, dict[str, str]]] = [
    (
        "en",
        "Harbour Lane beginner driving course",
        {
            "Price": "USD 540 for ten lessons",
            "Lesson length": "50 minutes, one learner per car",
            "Car": "Dual-control Toyota Yaris, automatic",
            "Pick-up": "Free within 5 km of Harbour Lane station",
        },
    ),
    (
        "en",
        "Fernhill unscented olive oil hand soap (pack of 3)",
        {"weight": "100 g each", "price": "EUR 14.50", "made in": "Galway"},
    ),
    (
        "zh",
        "泡泡毛孩洗护套餐",
        {
            "价格": "小型犬 88 元一次，中型犬 128 元一次",
            "时长": "约一个半小时",
            "地址": "文三路 88 号",
        },
    ),
    (
        "ja",
        "みなもスイミング 初心者コース",
        {"料金": "月4回で8,800円", "定員": "1クラス6名まで", "場所": "みなと駅から徒歩5分"},
    ),
]


def make_brief(trade: int, channel: Channel) -> Brief:
    language, product, facts = TRADES[trade]
    rows = [{"name": name, "value": value, "source": "手册"} for name, value in facts.items()]
    fields = {"product": product, "language": language, "channel": channel, "facts": rows}
    return Brief.model_validate(fields)


async def ignore(_count: int, _total: int) -> None:
    return None


@pytest.mark.parametrize("channel", ["title", "poster", "digest"])
@pytest.mark.parametrize("trade", range(len(TRADES)))
async def test_three_texts_fit_a_narrow_channel_and_are_clean(trade: int, channel: Channel) -> None:
    task = CopyTask(brief=make_brief(trade, channel), count=3, rulebook=RULES)

    variants = await CopyWriting(writer=None).write(task, ignore)

    assert len({variant.text for variant in variants}) == 3
    assert [each.text for each in variants if len(each.text) > LENGTHS[channel][1]] == []
    assert [each.review.describe() for each in variants if not each.review.is_clean] == []


def test_titles_of_a_long_name_have_a_short_form_of_it() -> None:
    titles = fill_templates(make_brief(0, "title"))

    fitting = tuple(title for title in titles if len(title) <= LENGTHS["title"][1])
    assert fitting[:3] == (
        "Driving course: car and pick-up",
        "Meet our beginner driving course",
        "Beginner driving course",
    )
    assert [title for title in titles if "driving course" not in title.lower()] == []


@pytest.mark.parametrize(
    ("length", "titles"),
    [
        (20, ("玫瑰花束，瓶插期约 6 天｜平安夜", "想了解玫瑰花束？看看价格和瓶插期｜平安夜")),
        (8, ("玫瑰花束｜平安夜",)),
        (7, ("玫瑰花束",)),  # no room for the word: its review says so
    ],
)
def test_a_title_has_the_words_that_it_must_where_they_fit(
    length: int, titles: tuple[str, ...]
) -> None:
    facts = [
        {"name": "瓶插期", "value": "约 6 天", "source": "手册"},
        {"name": "价格", "value": "11 枝 199 元", "source": "手册"},
    ]
    fields = {"product": "玫瑰花束", "channel": "title", "must": ["平安夜"], "facts": facts}
    brief = Brief.model_validate(fields | {"length": length})

    assert fill_templates(brief)[: len(titles)] == titles


@pytest.mark.parametrize("trade", range(len(TRADES)))
def test_a_digest_states_a_fact(trade: int) -> None:
    brief = make_brief(trade, "digest")

    digests = fill_templates(brief)

    values = [fact.value for fact in brief.facts]
    assert [text for text in digests if not any(value in text for value in values)] == []


def test_no_two_titles_have_the_same_words_in_another_order() -> None:
    brief = make_brief(2, "title").model_copy(update={"length": 17})

    titles = fill_templates(brief, rounds=4)

    letters = ["".join(sorted(filter(str.isalnum, title))) for title in titles]
    assert len(set(letters)) == len(titles)


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
def test_each_address_is_clean_by_its_own_review(language: Language) -> None:
    text = files("app.marketing.content").joinpath("wording/audiences.toml").read_text("utf-8")
    addresses = tomllib.loads(text)[language]["addresses"]
    product, facts = {
        "zh": ("龙井", [{"name": "产地", "value": "杭州", "source": "手册"}]),
        "en": ("Longjing tea", [{"name": "origin", "value": "Hangzhou", "source": "手册"}]),
        "ja": ("静岡のお茶", [{"name": "産地", "value": "静岡", "source": "手册"}]),
        "ko": ("작두콩차", [{"name": "산지", "value": "보성", "source": "手册"}]),
    }[language]
    fields = {"product": product, "language": language, "channel": "ad", "facts": facts}
    briefs = [Brief.model_validate(fields | {"audience": word}) for word in addresses]

    reviews = {
        brief.audience: review_text(fill_templates(brief)[0], brief, RULES).describe()
        for brief in briefs
    }

    assert reviews == dict.fromkeys(addresses, ())
    assert all(shows_audience(fill_templates(brief)[:1], brief) for brief in briefs)


def test_texts_show_their_audience_by_an_address_or_a_fact_that_only_it_asks_for() -> None:
    brief = make_brief(2, "ad")
    office = brief.model_copy(update={"audience": "上班族"})
    strangers = brief.model_copy(update={"audience": "天外来客"})

    judgements = [
        shows_audience(["上班族朋友，来看看。"], office),
        shows_audience(["时长约一个半小时。"], office),
        shows_audience(["小型犬 88 元一次，中型犬 128 元一次。"], office),
        shows_audience(["时长约一个半小时。"], strangers),
    ]

    assert judgements == [True, True, False, False]
