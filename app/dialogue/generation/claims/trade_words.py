"""Word lists that tell whether a clause is about the brand, about trade, or general.

Closed lists of everyday Chinese and English, as alternatives of patterns, separated by blanks;
\\s is a blank within an alternative.
"""

import regex


def _join_alternatives(words: str) -> str:
    return "|".join(words.split())


def _compile_words(han: str, english: str = "") -> regex.Pattern[str]:
    """A pattern of both lists: Chinese anywhere in a text, English as whole words only."""
    parts = [_join_alternatives(han)] if han else []
    parts += [rf"\b(?:{_join_alternatives(english)})\b"] if english else []
    return regex.compile("|".join(parts))


NAMES_BRAND = _compile_words(
    """
    我们 咱们 咱家 本店 小店 我店 店[里内铺] 我家 自家 本公司 我司 本品 这[款件种批瓶盒套双条支]
    该款 此款
    官[网方] 旗舰店
    """,
    r"we our ours us the\s(?:shop|store|brand) this\s(?:product|item|tea|dress)",
)
# In a question: it asks what only the brand knows.
ASKS_BRAND = _compile_words(
    """
    你们 你家 您家 贵[店司公] 你店 店里 这[款件种个批瓶盒套双条支家] 那款 官[网方]
    有(?!什么|啥|没|时|点|关|人|必要|区别|用|效|办法|道理|意思)[^，。]{1,8}[吗嘛么]
    有没有(?!什么|啥|人|必要|区别|用|效|办法|方法|好处|技巧|关系|道理|可能|推荐)
    买[^，。]{1,8}送(?:什么|啥)
    (?:可以|能|可不可以|能不能|给不给|让不让)(?:自己)?(?:带|来|进|参加|约|订|寄|办|刷|加|住|代|试|送)
    """,
    "you your yours this",
)
# What a shop has and does.
TRADE = _compile_words(
    r"""
    发货 到货 到账 补货 有货 现货 库存 库里 在售 售罄 缺货 断货 上新 新品 预售 下单 付款 支付 花呗
    分期 刷卡
    包邮 邮费 运费 快递 顺丰 配送 送货 送达 外卖 自提 退货 换货 退换 退款 售后 保修 质保 维修 发票
    优惠 活动 折 会员 积分 储值 充值 年卡 次卡 价格 价钱 块钱 元 定金 押金 预付 赠 爆款 热卖
    礼盒 包装
    门店 分店 实体店 专柜 店铺 两家店 各店 地址 停车 地铁 营业 开门 关门 打烊 放假 工作日
    \d\s*(?:号|楼|层) 地下室 柜台 前台 仓库 小程序 公众号 客服 同事 wifi 宠物 宝宝椅 充电 儿童区
    吸烟

    (?<![书花茶饭商酒药网小老旅售利卖锁体啡门])店(?=在|有|没|每|周|营|支|可|能|都|开|停|离|\d|一|二|三)
    预约 预订 订位 订座 包间 包厢 排队 报名 名额 满员 试听 体验课 开课 开班 套餐 校区 教室 师资 坐诊
    \p{Han}班(?=每|收|有|最多|一期) 加盟 代理 批发 定制 刻字 招聘 招人 兼职
    开业 新店 有店 \p{Han}{2,4}店(?=上|下|刚|已|正|开)
    产自 产地 原产 采用 选用 材质 面料 成分 配料 配方 工艺 添加 防腐 香精 色素 进口 手工 认证 检测
    专利
    掉色 褪色 缩水 起球 机洗 尺码 码数 颜色 配有 配备 设有 自带 内置
    """,
    r"""
    (?:ship|deliver|courier|stock|refund|return|exchange|warranty|price|discount|coupon|member
    |store|branch|shop|parking|open|close|hours|booking|reserv|size|colou?r|material|ingredient
    |pay|card|pet|check-?\s?in|check-?\s?out|breakfast)(?:s|es|p?ing|p?ed|able|ation|ations)?
    sold\sout made\s(?:in|of|from) machine[-\s]wash wechat alipay wi-?fi
    free\s(?:for|of|with|parking|breakfast)
    """.replace("\n    |", "|"),
)
# A clause that begins so agrees to the question, or denies it.
_AGREES = r"""
是的?(?!一|否) 对的?$ 对呀 有[的哦呢呀] 可以(?:[的哦呀呢哈]|$) 能[的哦] 会的 行的 没问题 当然 支持
开的 在的
不(?:可以|能|行|支持|会的?|是的?|用)(?:[的哦呢呀]|$) 没有(?:[的哦呢呀]|$) 都(?:可以|行|有|能|支持)
(?:yes|yep|sure|of\scourse|absolutely|certainly|no\sproblem|no)\b
"""
AGREES = regex.compile(rf"^(?:嗯+|哦|好的|亲|[您你]好|放心)?(?:{_join_alternatives(_AGREES)})")
# 可以刷卡 says what the brand does, 可以先试试 is advice.
_CAN = """
可以 能够? 支持 提供 有(?!时|些|点|助|人|可能|利|的人) 没有 不支持 不提供 不可以 不能
"""
_ADVICE = "[先试看按选从让来去约泡用加搭放和跟找听多换把在]|尝试|考虑|根据|给自己"
CAN = regex.compile(rf"^[也都还就]?(?:{_join_alternatives(_CAN)})(?!{_ADVICE})")
IN_GENERAL = _compile_words(
    """
    一般 通常 普遍 多数 大多 常见 往往 传统上 建议 不妨 可以先 试试 尽量 最好 记得 注意 避免
    比较适合
    """,
    r"generally usually typically in\sgeneral try",
)
# Words of approximation: numbers of advice are never exact.
ROUGHLY = _compile_words(
    "左右 大约 大概 约 上下 差不多 适当 少量 可以用 先用 再用",
    r"about around roughly at\sleast a\sday start\swith",
)
# An unconditional promise: more than a passage with conditions says.
ALWAYS = _compile_words(
    "不管 无论 不论 一律 统统 任何(?:人|时候|情况|商品|订单|地[方区]) 所有(?!权)",
    r"(?:all|any|every|always)",
)
# The Chinese equivalents in passages.
IN_CHINESE = {"every": "每", "always": "一直", "all": "全部", "any": "任何"}
# Politeness, questions and offers of a person, which claim nothing about the brand.
POLITE = _compile_words(
    r"""
    ^我(?:是|叫) 智能(?:助手|客服) 抱歉 对不起 不好意思 谢谢 感谢 [您你]好 欢迎 很高兴 开心 祝 辛苦
    理解您 别着急
    不客气 放心 随时(?:告诉|问|找|联系|来) 告诉我 发给我 说说 说一下 想了解 想知道 想问
    请(?:您)?(?:再)?(?:告诉|提供|补充|描述|说|问|留意|咨询|联系|回复|查看|稍等|放心|以)
    帮您(?:看看|参考|解答|推荐|挑|选|想|找找|理) 为您(?:解答|介绍|推荐|服务|参考|说明)
    由[^，。]{0,8}同事
    (?:联系|找|请|转)(?:我们的?)?(?:同事|人工|客服) 回复.?人工
    同事[^，。]{0,6}(?:核实|确认|帮您|为您|处理|回复|解答)
    """,
    r"""
    sorry thanks? thank\syou welcome please happy\sto glad let\sme\sknow feel\sfree would\syou
    could\syou hope enjoy
    """,
)
DECLINES = _compile_words(
    """
    (?:没有?|未|暂未|尚未)能?(?:查到|找到|提到|提及|说明|写明|收录|看到|相关|确切|具体|准确|这方面)
    查不到 找不到 看不到 答不[上了好] 帮不上 没有(?:资料|信息|依据) 资料里?没 超出[^，。]{0,8}范围
    不(?:太|是很)?(?:清楚|确定|了解|知道) 无法(?:确认|确定|回答|提供|查|答|给出|准确|判断|保证|看到)
    不[敢能便](?:随口|乱|保证|确认|确定|随意|贸然|方便评|评价|评论|比较)
    不(?:方便|好|便)(?:评|比较|透露|多说)
    """,
    r"""
    couldn't could\snot can't cannot unable\sto don't\shave do\snot\shave not\ssure no\sinformation
    didn't\sfind did\snot\sfind wasn't\sable
    """,
)
QUESTION = regex.compile(
    r"[?？]\s*$|[吗呢么][?？。~！]?\s*$"
    rf"|^(?:{_join_alternatives('what which how when where could may would do are is')})\b"
)

