"""Names the notices that the law asks for and a text lacks."""

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.notices import list_missing_notices, load_notices
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import Industry

RULEBOOK = build_shipped_rulebook()


@pytest.mark.parametrize(
    ("text", "industry", "ids"),
    [
        ("安心一号理财，180 天，1 万元起购", "finance", ["finance.risk"]),
        ("安心一号理财，1 万元起购。理财非存款，产品有风险", "finance", []),
        ("网点周六照常营业", "finance", []),
        ("闲钱放我们这儿，年化8%起，稳赚不赔", "finance", ["finance.risk"]),
        ("闲钱存我们这里，一年八个点", "finance", ["finance.risk"]),
        ("钱交给我们打理，到期本息一起拿", "finance", ["finance.risk"]),
        ("怎么看懂一只基金的费率？我们写了一篇长文", "finance", []),
        ("周六讲座：什么是基金定投", "finance", []),
        ("如何理财？安心一号理财，1 万元起购", "finance", ["finance.risk"]),
        ("把钱存进银行卡，记得带身份证", "finance", []),
        ("凡是跟您说稳赚不赔的，请提高警惕。", "finance", []),
        ("产品有亏损可能，投资者自担风险。", "finance", []),
        ("买基金能保证赚钱吗？不能，净值有涨有跌。", "finance", []),
        ("基金销售手机App首发版12月5日上线。", "finance", []),
        ("不要借钱买基金，基金有风险。", "finance", []),
        ("如果有人向你承诺高收益，请立刻挂断电话。", "finance", []),
        ("监管部门提醒：高收益一定伴随高风险。", "finance", []),
        ("凡是号称稳赚不赔的群聊，都请先打110核实。", "finance", []),
        ("为什么没有“保本”的理财？因为新规打破了刚性兑付。", "finance", []),
        ("我们追求稳健，但不承诺任何收益，也不保证本金不受损失。", "finance", []),
        ("警惕骗局，买理财请选我们的产品，欢迎认购。", "finance", ["finance.risk"]),
        ("装修贷款，三天出结果", "finance", ["finance.loan_rate"]),
        ("装修贷款，年化利率（单利）5.8% 起", "finance", []),
        ("加盟我们，投资两万，毛利六成", "food", ["finance.franchise_risk"]),
        ("鱼油软胶囊，每日两粒", "health", ["health.food"]),
        ("鱼油软胶囊，本品不能代替药物", "health", []),
        ("鱼油软胶囊", "food", []),
        ("保健食品新品上架，每盒98元", "food", ["food.health_food"]),
        ("保健食品新品上架，每盒98元。本品不能代替药物", "food", []),
        ("保健食品不能治病，别信推销", "food", []),
        ("我们卖的是普通食品，不是保健食品，每盒98元", "food", []),
        ("5分钟看懂首付怎么算", "realestate", []),
        ("看懂首付怎么算，新盘欢迎到访", "realestate", ["realestate.permit"]),
        ("降压茶，喝了不用吃药", "health", ["health.food"]),
        ("养肝护肝茶，每天一杯", "health", ["health.food"]),
        ("控糖饼干上新", "health", ["health.food"]),
        ("降压药照常服用，周六义诊", "health", []),
        ("家用血压计上新", "health", ["health.device"]),
        ("种植牙周末也能约", "health", ["health.medical_permit"]),
        ("种植牙周末也能约（沪）医广【2026】第 1 号", "health", []),
        ("布洛芬缓释胶囊 国药准字H20260001，0.3 克×20 粒", "health", ["health.otc"]),
        ("口腔洁牙 198 元，3 名执业口腔医师", "health", ["health.medical_permit"]),
        ("洗牙、补牙、拔牙，周六照常", "health", ["health.medical_permit"]),
        ("拔牙后多久能吃饭？", "health", []),
        ("宠物洗牙 198 元", "health", []),
        ("拔智齿 500 元起", "health", ["health.medical_permit"]),
        ("矫正特惠 9800，赠送面诊", "health", ["health.medical_permit"]),
        ("烤瓷牙 1200 一颗", "health", ["health.medical_permit"]),
        ("体检中心入职套餐，含 CT 500 元", "health", ["health.medical_permit"]),
        ("全口种植 29800，分期付款", "health", ["health.medical_permit"]),
        ("种植牙有风险，不是每个人都适合，请先拍片由医生评估", "health", []),
        ("洗牙会把牙洗坏吗？不会，牙结石去掉后缝隙会显出来", "health", []),
        ("矫正期间注意清洁牙套，少吃黏的东西", "health", []),
        ("胃镜前八小时请禁食", "health", []),
        ("含氟牙膏 29 元一支，适合六岁以上", "health", []),
        ("城东新盘，本周六开盘", "realestate", ["realestate.permit"]),
        ("二手房，首付 30 万", "realestate", []),
    ],
)
def test_a_missing_notice_is_named(text: str, industry: Industry, ids: list[str]) -> None:
    missing = list_missing_notices(text, industry)

    assert [notice.id for notice in missing] == ids


def test_what_a_text_is_about_may_need_the_notice() -> None:
    missing = list_missing_notices("180 天，1 万元起购", "finance", "安心一号理财")

    assert [notice.id for notice in missing] == ["finance.risk"]


def test_each_wording_states_its_notice_and_passes_the_check() -> None:
    wordings = [
        (notice, industry, wording)
        for notice in load_notices()
        for industry in notice.industries
        for wording in notice.wording.values()
    ]

    unstated = [
        wording
        for notice, industry, wording in wordings
        if notice in list_missing_notices(wording, industry, "投资 理财 鱼油 血压计 otc 加盟 利润")
    ]
    unlawful = [each for _, industry, each in wordings if check(each, industry, RULEBOOK)]

    assert (unstated, unlawful) == ([], [])
