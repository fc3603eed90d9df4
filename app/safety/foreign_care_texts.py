"""The replies to lives in danger in Japanese and Korean. Written by people: no AI label.

The same advice and telephone numbers as app/safety/care_texts.py; the numbers are those of China.
"""

from collections.abc import Mapping
from typing import Literal

import regex

from app.inference.ports import CareKind
from app.messages.phrases import Phrase
from app.safety.care import TITLES

CareLanguage = Literal["ja", "ko"]
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HANGUL = regex.compile(r"\p{Hangul}")
_HAN = regex.compile(r"\p{Han}")
_HAN_PER_KANA = 4  # more Han than that: a Chinese sentence that names 優の良品
_TITLES: Mapping[CareLanguage, str] = {"ja": "（日文）", "ko": "（韩文）"}
_JAPANESE: Mapping[CareKind, str] = {
    "suicide": (
        "話してくださって、ありがとうございます。とてもつらい状況だと思います。"
        "今は何も決めず、信頼できる人にそばに来てもらってください。"
        "中国の心のホットラインは 12356 です。危険が迫っているとき、薬を飲んだり"
        "けがをしたりしたときは、その場を離れて、すぐに 120 か 110 に電話してください。"
    ),
    "self_harm": (
        "打ち明けてくださって、ありがとうございます。血が出ているときは清潔な布で押さえ、"
        "止まらない、傷が深い、薬を飲みすぎたときは、すぐに 120 に電話してください。"
        "刃物や薬は手の届かない所へ。中国の心のホットラインは 12356 です。"
    ),
    "violence": (
        "あなたは悪くありません。まず安全な場所へ移ってください。今危険なら 110 に電話を。"
        "話せないときは 12110（後ろに市外局番の下三桁）にショートメッセージを送れます。"
        "けがは 120 へ。写真や診断書は残しておいてください。"
        "女性の相談は 12338、未成年の方は 12355 です。"
    ),
    "drowning": (
        "すぐに 110 と 120 に電話し、大声で助けを呼んでください。水には入らず、"
        "浮くものを投げるか、伏せて棒やロープを差し出してください。引き上げて息がなければ、"
        "すぐに人工呼吸と胸骨圧迫を始め、救急隊が来るまで続けてください。"
    ),
    "collapse": (
        "すぐに 120 に電話し、切らずに指示を聞いてください。反応も普段どおりの息もなければ、"
        "固い床に寝かせ、胸の真ん中を 1 分間に 100〜120 回、5〜6 センチ強く押し続けてください。"
        "AED を誰かに取りに行ってもらってください。"
    ),
    "fire": (
        "まず外へ逃げ、安全な所から 119 に電話してください。戻らず、エレベーターは使わず、"
        "ぬれた布で口と鼻を覆い、低い姿勢で。出られないときはドアを閉めてすき間をふさぎ、"
        "窓から助けを求めてください。けが人がいれば 120 へ。"
    ),
    "traffic_accident": (
        "122 に通報し、けが人がいればすぐに 120 に電話してください。ハザードをつけ、"
        "道路の外へ避難し、後ろに三角表示板を置いてください。けが人はむやみに動かさず、"
        "出血は清潔な布で強く押さえてください。"
    ),
}
_KOREAN: Mapping[CareKind, str] = {
    "suicide": (
        "말씀해 주셔서 감사합니다. 지금 많이 힘드실 것 같습니다. 지금은 아무것도 결정하지 마시고,"
        " 믿을 수 있는 사람에게 곁에 있어 달라고 하세요. 중국의 심리 상담 전화는 12356입니다."
        " 위험한 상황이거나 약을 먹었거나 다쳤다면 그 자리를 벗어나 바로 120이나 110에 전화하세요."
    ),
    "self_harm": (
        "말씀해 주셔서 감사합니다. 피가 나면 깨끗한 천으로 누르고, 멈추지 않거나 상처가 깊거나"
        " 약을 많이 먹었다면 바로 120에 전화하세요. 칼과 약은 손이 닿지 않는 곳에 두세요."
        " 중국의 심리 상담 전화는 12356입니다."
    ),
    "violence": (
        "당신의 잘못이 아닙니다. 먼저 안전한 곳으로 가세요. 지금 위험하면 110에 전화하고,"
        " 말하기 어려우면 12110(뒤에 지역 번호 끝 세 자리)으로 문자를 보내세요. 다쳤다면 120에"
        " 전화하세요. 사진과 진단서는 남겨 두세요. 여성 상담은 12338, 미성년자는 12355입니다."
    ),
    "drowning": (
        "바로 110과 120에 전화하고 큰 소리로 도움을 청하세요. 물에 들어가지 말고 뜨는 물건을"
        " 던지거나, 엎드려서 막대나 밧줄을 내미세요. 건져 낸 뒤 숨을 쉬지 않으면 바로 인공호흡과"
        " 가슴 압박을 시작해 구급대가 올 때까지 계속하세요."
    ),
    "collapse": (
        "바로 120에 전화하고 끊지 말고 안내를 따르세요. 반응이 없고 정상적으로 숨을 쉬지 않으면"
        " 단단한 바닥에 눕히고 가슴 한가운데를 1분에 100~120번, 5~6cm 깊이로 계속 누르세요."
        " 누군가에게 AED를 가져와 달라고 하세요."
    ),
    "fire": (
        "먼저 밖으로 나가 안전한 곳에서 119에 전화하세요. 되돌아가지 말고 엘리베이터는 타지"
        " 마세요. 젖은 천으로 입과 코를 막고 몸을 낮추세요. 나갈 수 없으면 문을 닫고 틈을 막은 뒤"
        " 창문에서 도움을 청하세요. 다친 사람이 있으면 120에 전화하세요."
    ),
    "traffic_accident": (
        "122에 신고하고, 다친 사람이 있으면 바로 120에 전화하세요. 비상등을 켜고 도로 밖으로"
        " 피한 뒤 뒤쪽에 삼각대를 세우세요. 다친 사람을 함부로 옮기지 말고, 피가 나면 깨끗한"
        " 천으로 세게 누르세요."
    ),
}
_TEXTS: Mapping[CareLanguage, Mapping[CareKind, str]] = {"ja": _JAPANESE, "ko": _KOREAN}
TEXTS: Mapping[CareLanguage, Mapping[CareKind, Phrase]] = {
    language: {
        kind: Phrase(f"care.{kind}.{language}", f"关怀：{TITLES[kind]}{_TITLES[language]}", (text,))
        for kind, text in texts.items()
    }
    for language, texts in _TEXTS.items()
}


def detect_care_language(text: str) -> CareLanguage | None:
    """Japanese by its kana, Korean by its letters; None for other languages."""
    if _HANGUL.search(text):
        return "ko"
    kana = len(_KANA.findall(text))
    return "ja" if kana and len(_HAN.findall(text)) <= kana * _HAN_PER_KANA else None