_NOTHING_SAID = """
可以 能够 需要 这个 那个 一下 我们 咱们 您的 你的 的话 如果 或者 以及 并且 因为 所以 但是 不过 其实
然后 目前
现在 今天 请问 亲亲 非常 比较 一些 什么 怎么 哪些 这样 那样 这里 那里 问题 情况 方面 时候 具体 相关
直接 随时
进行 提供 支持 享受 帮助 了解 知道 觉得 选择 喜欢 使用 购买 商品 产品 东西 店里 店内 本店 小店 我家
这款 回复
人工 同事 客服 联系 为您 帮您 给您 一般 通常 建议 注意 记得 即可 就行 就是 都是 还是 还有 另外 而且
也是 不用
不会 不能 没有 可能 应该 大概 左右 一起 一样 很多 更多 以内 之内 以下 以上 之前 之后 内 后 前 起 日
号 希望
欢迎 感谢 谢谢 抱歉 您好 你好 放心 不客气 辛苦 理解 查到 暂时 资料 信息
其他 其它 其余 日子 平时 带进去 进去 出来 进来 过来 回来 起来 下来 上去 出去 过去
the and for you your our are was will with this that have has from can not but also only just
"""
NOTHING_SAID = frozenset(_NOTHING_SAID.split())

_OPPOSITES = "大小 热冷 男女 前后 上下 内外 高低 新旧 早晚 左右 长短 厚薄"
OPPOSITES = [(pair[at], pair[1 - at]) for pair in _OPPOSITES.split() for at in (0, 1)]

