"""A kind sentence where no advice is given."""

import pytest

from app.dialogue.fallbacks import sympathy
from app.dialogue.fallbacks.sympathy import Occasion


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("和老婆吵架了送什么花好", "making_up"), ("怎么哄女朋友开心", "making_up"),
        ("女朋友生气了怎么办", "making_up"), ("惹老婆不高兴了咋办", "making_up"),
        ("给客户道歉怎么写", "making_up"), ("和老婆吵架了幫我寫張卡片", "making_up"),
        ("老公惹我生气了怎么办", "upset"), ("爸妈天天吵架怎么办", "upset"),
        ("分手了好难过", "upset"), ("朋友父亲去世送什么合适", "mourning"),
        ("清明扫墓带什么花", "mourning"), ("看望住院的同事带点啥", "illness"),
        ("牙疼怎么办", "body"), ("总失眠，睡前读什么书好", "body"),
        ("我家猫不吃东西怎么办", "pet"), ("孩子不爱看书怎么办", "child"),
        ("想培养孩子读书的习惯从哪开始", "child"), ("朋友结婚包多少红包", "joy"),
        ("第一次见女朋友的爸妈带束什么花比较得体", "visit"), ("送老师什么礼物好", "gift"),
        ("妈妈过生日送啥好", "gift"), ("新手养多肉要注意什么", "beginner"),
    ],
)  # fmt: skip
def test_what_a_message_tells_of_its_writer_is_taken_up(text: str, occasion: Occasion) -> None:
    assert sympathy.find_occasion(text) == occasion


@pytest.mark.parametrize(
    "text",
    [
        "拔牙疼吗", "打耳洞疼不疼", "怕疼能做吗", "会不会过敏", "你们买一箱送什么",
        "为什么天是蓝的", "你们给我道歉", "几点送货", "你们结婚套餐多少钱", "离婚证怎么办",
        "送孩子去学什么好", "毕业证丢了怎么补", "推荐一本书", "",
    ],
)  # fmt: skip
def test_what_tells_nothing_of_its_writer_gets_no_such_sentence(text: str) -> None:
    assert sympathy.find_occasion(text) is None
