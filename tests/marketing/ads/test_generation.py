"""Ads are written to fit their platform: what is too long is rewritten once."""

from app.inference.fake_clicks import FakeClickPredictor
from app.inference.fakes import FakeClassifier, FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt
from app.marketing.ads.candidates import RankedAd
from app.marketing.ads.generation import AdTask, AdWriting
from app.marketing.ads.platforms import get_platform
from app.marketing.content.brief import Brief
from app.marketing.content.copywriting import CopyWriting
from app.safety.advertising.rulebook import build_shipped_rulebook

BRIEF = Brief.model_validate(
    {
        "product": "明前龙井",
        "facts": [
            {"name": "产地", "value": "杭州西湖龙井村", "source": "手册"},
            {"name": "价格", "value": "50 克 168 元", "source": "价目表"},
        ],
    }
)
LONG, SHORT = "杭州西湖龙井村的明前龙井", "明前龙井，50 克"
DESCRIPTION = "产地杭州西湖龙井村，50 克 168 元。"


class LongWriter(FakeWriter):
    """Writes long titles, and a short one when it is told how long they may be."""

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        return await FakeWriter(answer=self._choose_text(prompt.messages[-1].text)).write(prompt)

    def _choose_text(self, question: str) -> str:
        if "广告平台最多 10 字" in question:
            return SHORT
        return LONG if "标题" in question else DESCRIPTION


async def write(writer: FakeWriter | None, platform: str, count: int) -> list[RankedAd]:
    async def ignore(_share: float) -> None:
        return None

    writing = AdWriting(
        writing=CopyWriting(writer=writer), clicks=FakeClickPredictor(), search=FakeClassifier()
    )
    task = AdTask(
        account="default",
        brief=BRIEF, audience="", language="zh", platform=get_platform(platform),
        rulebook=build_shipped_rulebook(), count=count, seed=1,
    )  # fmt: skip
    return await writing.write_ads(task, ignore)


async def test_a_title_too_long_for_the_platform_is_rewritten() -> None:
    [ad] = await write(LongWriter(), "tencent_moments", 1)

    assert (ad.candidate.title.text, ad.candidate.problems) == (SHORT, 0)


async def test_templates_that_fit_the_platform_come_first() -> None:
    ads = await write(None, "google_search", 2)

    assert [ad.candidate.problems for ad in ads] == [0, 0]
    assert len({ad.candidate.title.text for ad in ads}) == 2
