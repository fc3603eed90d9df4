"""The mood of a comment, and replies that fit it."""

import pytest

from app.inference.fakes import FakeWriter
from app.inference.ports import CommentScores
from app.marketing.content import templates
from app.marketing.content.brief import Brief
from app.marketing.content.copywriting import UNFIT_REPLY, CopyTask, CopyVariant, CopyWriting
from app.marketing.content.writing.comment_reading import read_comment
from app.marketing.content.writing.comments import (
    CommentKind,
    CommentToAnswer,
    Mood,
    UnderstoodComment,
    fits_mood,
)
from app.safety.advertising.rulebook import build_shipped_rulebook

BRIEF = Brief.model_validate(
    {
        "product": "圆领T恤",
        "facts": [{"name": "材质", "value": "纯棉", "source": "商品页"}],
        "channel": "comment_reply",
    }
)
GLAD: CommentScores = {"joyful.praise": 1.0}


@pytest.mark.parametrize(
    "text",
    [
        "吃完嘴肿得老高",
        "戴了两天耳洞化脓了",
        "在店里滑倒，尾椎骨骨裂",
        "电饭锅半夜起火，差点烧到床",
        "勺子边太锋利，划破嘴了",
        "我妈喝完吐了一地，已经送急诊",
        "跑步机把我膝盖磕破了",
        "药水滴完眼睛看不清了",
        "敷了一晚上脸烂了，真好",
        "睡了三天脖子更疼了，怎么办",
        "垫了一周腰更酸了",
        "戴了耳朵又痛又红",
        "戴了耳朵疼",
        "枕着脖子好酸",
        "用了第二天脸发红",
        "the lid cut my finger open, I cut my hand badly",
    ],
)
def test_harm_is_told_by_its_signs_whatever_the_model_says(text: str) -> None:
    comment = read_comment(CommentToAnswer(text=text), GLAD)

    assert comment == UnderstoodComment(text, "angry", "harm")


@pytest.mark.parametrize(
    ("text", "mood", "kind"),
    [
        ("妈妈牙掉光了才肯来看，去年她走的时候还没来得及装假牙", "grieving", "grief"),
        ("奶奶牙疼了一辈子，走的时候也没看上牙医", "grieving", "grief"),
        ("My dad passed away last spring. We used to fish together.", "grieving", "grief"),
        ("医生说我没救了，这口牙全得拔", "sad", "sorrow"),
        ("查出来是肺癌，晚期", "sad", "sorrow"),
    ],
)
def test_sad_news_is_no_harm_and_never_glad(text: str, mood: Mood, kind: CommentKind) -> None:
    comment = read_comment(CommentToAnswer(text=text), GLAD)

    assert comment == UnderstoodComment(text, mood, kind)


@pytest.mark.parametrize(
    "text",
    [
        "妈妈走之前最爱喝你们家的茶",
        "爷爷去世了，他生前喝的就是这个，还有吗？",
        "我家柯基昨天走了，谢谢你们的罐头",
        "先生病逝后第一次来",
        "今天去扫墓，带了一盒",
        "孩子没救过来，玩具还在",
        "师傅猝死在岗位上",
        "外公的葬礼上放的就是这首",
        "猫去喵星了，罐头还剩半箱",
        "my grandma passed away in May, she loved this",
    ],
)
def test_bereavement_is_told_by_its_signs_whatever_the_model_says(text: str) -> None:
    assert read_comment(CommentToAnswer(text=text), GLAD).mood == "grieving"


@pytest.mark.parametrize(
    "text",
    [
        "好吃到哭了",
        "笑得肚子疼",
        "快递员放下就走了，茶真香",
        "朋友们走了好几家店",
        "孩子一天就吃没了",
        "选口味选得头疼",
        "疯狂吐槽完又下单了",
        "老公吃完就走了，盘子都没收",
        "猫都离家出走了哈哈",
        "没有过敏，放心用",
        "以前睡觉脖子疼，现在好了",
        "枕头很舒服，脖子不疼了",
        "用了腰不疼了",
        "坐了一天腰酸，垫上好多了",
        "睡完脖子又酸又爽",
        "喝酒脸都红了哈哈",
    ],
)
def test_idioms_and_questions_are_no_signs(text: str) -> None:
    comment = read_comment(CommentToAnswer(text=text), GLAD)

    assert comment == UnderstoodComment(text, "joyful", "praise")


