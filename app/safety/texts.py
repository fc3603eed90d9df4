"""Phrases of moderation and rate limit. Written by people: no AI label."""

from app.messages.phrases import Phrase

REFUSED = Phrase(
    "safety.refused",
    "消息里有不便聊的内容",
    ("抱歉，这个话题我不方便聊。商品、订单、物流、售后方面的问题，欢迎随时告诉我。",),
)
SAFE = Phrase(
    "safety.safe",
    "回答里有不便说的内容，改说这一句",
    ("抱歉，这个问题我不便回答。需要的话请回复「人工」，由我们的同事为您处理。",),
)
CARING = Phrase(
    "safety.caring",
    "消息里有需要关怀的词",
    (
        "听到您这么说，我很担心您。您现在的感受很重要，请不要一个人扛着：可以先联系身边信任的家人或朋友，"
        "也可以随时拨打全国心理援助热线 12356，会有专业的人听您说；"
        "如果正处在危险中，请立刻拨打 110 或 120。我也已经请我们的同事来和您聊聊。",
    ),
)
SLOW_DOWN = Phrase(
    "safety.slow_down",
    "发得太快（一分钟内）",
    ("您的消息我都看到了，只是发得有点快，我一时跟不上。请您稍等一会儿再发，我会认真回复的。",),
)
ENOUGH_TODAY = Phrase(
    "safety.enough_today",
    "今天发得太多",
    ("今天我们已经聊了很多，我需要休息一下。急事请联系我们的人工客服，其他问题请您明天再来找我。",),
)