# English words of shops with their Chinese equivalents in passages.
_ENGLISH = """
open=营业|开门 clos=关门|打烊 close=关门|打烊 hour=营业|小时|时间 store=店|存 shop=店
branch=分店|门店 address=地址
located=位于|地址|在 park=停车 parking=停车 ship=发货|寄|配送 shipp=发货|寄|配送
shipping=运费|发货|邮
deliver=配送|送|寄 delivery=配送|送|快递|运费 free=免|包邮 return=退 refund=退 exchang=换
exchange=换
order=订单|下单|满 pay=付 payment=付 card=卡 cash=现金 wechat=微信 alipay=支付宝 price=价|元
discount=折|优惠
member=会员 size=码|尺 colour=色 color=色 wash=洗 machine=机 hand=手 cold=冷 water=水 dry=晾|干|烘
iron=烫|熨
cotton=棉 wool=羊毛 silk=真丝|丝 linen=麻 leather=皮 tea=茶 green=绿 black=红茶|黑 coffee=咖啡
milk=奶 sugar=糖
cake=蛋糕 nut=坚果 room=房 breakfast=早餐 check=入住|退房 book=预约|预订|订 booking=预约|预订
reservation=预约|预订 seat=位|座 table=桌 day=天|日 weekend=周末 weekday=工作日|周一 holiday=节|假
invoice=发票
warranty=保修|质保 repair=修 year=年 month=月 week=周 within=内 before=前 after=后 pet=宠物
dog=狗|犬
child=儿童|孩 children=儿童|孩 gift=礼 box=盒 packag=包装 made=产|制 origin=产地 keep=存|放
fridge=冰箱|冷藏
cool=阴凉 sealed=密封 shelf=保质 life=保质 course=课 class=课 trial=试听|体验 teacher=老师
online=线上 metro=地铁
station=站 exit=出口 floor=楼|层
"""
ENGLISH: dict[str, tuple[str, ...]] = {
    english: tuple(chinese.split("|"))
    for english, chinese in (pair.split("=") for pair in _ENGLISH.split())
}
