"""Ads are chosen to be clean, clicked and different; what is to be mended comes last."""

from app.marketing.ads.candidates import RankedAd, pair_texts
from app.marketing.ads.choosing import choose_ads
from app.marketing.ads.platforms import get_platform
from app.marketing.content.copywriting import CopyVariant
from tests.marketing.ads.texts import make_prediction, make_variant

BAIDU = get_platform("baidu_search")
DESCRIPTION = make_variant("清明前手工采摘，50 克 168 元。")


def choose(
    titles: list[CopyVariant],
    rates: dict[str, float],
    count: int,
    descriptions: tuple[CopyVariant, ...] = (DESCRIPTION,),
) -> list[RankedAd]:
    candidates = pair_texts(titles, descriptions, BAIDU)
    predictions = [make_prediction(rates[each.title.text]) for each in candidates]
    return choose_ads(candidates, predictions, count)


def test_ads_with_something_to_mend_come_last_whatever_their_rate() -> None:
    titles = [
        make_variant("明前龙井新茶上市", "没有出现必须写的“西湖”"),
        make_variant("西湖龙井村的春天"),
        make_variant("茶" * 26),
    ]
    rates = {titles[0].text: 0.2, titles[1].text: 0.01, titles[2].text: 0.5}

    ads = choose(titles, rates, 3)

    assert ads[0].candidate.title.text == "西湖龙井村的春天"
    assert [ad.candidate.problems for ad in ads] == [0, 1, 1]
    assert ads[0].better_than_next is None
    assert {ad.candidate.misfits for ad in ads} == {
        (), ("创意标题有 52 字节，广告平台最多 50 字节，请缩短",),
    }  # fmt: skip


def test_repetitions_give_way_to_what_differs() -> None:
    titles = [
        make_variant("明前龙井新茶上市了"),
        make_variant("明前龙井新茶上市啦"),
        make_variant("西湖龙井村的春天来了"),
    ]
    rates = {titles[0].text: 0.05, titles[1].text: 0.049, titles[2].text: 0.03}

    ads = choose(titles, rates, 2)

    assert [ad.candidate.title.text for ad in ads] == [titles[0].text, titles[2].text]
    assert (ads[0].better_than_next or 0) > 0.95
    assert not ads[0].tied_with_next


def test_a_title_comes_twice_only_where_no_other_clean_one_is_left() -> None:
    titles = [make_variant("明前龙井新茶上市"), make_variant("明前龙井的春天")]
    descriptions = (DESCRIPTION, make_variant("产地杭州西湖龙井村。"))
    rates = {titles[0].text: 0.05, titles[1].text: 0.03}

    texts = [ad.candidate.title.text for ad in choose(titles, rates, 3, descriptions)]

    assert sorted(texts) == sorted([titles[0].text, titles[0].text, titles[1].text])


def test_a_description_comes_twice_only_where_no_other_is_left() -> None:
    titles = [make_variant("明前龙井新茶上市"), make_variant("西湖龙井村的春天")]
    descriptions = (DESCRIPTION, make_variant("产地杭州西湖龙井村。"))
    rates = {titles[0].text: 0.05, titles[1].text: 0.03}

    texts = [ad.candidate.description.text for ad in choose(titles, rates, 2, descriptions)]

    assert sorted(texts) == sorted(each.text for each in descriptions)


def test_a_description_that_says_its_title_again_comes_last() -> None:
    title = make_variant("明前龙井，50 克 168 元")
    repetition, other = make_variant("明前龙井，50 克 168 元。"), make_variant("欢迎来问。")
    rates = {title.text: 0.05}

    ads = choose([title], rates, 1, (repetition, other))

    assert [ad.candidate.description.text for ad in ads] == [other.text]


def test_pairs_are_bounded_and_every_text_is_tried() -> None:
    titles = [make_variant(f"标题 {at}") for at in range(12)]
    descriptions = [make_variant(f"描述 {at}") for at in range(12)]

    pairs = pair_texts(titles, descriptions, BAIDU)

    assert len({pair.text for pair in pairs}) == len(pairs) == 60
    assert {pair.title.text for pair in pairs} == {each.text for each in titles}
    assert {pair.description.text for pair in pairs} == {each.text for each in descriptions}
