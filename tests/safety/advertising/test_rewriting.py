"""A text with its suggestions reads as Chinese: whole clauses, nothing said twice."""

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.rewriting import RewrittenText, rewrite
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import AdvertisingFinding, Industry

RULEBOOK = build_shipped_rulebook()


@pytest.mark.parametrize(
    ("text", "industry", "rewritten"),
    [
        (
            "我们家的蜂蜜全城最受欢迎，隔壁几家的蜂蜜都是假的，欢迎来尝。",
            "food",
            "我们家的蜂蜜很受欢迎，我们用心做好自己的产品，欢迎来尝。",
        ),
        ("宝宝吃了增强免疫力，身体不适也能治好。", "food", "日常享用。"),
        (
            "彻底消炎杀菌，敏感肌孕妇也能放心用，7天淡斑！",
            "cosmetics",
            "使用感受因人而异，请按说明使用！",
        ),
        (
            "药妆级抗敏，祛痘，日常清洁祛斑一步到位。",
            "cosmetics",
            "使用感受因人而异。",
        ),
        (
            "精装三房在售，明年学区落地必涨50%。",
            "realestate",
            "精装三房在售，欢迎到现场了解。",
        ),
        (
            "只有我们是真的，本店价格全市最低！欢迎到店看看。",
            "general",
            "我们用心做好自己的产品，价格实惠！欢迎到店看看。",
        ),
        (
            "全城唯一一家手工现打鱼丸，选用顶级鲜鱼，当天现做。",
            "food",
            "手工现打鱼丸，选用鲜鱼，当天现做。",
        ),
        (
            "签约保过，不过退费，名师一对一，周末开课。",
            "education",
            "帮助你按计划学习，名师一对一，周末开课。",
        ),
        (
            "新茶上市，全国最好喝，采用专利技术，每盒1,200元！",
            "food",
            "新茶上市，很好喝，采用自家工艺，每盒1,200元！",
        ),
        (
            "闲钱放我们这儿，年化8%起，稳赚不赔。",
            "finance",
            "闲钱放我们这儿，投资有风险，收益以产品说明为准，决定前请看产品说明。",
        ),
        (
            "用的是国家级面料，坐感无与伦比，永不变形。",
            "general",
            "用料讲究，有自己的特色，不易变形。",
        ),
        ("多点离焦镜片能延缓近视加深。", "general", "多点离焦镜片，欢迎到店了解。"),
        ("清屿的服务质量全市第一。", "general", "值得一试。"),
        ("一口白酒下肚，活血通络赶走寒气", "food", "理性饮酒"),
        (
            "本店镜片是眼科主任推荐的，镜框 198 元。",
            "general",
            "本店镜片，使用感受因人而异，镜框 198 元。",
        ),
        ("别家镜片全是贴牌货，镀膜戴两个月就花。", "general", "我们用心做好自己的产品。"),
        (
            "我们的隐形眼镜零刺激零风险，戴一整天也不会有任何不舒服。",
            "health",
            "我们的隐形眼镜，请按说明使用，效果因人而异。",
        ),
        ("产地狮峰，当天现炒。", "food", "产地狮峰，当天现炒。"),
        ("TOP1级别的蓝牙音箱，周末试听。", "general", "蓝牙音箱，周末试听。"),
        ("全网唯一授权旗舰店，满百包邮。", "general", "授权旗舰店，满百包邮。"),
        ("城东顶级滨水社区，恭迎品鉴。", "realestate", "城东滨水社区，恭迎品鉴。"),
        ("史上最强扫地机器人来了，周末试用。", "general", "扫地机器人来了，周末试用。"),
        ("家用净水器 NO.1，滤芯半年一换。", "general", "家用净水器值得一试，滤芯半年一换。"),
        ("钓友都说这是市面上最好用的路亚轮，没有之一", "general", "钓友都说这是很好用的路亚轮"),
        (
            "点个赞转发到三个群，免费送你一根鱼竿，人人有份",
            "general",
            "欢迎留言告诉我们你的想法",
        ),
        ("我们的鱼线永不断裂，用一辈子都不坏", "general", "我们的鱼线不易断裂，经久耐用"),
        ("国宴专用大米，当季新米，五斤装 39 元", "food", "大米，当季新米，五斤装 39 元"),
        ("种植牙成功率100%，终身不掉", "health", "种植牙，具体方案由医生面诊后确定"),
        ("无痛拔牙，零风险，绝对安全", "health", "拔牙，具体方案由医生面诊后确定"),
        (
            "我院是本市唯一获国际认证的口腔机构，技术领先全球",
            "health",
            "具体方案由医生面诊后确定",
        ),
        ("百分百通过，老师全国最强，周日开班", "education", "学习进度因人而异，老师很强，周日开班"),
        (
            "上届学员小李、小王的家长都说：跟着我们学，一定能进省队。",
            "education",
            "欢迎试听后自己判断，学习进度因人而异。",
        ),
        ("内部名额，认识考官，包拿证。", "education", "帮助你按计划学习，由本机构教师授课。"),
        (
            "国家级宠物美容师亲自操刀，领导人家的狗也找我们洗。",
            "general",
            "宠物美容师亲自操刀，欢迎到店了解。",
        ),
        (
            "孩子不学游泳，将来就是输在起跑线上。",
            "education",
            "学习进度因人而异，可先试听。",
        ),
        (
            "多点离焦镜片能延缓近视加深，家长可以来了解。",
            "general",
            "多点离焦镜片，欢迎到店了解，家长可以来了解。",
        ),
        (
            "别家卖的镜片全是贴牌货，镀膜戴两个月就花，还是我们家的靠谱。",
            "general",
            "我们用心做好自己的产品。",
        ),
        (
            "别家的面包都是冷冻面团，放两天就硬，我们的面包当天现做。",
            "general",
            "我们用心做好自己的产品，我们的面包当天现做。",
        ),
        (
            "全网最柔软的四件套，睡过就回不去了",
            "general",
            "受到不少顾客喜欢",
        ),
        ("这款乳胶枕能治疗颈椎病。", "general", "这款乳胶枕，欢迎到店了解。"),
        ("能治疗颈椎病的乳胶枕，今天到货。", "general", "乳胶枕，欢迎到店了解，今天到货。"),
        (
            "我们的乳胶枕可以缓解失眠，买一送一，活动到12月20日24点。",
            "general",
            "我们的乳胶枕，欢迎到店了解，买一送一，活动到12月20日24点。",
        ),
        (
            "这台净水器全国第一，国家级品质，售价1299元。",
            "general",
            "这台净水器值得一试，用料讲究，售价1299元。",
        ),
        (
            "石墨烯护腰治腰椎间盘突出，原价298元，现价198元。",
            "general",
            "石墨烯护腰，欢迎到店了解，原价298元，现价198元。",
        ),
        (
            "我们的蜂蜜增强免疫力，产自秦岭，500克一瓶。",
            "food",
            "我们的蜂蜜，日常享用，产自秦岭，500克一瓶。",
        ),
        (
            "孩子老咳嗽，来两勺我们的枇杷膏，第二天就好。",
            "food",
            "我们的枇杷膏，日常享用，身体不适请就医。",
        ),
        (
            "皮肤科医生张教授亲测推荐，这款面膜能治湿疹。",
            "cosmetics",
            "这款面膜，日常护理，肤感水润，使用感受因人而异。",
        ),
        (
            "王阿姨戴了我们的隐形矫正三个月，龅牙彻底好了。",
            "health",
            "我们的隐形矫正，具体方案由医生面诊后确定。",
        ),
        (
            "稳健增利理财保本保息，起购金额一万元。",
            "finance",
            "稳健增利理财，投资有风险，决定前请看产品说明，起购金额一万元。",
        ),
        (
            "雅思冲刺班保过，每周六上课，共20课时，学费3800元。",
            "education",
            "雅思冲刺班，帮助你按计划学习，每周六上课，共20课时，学费3800元。",
        ),
        (
            "翡翠湾三期必涨，89平米三房，总价120万起。",
            "realestate",
            "翡翠湾三期，欢迎到现场了解，89平米三房，总价120万起。",
        ),
        ("市教育局局长点名推荐的辅导班", "education", "辅导班，欢迎到店了解"),
        (
            "秋冬必备！澳洲羊毛被，全网最低价，盖上它再也不失眠，到手399元，12月15日截止。",
            "general",
            "秋冬必备！澳洲羊毛被，价格实惠，欢迎到店了解，到手399元，12月15日截止。",
        ),
        (
            "红糖姜茶，暖宫止痛经，独立包装12条，办公室也能喝。",
            "food",
            "红糖姜茶，日常享用，身体不适请就医，独立包装12条，办公室也能喝。",
        ),
        (
            "小微企业贷，当天放款，人人都能批，最高300万，随借随还。",
            "finance",
            "小微企业贷，贷款额度和利率以审批结果为准，最高300万，随借随还。",
        ),
        (
            "江景公寓年回报8%，返租十年，首付30万。",
            "realestate",
            "江景公寓，欢迎到现场了解，首付30万。",
        ),
        ("这款除湿机日除湿20升，噪音最低。", "general", "这款除湿机日除湿20升，噪音较低。"),
        (
            "装了这款门锁，小偷见了绕道走，家里再也不会丢东西。",
            "general",
            "这款门锁有自己的特色，使用感受因人而异。",
        ),
        (
            "上了我们的作文课，高考作文不会低于五十分。",
            "education",
            "我们的作文课，学习进度因人而异，可先试听。",
        ),
        (
            "长辈喝这款羊奶粉，骨头硬朗，骨质疏松绕道走。",
            "food",
            "这款羊奶粉，日常享用，身体不适请就医。",
        ),
        ("这款护膝戴一周，上下楼膝盖不疼了。", "health", "这款护膝，具体情况请咨询医生。"),
        ("戴上护膝，关节再也不疼。", "health", "护膝，具体情况请咨询医生。"),
        (
            "我们的饼干最好吃，隔壁的都是假货。",
            "food",
            "我们的饼干很好吃，我们用心做好自己的产品。",
        ),
        ("全网销量N0.1的电动牙刷", "general", "电动牙刷"),
        ("真正的顶奢级巧克力", "food", "真正的巧克力"),
        ("最强师资，周六开课", "education", "很强的师资，周六开课"),
        ("荣获国家专利的防滑鞋底，走冰面也稳", "general", "防滑鞋底，走冰面也稳"),
        ("文章转到家族群，点赞满20领鸡蛋", "general", "欢迎留言告诉我们你的想法"),
        ("推拿三次就不疼了，颈椎全好", "health", "具体方案由医生面诊后确定"),
        (
            "把这篇文章转发到三个群，截图发给客服，就送一盒价值39元的试用装。",
            "food",
            "欢迎留言告诉我们你的想法。",
        ),
        ("中国人民解放军特供手表", "general", "手表"),
        (
            "同价位里再难挑出第二台这么安静的洗衣机",
            "general",
            "洗衣机受到不少顾客喜欢",
        ),
        ("肌肤科技走在全球最前列", "cosmetics", "肌肤科技走在前列"),
        ("别家火锅都是合成底料，敢吃吗？来我们家", "food", "我们用心做好自己的产品。来我们家"),
        (
            "来自绍兴的陈阿姨：“装完假牙，吃饭香多了，谢谢赵医生。”",
            "health",
            "具体方案由医生面诊后确定。",
        ),
        ("1）全城最好喝的茶；2）满百包邮", "food", "1）很好喝的茶；2）满百包邮"),
        (
            "青丝坊护发精油是全网销量第一的精油，50毫升99元。",
            "cosmetics",
            "青丝坊护发精油受到不少顾客喜欢，50毫升99元。",
        ),
        (
            "别家的锅都有毒，洁家不粘锅259元，12月12日前包邮。",
            "general",
            "我们用心做好自己的产品，洁家不粘锅259元，12月12日前包邮。",
        ),
        (
            "授课老师是雅思命题组成员，1月8日开课。",
            "education",
            "学习进度因人而异，可先试听，1月8日开课。",
        ),
        ("经济学家郎教授都买了这只私募，你还在等什么？", "finance", "请根据自己的情况判断。"),
        ("种一颗牙，管一辈子。", "health", "具体方案由医生面诊后确定。"),
        ("我们是全国品质最高的孢子粉，没有之一。", "food", "我们是品质很高的孢子粉。"),
        ("全国品质最高羽绒被，现货。", "general", "羽绒被，现货。"),
        (
            "全市没有第二家机构能做到这样的教研水平。",
            "education",
            "欢迎试听后自己判断。",
        ),
        (
            "这里是升值潜力最大的楼盘，去年入手的业主，一年已经净赚五十万。",
            "realestate",
            "楼盘，欢迎到现场了解。",
        ),
        (
            "它能提高免疫力，抑制肿瘤细胞。赵大爷吃了两个月，高血压药都停了。\n\n早晚各一袋。",
            "food",
            "日常享用，身体不适请就医。\n\n早晚各一袋。",
        ),
        (
            "它能提高免疫力，抑制肿瘤细胞。\r\n赵大爷吃了两个月，高血压药都停了。\r\n早晚各一袋。",
            "food",
            "日常享用，身体不适请就医。\r\n早晚各一袋。",
        ),
        (
            "李阿姨戴了理疗眼镜半个月，飞蚊症没了，白内障也不用开刀了。",
            "health",
            "请按说明使用，效果因人而异，身体不适请就医。",
        ),
    ],
)
def test_a_rewritten_text_reads_as_chinese_and_passes(
    text: str, industry: Industry, rewritten: str
) -> None:
    def passes(part: str) -> bool:
        return check(part, industry, RULEBOOK) == ()

    result = rewrite(text, check(text, industry, RULEBOOK), passes).text

    assert result == rewritten
    assert passes(result)


