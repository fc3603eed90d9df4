"""Copy by a language model over HTTP that answers late, in part, or not as asked."""

from app.inference.remote.language_models.servers import LlmServer
from app.inference.remote.language_models.writer import RemoteWriter, Timeouts
from app.kit.http_clients import open_async_client
from app.marketing.content import templates
from app.marketing.content.copywriting import CopyWriting
from tests.marketing.content.test_copywriting import BRIEF, RULEBOOK, ignore
from tests.support.llm import LanguageModel, Plan
from tests.support.serve import serving

PROSE = "大模型写的不是要求的 JSON：请再试一次，或换一个能按格式输出的模型或服务"
CUT = "大模型写的 JSON 只有半截：请再试一次，或放宽服务的字数和时间"
MISFIT = "大模型写的 JSON 没有要求的字段（text：必填，但没有给出；另有 1 处）"
# With the remark on each; what can't be read is asked for twice.
ANSWERS = (
    (PROSE, [Plan("好的，这是您要的文案：明前龙井。")] * 2),
    (CUT, [Plan('{"text": "明前龙井，产地')] * 2),
    (MISFIT, [Plan('{"words": "明前龙井"}')] * 2),
    ("大模型现在写不了（{name} said nothing）", [Plan(" ")]),
    ("大模型现在写不了（{name} was silent for 2", [Plan('{"text": "明前龙井"}', wait=30.0)]),
)


async def test_a_template_takes_the_place_of_an_answer_and_tells_why() -> None:
    model = LanguageModel()
    model.script(*(plan for _, plans in ANSWERS for plan in plans))
    async with serving(model.app) as base:
        server = LlmServer(f"{base}/v1", "sim")
        writer = RemoteWriter([server], open_async_client(), Timeouts(first_token=2.0))
        writing = CopyWriting(writer=writer)
        batches = [await writing.write_variants(BRIEF, 1, RULEBOOK, ignore) for _ in ANSWERS]
        await writer.close()

    variants = [variant for variants in batches for variant in variants]
    assert [variant.model for variant in variants] == [templates.MODEL] * len(ANSWERS)
    expected = [remark.replace("{name}", server.name) for remark, _ in ANSWERS]
    assert [
        variant.remark[: len(remark)] for variant, remark in zip(variants, expected, strict=True)
    ] == expected
