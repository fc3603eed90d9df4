"""What the checks on days 1, 3 and 7 say to a manager, in Chinese."""

from collections.abc import Sequence

from app.marketing.effects.checkpoints import CheckedContent, ContentChecks, Standing, UsualDay

_NEWEST = 10  # contents of which those that stand out are named
_MOST_NAMED = 2  # in each direction
_ALMOST_ALL = 0.995
_WORDS: dict[Standing, str] = {"above": "明显高于平时", "below": "明显低于平时"}


def write_checks(checks: ContentChecks) -> str:
    """How fast contents are read, and which of the newest stand out; "" where it isn't known."""
    sentences = [_write_pace(checks.usual)]
    newest = checks.contents[:_NEWEST]
    for standing, words in _WORDS.items():
        titles = [_name_content(each) for each in newest if _find_latest(each) == standing]
        if titles:
            more = f"等 {len(titles)} 篇" if len(titles) > _MOST_NAMED else ""
            sentences.append(
                f"最近发布的内容里，{'、'.join(titles[:_MOST_NAMED])}{more}的阅读率{words}。"
            )
    return "".join(sentences)


def _write_pace(usual: Sequence[UsualDay]) -> str:
    first, third, _ = usual
    if first.reads_reached is None or third.reads_reached is None:
        return ""
    if first.reads_reached >= _ALMOST_ALL:
        return "一篇内容头七天的阅读，通常几乎都在发布当天。"
    return (
        f"一篇内容头七天的阅读，通常发布当天完成 {first.reads_reached:.0%}，"
        f"到第 3 天完成 {third.reads_reached:.0%}。"
    )


def _find_latest(content: CheckedContent) -> Standing:
    return content.days[-1].standing if content.days else ""


def _name_content(content: CheckedContent) -> str:
    return f"《{content.title}》"