def test_a_place_without_a_wording_takes_its_clause_along() -> None:
    finding = AdvertisingFinding(rule="words.own", title="", law="", start=4, end=6, text="某牌")

    result = rewrite("新茶，像某牌，很香。", [finding], passes=lambda part: True)

    assert result == RewrittenText("新茶，很香。", dropped=("像某牌",))


@pytest.mark.parametrize("text", ["彻底祛斑，抗衰老", "无任何副作用", "逆龄", "孕妇也能放心用"])
def test_cosmetics_are_told_their_own_law_and_wording(text: str) -> None:
    findings = check(text, "cosmetics", RULEBOOK)

    assert findings
    assert all("化妆品监督管理条例" in finding.law for finding in findings)
    assert all("享用" not in finding.suggestion for finding in findings)


@pytest.mark.parametrize(
    ("text", "industry", "rewritten", "dropped"),
    [
        (
            "阿胶糕滋阴补血，还能预防癌症。",
            "food",
            "阿胶糕，日常享用，身体不适请就医。",
            ("还能预防癌症",),
        ),
        (
            "咳了一周？这瓶糖浆喝完就不咳了。",
            "health",
            "具体方案由医生面诊后确定。",
            ("咳了一周",),
        ),
        (
            "连续十年，来我院看病的人几乎个个满意。",
            "health",
            "具体方案由医生面诊后确定。",
            ("连续十年",),
        ),
        (
            "医院药房里才买得到的配方，如今搬进洗面奶。",
            "cosmetics",
            "日常护理，肤感水润。",
            ("如今搬进洗面奶",),
        ),
    ],
)
def test_clauses_that_say_nothing_without_a_claim_are_dropped_and_told(
    text: str, industry: Industry, rewritten: str, dropped: tuple[str, ...]
) -> None:
    findings = check(text, industry, RULEBOOK)

    result = rewrite(text, findings, lambda part: check(part, industry, RULEBOOK) == ())

    assert result == RewrittenText(rewritten, dropped)


