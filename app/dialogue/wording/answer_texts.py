"""Phrases around answers: what isn't known, prices, and choices between possible questions."""

from app.messages.phrases import COMMON, Phrase

OFFER_PERSON = Phrase(
    "dialogue.offer_person",
    "连续没答上，而账号没有人工",
    ("这个问题我还不清楚，请以{brand}公布的信息为准。",),
)
NO_PERSON = Phrase(
    "dialogue.no_person",
    "对方说不要转人工",
    ("好的，不转人工，由我来回答。您想问什么，直接说就行。",),
)
NO_PERSON_UNKNOWN = Phrase(
    "dialogue.no_person_unknown",
    "对方不要转人工，而问题没有查到",
    ("好的，不转人工。关于{name}，我这边暂时没有查到，您换个说法我再找找。",),
    (*COMMON, "name"),
)
ITEMS = Phrase(
    "dialogue.items",
    "求推荐，而账号录入了内容",
    ("为您挑了这些，看看有没有喜欢的：\n{items}",),
    (*COMMON, "items"),
    ("items",),
)
ITEMS_REFUSED = Phrase(
    "dialogue.items_refused",
    "对方不要推荐",
    (
        "好的，不再给您推荐了。以后想看，说一声「有什么推荐」就行。",
        "明白，不推荐了。哪天想看看，再跟我说「有什么推荐」。",
    ),
)
DISAPPROVED = Phrase(
    "dialogue.disapproved",
    "对方说不推荐这家店",
    ("让您失望了，对不起。您的意见我记下了。", "没让您满意，很抱歉。您说的我记下了。"),
)
NO_SUCH_ITEM = Phrase(
    "dialogue.no_such_item",
    "求推荐一样东西，而账号的内容里没有",
    (
        "您要的我这边没有找到，暂时没有合适的可以推荐。",
        "我找了一下，{brand}这边暂时没有您要的。",
    ),
)
NO_MORE_ITEMS = Phrase(
    "dialogue.no_more_items",
    "要换一批，而没有别的了",
    ("合适的都给您看过了，暂时没有别的。", "能推荐的就是刚才那些，暂时没有更多了。"),
)
NO_CHEAPER_ITEM = Phrase(
    "dialogue.no_cheaper_item",
    "刚推荐完，对方嫌贵，而没有更便宜的",
    (
        "暂时没有更便宜的了，价格最低的是这一款：\n{items}",
        "更便宜的暂时没有，价格最低的是：\n{items}",
    ),
    (*COMMON, "items"),
    ("items",),
)
NO_ITEM_AT_PRICE = Phrase(
    "dialogue.no_item_at_price",
    "说了预算，而没有这个价位的",
    (
        "这个价位的暂时没有，价格最接近的是：\n{items}",
        "没有找到这个价位的，最接近的是这一款：\n{items}",
    ),
    (*COMMON, "items"),
    ("items",),
)
ITEMS_DECLINED = Phrase(
    "dialogue.items_declined",
    "刚推荐完，对方说算了、不要了",
    (
        "好的，没关系。什么时候想看，随时跟我说。",
        "没关系，不着急。想看别的，说一声「换一批」就行。",
    ),
)
NOT_SURE = Phrase(
    "dialogue.not_sure",
    "资料里没有确切的说法",
    (
        "这个我还不清楚，回复「人工」，请{brand}的同事告诉您。",
        "这个我这边暂时没有资料，回复「人工」，同事来答您。",
        "这一点我还不了解，回复「人工」，请同事来答您。",
        "这个我暂时答不上来，回复「人工」，同事看到就回您。",
        "这一点我这边没有查到，需要的话回复「人工」。",
    ),
)
PRICES = Phrase(
    "dialogue.prices",
    "问一类商品的价格，而资料里是一样一样的",
    ("{prices}。\n还想问哪一种，直接说名字就行。",),
    (*COMMON, "prices"),
    ("prices",),
)
UNKNOWN = Phrase(
    "dialogue.unknown",
    "几个问题里没有查到的",
    ("{names}我还不清楚。", "{names}我这边暂时没有资料。", "{names}我暂时答不上来。"),
    (*COMMON, "names"),
)
UNKNOWN_OFFER = Phrase(
    "dialogue.unknown_offer",
    "几个问题里没有查到的，建议转人工",
    (
        "{names}我还不清楚，回复「人工」，请同事告诉您。",
        "{names}我这边暂时没有资料，回复「人工」，同事来答您。",
        "{names}我暂时答不上来，回复「人工」，同事看到就回您。",
        "{names}我还不了解，回复「人工」，请同事来答您。",
        "{names}我这边没有查到，需要的话回复「人工」。",
    ),
    (*COMMON, "names"),
)
UNKNOWN_ALL = Phrase(
    "dialogue.unknown_all",
    "几个问题都没有查到",
    ("您问的这几个问题，我这边都没有资料。", "您问的这几个问题，我手头都没有资料。"),
)
UNKNOWN_ALL_OFFER = Phrase(
    "dialogue.unknown_all_offer",
    "几个问题都没有查到，建议转人工",
    (
        "您问的这几个问题，我这边都没有资料。回复「人工」，同事一起答您。",
        "您问的这几个问题，我手头都没有资料。回复「人工」，请同事一起告诉您。",
        "您问的这几个问题我都还不清楚。回复「人工」，让同事一次跟您说清楚。",
    ),
)
UNREAD = Phrase(
    "dialogue.unread",
    "一条消息里问题太多，没有答完",
    ("您问的其他几个问题，请再发一次，我接着看。",),
)
CHOICES_OPENING = Phrase("dialogue.choices_opening", "给出几个可能的问题：开头", ("您是想问：",))
_SUGGESTED = "您问的是「{question}」吗？\n{answer}\n不是的话，换个说法告诉我"
CHOICES_ONE = Phrase(
    "dialogue.choices_one",
    "只有一个可能的问题：连同答案一起给出，请对方判断",
    (_SUGGESTED + "，或回复「人工」。",),
    (*COMMON, "question", "answer"),
)
CHOICES_ONE_ALONE = Phrase(
    "dialogue.choices_one_alone",
    "只有一个可能的问题：连同答案一起给出，而不能转人工",
    (_SUGGESTED + "。",),
    (*COMMON, "question", "answer"),
)
CHOICES_PASSAGE = Phrase(
    "dialogue.choices_passage",
    "只有文档里的一段可能是答案：给出这段，请对方判断",
    ("不知道是不是您要问的：\n{answer}\n不是的话，换个说法告诉我，我再找找。",),
    (*COMMON, "answer"),
)
_TO_READ = "点蓝字看完整回答；都不是的话，换个说法告诉我"
CHOICES_CLOSING = Phrase(
    "dialogue.choices_closing", "给出几个可能的问题：结尾", (_TO_READ + "，或回复「人工」。",)
)
CHOICES_CLOSING_ALONE = Phrase(
    "dialogue.choices_closing_alone",
    "给出几个可能的问题：结尾，而不能转人工",
    (_TO_READ + "。",),
)
CHOICES_NEAR = Phrase(
    "dialogue.choices_near",
    "没有答上，只有一个沾边的问题：放在后面，点了就能看",
    ("相近的有：{near}", "有一条相近的：{near}", "这一条也许用得上：{near}"),
    (*COMMON, "near"),
    ("near",),
)