@pytest.mark.parametrize(
    "text",
    [
        "孩子近视又涨了一百度，我好自责",
        "体检说近视加深了两百度，好难过",
        "怪自己没早点带孩子来验光",
        "都怪我没管好他，心里难受",
        "娃视力才0.6，我崩溃了",
        "弄丢了奶奶给的镯子，想哭",
        "生意做不下去，心里不是滋味",
        "没陪爸爸去检查，很内疚",
        "考砸了，特别难受",
        "相机丢了，心碎",
    ],
)
@pytest.mark.parametrize("scores", [GLAD, {"angry.harm": 0.8}, {"calm.statement": 0.9}])
def test_sorrow_and_self_blame_are_comforted(text: str, scores: CommentScores) -> None:
    comment = read_comment(CommentToAnswer(text=text), scores)

    assert comment == UnderstoodComment(text, "sad", "sorrow")


@pytest.mark.parametrize(
    "text",
    [
        "隔壁店一样的才三百，你们凭什么卖 598",
        "怎么这么贵",
        "网上同款才两百",
        "比别家贵一倍",
        "又涨价了",
        "太贵了，消费不起",
        "卖这么贵，抢钱呢",
    ],
)
def test_a_complaint_of_the_price_alone_is_told(text: str) -> None:
    comment = read_comment(CommentToAnswer(text=text), {"angry.complaint": 0.5})

    assert comment == UnderstoodComment(text, "angry", "price")


@pytest.mark.parametrize(
    ("text", "scores", "mood", "kind"),
    [
        ("绝了", {"angry.irony": 0.5, "joyful.praise": 0.45}, "angry", "irony"),
        ("绝了", {"angry.irony": 0.35, "joyful.praise": 0.45}, "calm", None),
        ("绝了", {"angry.irony": 0.2, "angry.complaint": 0.25}, "angry", "complaint"),
        ("断货了，伤心哈哈", {"joyful.teasing": 0.9}, "calm", None),
        ("怪自己瞎了眼，买你家的", {"angry.complaint": 0.6}, "angry", "complaint"),
        ("表摔坏了，我好自责", {"angry.irony": 0.5}, "sad", "sorrow"),
        ("收到就坏了，好伤心", {"angry.complaint": 0.3}, "angry", "defect"),
        ("把妈妈送的表弄丢了，好难过", {"grieving.grief": 0.5}, "sad", "sorrow"),
        ("笑死，教练说我像下跪", {"angry.complaint": 0.45}, "calm", None),
        ("失业第一天，来坐了一下午", {"joyful.teasing": 0.6}, "calm", None),
        ("尾巴摇成螺旋桨，太开心了", {"angry.irony": 0.5}, "calm", None),
        ("有没有鸡蛋", {"calm.statement": 0.65, "asking.question": 0.27}, "asking", None),
        ("没想到弹起来这么贵气", {"joyful.praise": 0.9}, "joyful", "praise"),
        ("都怪我手笨哈哈", {"angry.irony": 0.6}, "calm", None),
        ("网上同款才两千，满意", {"joyful.praise": 0.6}, "joyful", "praise"),
        ("又涨价了，真行", {"joyful.teasing": 0.6}, "calm", None),
        ("没抢到，好难过", {"sad.disappointment": 0.6}, "sad", "disappointment"),
        ("失恋了好难受，这首歌听哭了", {"sad.sorrow": 0.6}, "sad", "sorrow"),
        ("这首歌叫什么", {"asking.question": 0.6}, "asking", "elsewhere"),
        ("工作压力大，失眠好几天了", {"sad.sorrow": 0.6}, "sad", "sorrow"),
        ("取镜那天太开心了", {"joyful.teasing": 0.3, "sad.sorrow": 0.2}, "joyful", "praise"),
        ("太开心了，等了十天", {"joyful.praise": 0.4}, "calm", None),
        ("不想要了能退吗", {"angry.complaint": 0.5}, "asking", None),
        ("态度这么差，能退吗", {"angry.complaint": 0.9}, "angry", "complaint"),
        ("等了三天，凭什么卖这么贵", {"angry.complaint": 0.9}, "angry", "complaint"),
        ("几点关门", {"joyful.praise": 0.3}, "asking", None),
        ("几点关门", {}, "asking", None),
        ("今天收到了", {}, "calm", None),
        ("孕妇能吃吗", {"asking.question": 0.9}, "asking", "health"),
        ("会拉肚子吗", {"asking.worry": 0.9}, "asking", "health"),
        ("我颈椎病挺严重的，睡这个能好吗？", {"asking.worry": 0.9}, "asking", "health"),
        ("鼻炎能用吗", {"asking.question": 0.9}, "asking", "health"),
        ("这个能好看吗", {"asking.question": 0.9}, "asking", "question"),
        ("被子能放洗衣机吗", {"asking.question": 0.9}, "asking", "question"),
        ("会拉肚子吗", {"joyful.praise": 1.0}, "asking", "health"),
        ("猫吃了一口，有事吗", {"angry.complaint": 0.9}, "asking", "pet_harm"),
        ("和前任来的", {"grieving.grief": 0.6}, "grieving", None),
        ("大点的有没有", {"asking.question": 0.9}, "asking", "question"),
        ("收到的茶叶发霉了，太生气了", {"angry.harm": 0.9}, "angry", "defect"),
        ("寄来的杯子碎了", {"angry.complaint": 0.9}, "angry", "defect"),
        ("过期的也敢卖", {"joyful.praise": 0.9}, "angry", "defect"),
        ("茶叶发霉了，孩子吃了两块", {"angry.harm": 0.9}, "angry", "harm"),
        ("把我气坏了", {"angry.complaint": 0.9}, "angry", "complaint"),
        ("教练车坏了等半天", {"angry.complaint": 0.9}, "angry", "complaint"),
        ("一年了也没有发霉，好用", {"joyful.praise": 0.9}, "joyful", "praise"),
        ("字再大点就好了", {"calm.suggestion": 0.8}, "calm", "suggestion"),
    ],
)
def test_the_model_tells_the_mood_where_it_is_sure_enough(
    text: str, scores: CommentScores, mood: Mood, kind: CommentKind | None
) -> None:
    assert read_comment(CommentToAnswer(text=text), scores) == UnderstoodComment(text, mood, kind)