@pytest.mark.parametrize(
    ("text", "industry", "suggestion"),
    [
        ("行业最靠谱的团队", "finance", "请根据自己的情况判断"),
        ("百分百成功", "health", "具体情况请咨询医生"),
        ("过去三年客户人均收益42%。", "finance", "投资有风险，收益以产品说明为准"),
        ("苦荞茶降血糖，糖友喝了都说好", "food", "日常享用"),
        ("永不反弹", "cosmetics", "使用感受因人而异"),
        ("全国最可爱的店员", "general", "很可爱"),
        ("助眠", "food", "口味清淡"),
        ("用了它，偏头痛都好了", "general", "欢迎到店了解"),
    ],
)
def test_a_suggestion_makes_no_claim_of_its_own(
    text: str, industry: Industry, suggestion: str
) -> None:
    first, *_ = check(text, industry, RULEBOOK)

    assert first.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "industry", "suggestions"),
    [
        ("布洛芬缓释胶囊，18 元，缓解轻至中度疼痛。", "health", []),
        ("国药准字H20260001 布洛芬缓释胶囊，非处方药，退热止痛", "health", []),
        ("布洛芬太苦？这款茶缓解头痛。", "health", ["请按说明使用，身体不适请就医"]),
        ("我院治好了三千名患者。", "health", ["具体方案由医生面诊后确定"]),
        (
            "国食健注G20260012 鱼油软胶囊，辅助降血脂",
            "health",
            ["国食健注G20260012（本品不能代替药物）"],
        ),
        ("三年期大额存单，年利率 1.55%，受存款保险保障", "finance", []),
        (
            "三年期大额存单，年利率 8.5%，受存款保险保障",
            "finance",
            ["投资有风险，收益以产品说明为准"],
        ),
        ("シミが3日で消える。医師も推薦。", "cosmetics", ["", ""]),
        ("세계 최고의 차", "food", ["정성껏 만든"]),
    ],
)
def test_a_suggestion_fits_the_goods_and_the_language(
    text: str, industry: Industry, suggestions: list[str]
) -> None:
    findings = check(text, industry, RULEBOOK)

    assert [finding.suggestion for finding in findings] == suggestions


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("王同学报了我们的班，三个月涨了 80 分，你也可以", "education"),
        ("签约保过，考不上算我们的", "education"),
        ("全城最好的洗衣店，保证羽绒服洗完不长霉", "general"),
        ("隔壁那家洗狗的都用劣质香波，来我们这才放心", "general"),
        ("认识考官，好说话", "education"),
        ("老师带你操作，三天一个涨停", "finance"),
        ("老中医把脉开方，包生男孩", "health"),
        ("100%兑付本金，准时返还本息", "finance"),
        ("别的机构只会刷题，来我们这里脱胎换骨。", "education"),
        ("过去三年客户人均收益42%，今年只会更高。", "finance"),
        ("全网最好，十万人亲测有效", "cosmetics"),
        ("进口香烟，抽一口没负担", "general"),
        ("别家都是假的，我们从来不用", "general"),
        ("国家领导人喝过的茶，街坊都喝过", "food"),
        ("月入过万不是梦，宝妈兼职日结，先交 299 押金", "finance"),
        ("城东首家店 12 月 8 日开业", "food"),
        ("the best tea in China. It lowers your blood pressure in a week.", "food"),
        ("シミが3日で消える。医師も推薦。", "cosmetics"),
        ("세계 최고의 차, 암을 예방합니다", "food"),
    ],
)
def test_a_text_with_a_part_that_cannot_be_mended_is_not_rewritten(
    text: str, industry: Industry
) -> None:
    findings = check(text, industry, RULEBOOK)

    result = rewrite(text, findings, lambda part: check(part, industry, RULEBOOK) == ())

    assert findings
    assert result == RewrittenText("")
