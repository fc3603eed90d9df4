"""Phrases for unanswered messages, apart so that api processes need no model code."""

from app.messages.phrases import COMMON, Phrase

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
        "{name}我还不清楚。",
        "{name}我这边暂时没有资料。",
        "{name}我暂时答不上来。",
        "{name}我这边没有查到。",
        "{name}我还不了解。",
        "{name}我手头还没有资料。",
    ),
    (*COMMON, "name"),
)
UNSURE_AGAIN = Phrase(
    "dialogue.unsure_again",
    "知道在问什么，而没有查到；上一个问题也没有查到",
    (
        "{name}我也不清楚。",
        "{name}我这边也没有资料。",
        "{name}我也答不上来。",
        "{name}我这边也没有查到。",
        "{name}我也不了解。",
    ),
    (*COMMON, "name"),
)
UNABLE = Phrase(
    "dialogue.unable",
    "对方要办一件助手办不了的事",
    (
        "这件事我这边办不了。",
        "这个我没法替您办。",
        "这件事我自己还做不了。",
        "这个要由同事来办，我办不了。",
        "这件事我做不了主。",
    ),
)
REPORT_NOTED = Phrase(
    "dialogue.heard",
    "对方说了一件事，没有提问",
    (
        "您说的我看到了，怎么处理我还不清楚。",
        "您说的情况我知道了，只是我自己答不上来。",
        "我看到了，不过这件事我还不清楚。",
        "您说的我明白，只是我这边没有相关的资料。",
        "您说的我看到了，这方面我还不了解。",
    ),
)
ADVICE = Phrase(
    "dialogue.advice",
    "求推荐、求建议，而没有资料",
    (
        "选哪样更合适，我还说不好。",
        "这个要看具体情况，我这边没有资料。",
        "怎么选更好，我还不清楚。",
        "具体推荐哪样，我暂时答不上来。",
        "哪样更适合，我手头没有资料。",
    ),
)
WORDING = Phrase(
    "dialogue.wording",
    "求怎么写贺卡、道歉的话，而写不了",
    ("怎么写更好，我还帮不上。", "写几句话的事，我现在还帮不上。"),
)
# Each of these is followed by how to ask a person.
ASK_PERSON = Phrase(
    "dialogue.ask_person",
    "没有答上时，建议转人工",
    (
        "回复「人工」，同事来答您。",
        "回复「人工」，请同事告诉您。",
        "需要的话，回复「人工」，同事来答您。",
        "您回复「人工」，我请同事来答您。",
        "回复「人工」，同事看到就回您。",
        "回复「人工」，请熟悉的同事跟您说。",
    ),
)
ASK_FOR_HELP = Phrase(
    "dialogue.ask_for_help",
    "有件事助手办不了时，建议转人工",
    (
        "回复「人工」，同事帮您办。",
        "回复「人工」，我请同事来办。",
        "您回复「人工」，同事看到就帮您处理。",
    ),
)
ASK_FOR_ADVICE = Phrase(
    "dialogue.ask_for_advice",
    "没有给出建议时，建议转人工",
    (
        "回复「人工」，请同事帮您出主意。",
        "回复「人工」，同事来帮您参谋。",
        "想听听同事的建议，回复「人工」就行。",
    ),
)
ASK_PERSON_LATER = Phrase(
    "dialogue.ask_person_later",
    "没有答上时，人工不在线",
    (
        "同事现在不在，您先回复「人工」留言，{next} 上班后答复您。",
        "这会儿同事下班了，先回复「人工」留个言，{next} 上班后回您。",
        "可以先回复「人工」留言，同事{next} 上班后答复您。",
    ),
    (*COMMON, "next"),
)
