"""What is said where nothing answers: declared apart, for api processes that load no model."""

from app.kit.phrases import COMMON, Phrase

ASK_BACK = Phrase(
    "dialogue.ask_back",
    "看不懂的消息，如乱码、单个字",
    (
        "这句话我没看懂，您换个说法再发一次？需要同事帮忙，回复「人工」就行。",
        "我没太看懂您发的内容。想问什么直接说就好，需要同事帮忙请回复「人工」。",
    ),
)
ASK_ABOUT = Phrase(
    "dialogue.ask_about",
    "只发了一个名称，没说想问什么",
    ("关于{name}，您想了解哪方面呢？直接说就行。",),
    (*COMMON, "name"),
)
UNSURE = Phrase(
    "dialogue.unsure",
    "知道在问什么，而没有查到",
    (
        "关于{name}，我手头的资料里没有写，不敢随口答您。",
        "{name}我这边没有查到，怕说错了耽误您。",
    ),
    (*COMMON, "name"),
)
UNABLE = Phrase(
    "dialogue.unable",
    "对方要办一件助手办不了的事",
    ("这件事我这边办不了，怕答应了做不到。", "这个我没法替您办。"),
)
HEARD = Phrase(
    "dialogue.heard",
    "对方说了一件事，没有提问",
    ("您说的我看到了。", "您说的情况我看到了。"),
)
ADVICE = Phrase(
    "dialogue.advice",
    "求推荐、求建议，而没有资料",
    (
        "挑哪样更合适，我手头没有可靠的资料，不敢乱出主意。",
        "这个要看您的情况，我没有把握，怕给您挑错了。",
    ),
)
# After each of these: how a person gets to answer.
ASK_PERSON = Phrase(
    "dialogue.ask_person",
    "没有答上时，建议转人工",
    ("回复「人工」，同事看到后会答复您。", "需要的话回复「人工」，请同事来答复您。"),
)
ASK_PERSON_LATER = Phrase(
    "dialogue.ask_person_later",
    "没有答上时，人工不在线",
    ("现在不在人工服务时间，您可以先回复「人工」留言，同事{next}上班后答复您。",),
    (*COMMON, "next"),
)