def test_a_person_may_choose_the_mood() -> None:
    comment = read_comment(CommentToAnswer(text="绝了", mood="sad"), GLAD)

    assert comment == UnderstoodComment("绝了", "sad", None)


@pytest.mark.parametrize(
    ("reply", "mood", "fits"),
    [
        ("非常抱歉，请私信我们。", "angry", True),
        ("非常抱歉！请私信我们！", "angry", False),
        ("材质是纯棉。", "angry", False),
        ("听到这些我们也很难过。", "sad", True),
        ("哈哈，谢谢！", "sad", False),
        ("谢谢您的喜欢！", "joyful", True),
        ("材质是纯棉。", "joyful", False),
        ("材质是纯棉！", "calm", True),
    ],
)
def test_a_reply_answers_the_mood(reply: str, mood: Mood, fits: bool) -> None:
    assert fits_mood(reply, mood) is fits


async def write_reply(answer: str, mood: Mood) -> CopyVariant:
    async def ignore(_steps: int, _total: int) -> None:
        return None

    comment = UnderstoodComment("洗一次就缩水了", mood)
    task = CopyTask(brief=BRIEF, count=1, rulebook=build_shipped_rulebook(), comment=comment)
    [variant] = await CopyWriting(writer=FakeWriter(answer=answer)).write(task, ignore)
    return variant


async def test_a_reply_that_fits_is_given() -> None:
    variant = await write_reply("非常抱歉，请私信我们。", "angry")

    assert (variant.text, variant.model) == ("非常抱歉，请私信我们。", "fake-writer-1")


@pytest.mark.parametrize("answer", ["材质是纯棉。", "非常抱歉，三天内全额退款。"])
async def test_a_ready_made_reply_takes_the_place_of_one_that_does_not_fit(answer: str) -> None:
    variant = await write_reply(answer, "angry")

    assert (variant.text[:4], variant.model) == ("非常抱歉", templates.MODEL)
    assert variant.remark == UNFIT_REPLY
