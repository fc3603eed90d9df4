"""Segments a short question, each word with its role: topic, doing, aspect, amount or glue.

The role comes from closed lists of everyday Chinese, else from the dictionary's part of speech.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import rjieba

Part = Literal["glue", "aspect", "amount", "doing", "topic"]

_GLUE = """
我 你 您 他 她 它 我们 你们 您们 他们 咱 咱们 俺 我家 你家 您家 自己 大家 亲 你好 您好 请问 请
麻烦 的 地 得 了 着 过 吗 么 嘛 呢 啊 呀 吧 哈 哦 嗯 啦 哎 呗 也 都 就 还 再 又 才 只 很 太 挺
最 更 比较 是 不是 是不是 是否 有 没有 有没有 没 不 别 非 会 会不会 能 能不能 能否 可 可以
可不可以 行 行不行 要 要不要 我要 我想 想 想要 想问 需要 用不用 打算 准备 愿意 支持 算 看 看看
弄 搞 让 帮 给 把 被 叫 在 到 去 来 从 往 对 向 为 跟 和 与 或 或者 还是 而且 如果 要是 假如 那
那么 这 所以 因为 但是 不过 一下 一起 一般 平时 通常 大概 大约 左右 现在 目前 今天 已经 刚 刚才
刚刚 马上 等 里 里面 里头 家 个 张 件 条 双 份 套 次 换个 一个 这个 那个 这种 那种 这款 那款
这件 那件 这些 那些 这样 那样 这里 这儿 那里 那儿 这边 那边 商品 产品 东西 好 好的 比如 例如
其他 另外 还有 对了 上 下 成 多 些 为什么 怎么回事 怎么了 真的 算了 叫什么 几点了 什么 啥
"""
GLUE = frozenset(_GLUE.split())
_ASPECT = """
多少 多少钱 几钱 钱 价格 价钱 价 贵 便宜 费 费用 收费 要钱 花钱 加钱 免费 运费 邮费 快递费
手续费 利息 多久 多长时间 多长 几天 几年 几个 几个月 几小时 小时 天 年 月 日 什么时候 时候 何时
时间 时长 期限 几点 有效期 有效 过期 到期 失效 清零 怎么 怎么样 怎样 如何 咋 怎么弄 怎么办
怎么走 流程 步骤 方法 方式 申请 操作 办 办理 提交 哪 哪里 哪儿 哪家 哪个 哪些 地址 位置 谁 出 付
承担 掏 领 领取 用 使用 买 购买 做 收 收到 拿 拿到 到账 账 到手 给 送 寄 发 退回去 寄回去 材质
面料 料子 材料 成分 填充 尺码 码数 码 大小 尺寸 偏大 偏小 选 挑 颜色 重 多重 重量 多大 容量 款式
厚 薄 长 短 高 宽 洗 机洗 水洗 手洗 干洗 清洗 洗衣机 保养 打理 好处 权益 优点 条件 要求 规则
标准 种类 类型 区别 质量 开门 关门 营业 上班 下班 联系 电话 查 查询 取消 改 几 退 换 修 加
"""
ASPECT = frozenset(_ASPECT.split())
# Of _MATTERS, those that are goods of a shop, so that they can be the subject of a question.
GOODS = frozenset({"积分", "优惠券", "礼品卡", "会员卡", "运费险", "晒单", "抽奖"})
COSTS = frozenset({"运费", "邮费", "快递费", "手续费"})
# Verbs that customers ask about as if they were things.
_MATTERS = """
发货 收货 付款 支付 下单 退货 换货 退换 退款 退货退款 开票 发票 签收 拒收 验货 补发 补货 自提
取件 寄回 维修 保修 报修 送修 质保 定制 刻字 绣字 包邮 打折 优惠 预售 预订 预约 报名 分期 批发
加盟 订阅 回收 注销 充值 加急 保价 价保 快递 物流 送礼 配送 安装 代购 抽奖 积分 晒单 优惠券
运费险 礼品卡 会员卡 退换货
"""
MATTERS = frozenset(_MATTERS.split())
VERBAL = re.compile(r"v$|v[^n]|[ad]")  # tags of verbs, adjectives and adverbs; 活动 is vn
AMOUNT = re.compile(r"[mq]")  # 一斤, 500 毫升
EITHER = re.compile(r"(.)[不没]\1")  # 贵不贵
ASPECT_ENDING = re.compile(
    r".{1,3}(?:期|费|价|量|地|时间|地址|方式|流程|号码|多少|多久)"
)  # 保质期, 产地
MODAL = frozenset(
    "能会要想可用"
)  # modal verbs: cut from the word that follows, unless the dictionary has the two as one word
# Cut out before segmentation, since the dictionary reads 退货运费 as 退|货运费.
KNOWN_WORDS = re.compile(f"({'|'.join(sorted(MATTERS | COSTS, key=len, reverse=True))})")
WORD = re.compile(r"\w")
_NOUN = re.compile("n|vn|eng")  # tags of nouns, verbal nouns and Latin names


@dataclass(frozen=True, slots=True)
class SegmentedText:
    """A text's words in order, each with its role."""

    parts: Sequence[tuple[str, Part]]

    def of(self, part: Part) -> list[str]:
        """The words of one role, in order."""
        return [word for word, each in self.parts if each == part]


def segment(text: str) -> SegmentedText:
    """The words of a text with their roles, without punctuation."""
    word_parts = [
        (word, _part_of_word(word, tag))
        for piece in KNOWN_WORDS.split(text)
        for word, tag in _tag_words(piece)
        if WORD.search(word)
    ]
    return SegmentedText(word_parts)


def find_nouns(text: str) -> list[str]:
    """The topics of a text that are nouns of two characters or more, in order."""
    words = [word for word in segment(text).of("topic") if len(word) > 1]
    return [word for word in words if all(_NOUN.match(tag) for _, tag in rjieba.tag(word))]


def _tag_words(piece: str) -> list[tuple[str, str]]:
    if KNOWN_WORDS.fullmatch(piece):
        return [(piece, "n")]
    word_tags: list[tuple[str, str]] = []
    for word, tag in rjieba.tag(piece):
        guessed = rjieba.tag(word, False) if word[0] in MODAL and len(word) > 1 else []
        word_tags += guessed if len(guessed) > 1 else [(word, tag)]  # 能|机, no word of its own
    return word_tags


def _part_of_word(word: str, tag: str) -> Part:
    if word in GLUE:
        return "glue"
    if word in ASPECT or EITHER.fullmatch(word) or ASPECT_ENDING.fullmatch(word):
        return "aspect"
    if word in MATTERS:
        return "topic"
    if AMOUNT.match(tag):
        return "amount"
    return "doing" if VERBAL.match(tag) else "topic"
