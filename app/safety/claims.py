"""Finds claims that a generated answer may not make unless the operator's texts make them.

Each kind of claim has the law that restricts it. No I/O: texts in, claims out.

A claim that is denied (没有减肥功效), conditional (如果想减肥) or part of a question doesn't count.
The same words in a passage make it the operator's own statement. Claims of being human, and of the
prompt, are never allowed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from app.safety.normalise import fold_for_patterns

Kind = Literal[
    "absolute", "health", "finance", "disparagement", "human", "deed", "contact", "gift", "refund",
    "authority", "price", "prompt",
]  # fmt: skip

LAW: dict[Kind, str] = {
    # The guide of 2023 (市场监管总局公告 2023 年第 6 号) allows best methods and best times.
    "absolute": "广告法第九条第三项：不得使用“国家级”“最高级”“最佳”等用语",
    "health": "广告法第十六条、第十七条、第十八条：功效、安全性断言，疾病治疗功能，保健食品",
    "finance": "广告法第二十五条：招商等有投资回报预期的，不得对收益作保证性承诺",
    # 第十一条 until 2025-10-14; since then it covers every other business, not only competitors.
    "disparagement": "反不正当竞争法第十二条（2025 年修订）；广告法第十三条：不得贬低其他经营者",
    "human": "互联网信息服务深度合成管理规定第十七条；人工智能生成合成内容标识办法第四条",
    "deed": "消费者权益保护法第二十条：信息应当真实、全面",
    "contact": "消费者权益保护法第二十条",
    "gift": "广告法第八条第二款：附带赠送的，应当明示品种、规格、数量、期限和方式",
    "refund": "消费者权益保护法第二十条；民法典第四百七十二条：要约对经营者有约束力",
    "authority": "广告法第九条第二项、第十一条第二款、第十二条；反不正当竞争法第九条",
    "price": "广告法第八条第一款；价格法第十四条第四项",
    "prompt": "",  # no law: the operator's own business
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, quoted from the text."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Kind
    pattern: regex.Pattern[str]
    deniable: bool = True  # no claim after 没有…, 如果…
    quotable: bool = True  # allowed where a source says the same


def _make_rule(kind: Kind, pattern: str, *, deniable: bool = True, quotable: bool = True) -> _Rule:
    return _Rule(kind, regex.compile(pattern, regex.VERBOSE), deniable, quotable)


_COUNT = r"[\d一二三四五六七八九十百千万两几半]"
_US = r"(?:我们|咱们?|本店|小店|我家|自家|咱家|我司|本公司|本品牌|本品|这款|该款|店里|店内|our|we)"
_GOOD = (
    r"(?:好(?:喝|吃|用|看|闻)?|优质?|棒|强|牛|先进|高端|高档|顶级|正宗|地道|专业|安全|健康|放心"
    r"|便宜"
    r"|划算|实惠|优惠|畅销|热销|火爆?|受欢迎|权威|纯正?|豪华|奢华|值得?信赖|有效|靠谱|出名|有名"
    r"|著名)"
)
# Deeds that a bot can't do, and the people who do them.
_DO = (
    r"(?:查(?!看更多|阅)|催|登记|备注|申请|安排|改|取消|下单|预[约订留定]|约[上好了课个]|留[好位了着]|记录|反馈"
    r"|提交|上报|处理|通知|联系"
    r"|寄|发(?!现|愁|送给朋友)|补|换|退|打款|转账|开(?:通|好)|领|充值|升级|转[接给达告]|核实|确认"
    r"|协调|解决好)"
)
_PEOPLE = r"(?:同事|人工|客服|他们|店员|专员)[^，。！？；]{0,10}"
_RULES = (
    # --- absolute terms ---
    _make_rule("absolute", rf"""
        国家级|世界级|宇宙级|最高级|顶级|顶尖|极品|(?<!登峰造)极致|王牌|销冠|冠军|榜首|龙头|领袖品牌
      | 最佳(?!时间|时机|时段|状态|方[法式]|口感|赏味|品[鉴饮尝]|饮用|食用|风味|温度|搭配|选择时
        |效果的方)
      | (?:全国|全球|世界|行业|业内|国内|国际|同行|同类|全网|全城|全市|本[市地]|亚洲|中国)
        [^，。！？]{{0,4}}(?:第一|首家|首创|首款|唯一|独家|领先|最\p{{Han}})
      | (?:销[量售]|口碑|品质|质量|排[名行]|好评|市场(?:份额|占有率)?)[^，。！？]{{0,4}}(?:第一
        |冠军|领先|no)
      | 第一(?:品牌|名牌|大牌|大品牌|大店)|史上最|有史以来
      | \bno\.?\ ?1\b|\btop\ ?1\b|\bnumber\ one\b|\bthe\ (?:very\ )?best\b|\bbest\ in\ (?:the
        |china)\b
      | \b(?:world|nation|industry)['-]?s?\ (?:best|leading|first|finest)\b|\bunrivall?ed\b
        |\bunbeatable\b
      | 独一无二|绝无仅有|史无前例|前所未有|空前绝后|无与伦比|无人能[及敌比]|天下第一|万能
      | (?:百分之?百|100\ ?%|百分百)(?:的?(?:安全|有效|正品|纯|满意|保证|天然|成功|无|真|原|好评
        |通过))
      | 绝对(?:是?(?:安全|正品|有效|保证|没问题|没有|放心|超?值|最|好|不会|不掉|不褪|不缩|正宗|无
        |健康))
      | 永久(?:有效|保修|免费|质保|不)|永不(?:褪|变|磨|过期|掉|涨)|(?:全场|全网)(?:底价|最低)
      | 最(?:{_GOOD})(?!不要|别|是|先|还是|能|在|提前|避免|选|用\d|用{_COUNT})(?=的(?!办法
        |方[法式]|时[间候机])
        |了|过|之|[，。！？、；\s]|$|没有|不过|[茶品牌店菜款商])
      | {_US}[^，。！？；]{{0,14}}最(?!近|后|多|少|晚|早|迟|终|初|新|低消费|好先|好还是|好不
        |好别)\p{{Han}}
      | 最低(?:价|折)|最大的?(?:品牌|店|连锁|商家|厂家|茶)
    """),
    # --- health ---
    _make_rule("health", rf"""
        治疗|治愈|根治|治好|医治|包治|对症|疗效|药效|药到病除|药用(?:价值|功效)
      | (?:抗|防|治)癌|抗肿瘤|抗病毒|抗(?:衰|皱|氧化衰)|[去除祛](?:皱|疤|湿气?|火气?)|逆龄|返老还童
      | 降(?:低)?(?:血)?(?:压|糖|脂|三高|尿酸|胆固醇|火气?)|三高
      | 减(?:肥|重|脂|掉)|瘦(?:身|肚|腰|腿|脸|下|了|得|{_COUNT}+(?:斤|公斤|kg))|燃脂|甩(?:肉|脂)
        |刮油|掉秤
      | 排毒|解毒|壮阳|补(?:肾|气血?|血)|丰胸|增高|长高|延年益寿|长寿|长命
      | (?:祛|去|淡化?|消除?|治)(?:痘|斑|粉刺)|美白|嫩白|变白
      | (?:提高|增强|提升|改善|加强)[^，。！？]{{0,4}}(?:免疫|抵抗力|记忆力|视力|性功能|体质|睡眠)
      | (?:改善|治|缓解|告别|消除|摆脱|解决|预防)[^，。！？]{{0,4}}
        (?:失眠|便秘|胃[病痛炎]|鼻炎|咽炎|湿疹|过敏|关节|颈椎|腰椎|脱发|痛经|疾病|炎症?|抑郁|癌
          |感冒|流感|高血[压脂糖])
      | 助眠|安神|通便|消炎|杀菌率?|止[痛咳泻]|[养护]肝|[养健护]胃|润肺|活血|化瘀|滋阴|祛风|清肺
      | 调理(?:身体|肠胃|脾胃|体质|内分泌|气血|月经)|防脱|生发|护眼|明目|药神|神药|特效
      | (?:代替|替代|取代)[^，。！？]{{0,6}}(?:药|治疗|就医|看病)|不[用必]再?(?:吃药|看病|去医院
        |就医)
      | (?:一|{_COUNT}+)(?:天|周|个?疗程|次)[^，。！？]{{0,3}}见效|立竿见影|立刻见效|见效快
      | \b(?:cures?|cured|curing|treats?|heals?|detox(?:es|ify)?|anti-?aging|anti-?cancer)\b
      | \b(?:lowers?|reduces?|controls?)\ (?:your\ )?(?:blood|cholesterol|fat|weight)
      | \b(?:lose|losing|shed)\ (?:\w+\ ){{0,3}}(?:weight|fat|kg|kilos?|pounds)|\bweight[- ]loss\b
        |\bslimming\b
      | \b(?:boosts?|improves?|strengthens?)\ (?:your\ )?(?:immun\w*|sleep|memory|eyesight)
      | \bprevents?\ (?:cancer|disease|colds?|flu|illness)
    """),
    _make_rule("health", r"""
        (?:无|没有?|零)(?:任何|一点|丝毫)?(?:毒|副作用|刺激|依赖)
      | (?:孕妇|婴儿|宝宝|小孩|过敏(?:体质|人群|的人|的?孩子)?|敏感肌|糖尿病人?|病人|患者)
        [^，。！？]{0,5}(?:都能|也能|都可以?|放心|随便)[^，。！？]{0,3}(?:用|吃|喝|服)
      | (?:no|without)\ (?:any\ )?side[- ]effects | safe\ for\ (?:pregnan|everyone|all\ skin)
    """, deniable=False),
    # --- finance ---
    _make_rule("finance", rf"""
        保本|保息|稳赚|只赚不赔|包赚|躺赚|年化|收益率|回报率|必涨|稳涨|升值空间|保值增值|暴富
          |财务自由
      | (?:收益|回报|利润|分红|利息)[^，。！？]{{0,6}}(?:\d|{_COUNT}|高|稳|翻|可观)
      | (?:保证|承诺|确保|稳定|固定|高额?)[^，。！？]{{0,3}}(?:收益|盈利|回报|利润|赚)
      | (?:本金|投资|资金|理财|加盟|收益)[^，。！？]{{0,8}}(?:翻|{_COUNT}倍|倍|赚|回本|盈利|升值)
      | (?:月入|日入|年入|日赚|月赚|年赚)
      | \bguaranteed\ (?:returns?|profits?|income)|\breturns?\ of\ \d|\brisk[- ]free\b
        |\bannual\ (?:yield|returns?)
    """),
    _make_rule("finance", r"零风险|无风险|没有(?:任何)?风险|不会亏|稳赚不赔", deniable=False),
    # --- other businesses ---
    _make_rule("disparagement", rf"""
        勾兑|造假|掺假|作假|假货|假冒|劣质|黑心|偷工减料|以次充好|智商税|山寨|盗版货?|地沟油
          |骗[子人局钱]
      | 坑人|坑钱|宰客|割韭菜|不卫生|不靠谱|不正规|垃圾|有毒|致癌|翻新货|三无
      | (?:质量|品质|服务|口感|用料|口碑|味道)[^，。！？]{{0,4}}(?:很差|太差|差远|极差|堪忧|不行
        |不过关|不如)
      | (?:别家|别人家|其他家|其它家|别的[店家品牌]+|同行|竞品|对手|其他(?:品牌|商家|店)|外面
        |市面上的?|网上那些)
        [^，。！？；]{{0,14}}(?:差|不如|比不[上了]|不好|不行|贵|添加|香精|色素|假|难|坑|骗|没法比
          |做不到|偷|缩水|旧|陈)
      | {_US}[^，。！？；]{{0,6}}(?:比|胜过|优于|强过|超过|完胜|吊打|秒杀|碾压|甩)
        (?!较|如|例|赛)[^，。！？；]{{0,10}}(?:好|强|优|便宜|实惠|正宗|新鲜|高|靠谱|专业|安全|街
          |条|倍|$)
      | 比(?!较|如|例|赛|一比)[^，。！？；]{{1,12}}(?:家|牌|店|品牌|同行)[^，。！？；]{{0,4}}(?:好
        |强|优|便宜|正宗|新鲜|靠谱|安全)
      | (?:远|都|根本|完全)?(?:不如|比不[上过了]|没法跟|不能跟){_US}
      | 比(?!较|如|例|赛)[^，。！？；]{{0,3}}{_US}[^，。！？；]{{0,6}}差
      | \b(?:fake|counterfeit|scam|rip-?off|garbage|trash|low[- ]quality|inferior)\b
      | \b(?:better|cheaper|safer|fresher)\ than\ (?:\w+\ ){{0,2}}(?:brands?|shops?|stores?
        |others?|competitors?|[a-z]+'s)
      | \b(?:other|competing)\ (?:brands?|shops?|stores?)\b[^.!?]{{0,40}}\b(?:bad|worse|poor
        |overpriced|cheap|unsafe|add)\b
    """),
    # --- what a machine is, and has done ---
    _make_rule("human", r"""
        我(?:就|也|可|真的?|当然|确实|其实)*是(?:一[个名位]|个|名|位)?(?:真正?的?|活生生的?)?
        (?:真人|活人|人类|大活人|人工|客服?(?:小姐姐|小哥哥|妹子|人员|专员|员|经理|主管)|店员|店长
          |老板|工作人员|员工
        |医生|律师|营养师|药师|导购|设计师|技师)
      | (?:我|这边|这里)[^，。！？；]{0,6}不是(?:什么|一个|个)?(?:智能)?(?:机器人|机器|ai|人工智能
        |程序|自动回复|智能助手)
      | (?:这[里边]|现在|我们|您)[^，。！？；]{0,6}(?:是|有)真人(?:在|为|给|和|跟|客服)
      | 真人(?:在线)?(?:为您|给您|在)(?:服务|回复|聊|解答)
      | 我(?:本人|自己|亲自|亲手|也|都|每天|昨天|前天|上周|刚才?|前几天|平时|从小|当年|上次|之前
        |去年|今天|周末|一直)+
        (?:在|都|就|也|很?爱|爱|常|会)*(?:用|吃|喝|穿|试|买|逛|住|尝|睡|养)
      | 我(?:用|吃|喝|穿|试|买|逛|住|尝|结婚|工作|上班|下班|去|来)(?:过|了|着)
      | 我(?:家|的)?(?:孩子|宝宝|老公|老婆|妈妈?|爸爸?|女儿|儿子|狗狗?|猫咪?|奶奶|爷爷|同事|朋友
        |闺蜜)
        [^，。！？；]{0,4}(?:用|吃|喝|穿|买|爱|喜欢|也)
      | 我[^，。！？；]{0,8}(?:\d|[一二三四五六七八九十两几好])+年了
      | 我(?:在|干|做)[^，。！？；]{0,8}(?:工作|上班|干|做)[^，。！？；]{0,4}(?:年|月|天)
      | \bi(?:'m|\ am)\ (?:(?:a|an|not|really|actually|just|the|indeed)\ )*(?:real\ |live\ )?
        (?:human|person|staff|manager|employee|owner|doctor)
      | \bi(?:'m|\ am)\ (?:not|no)\ (?:a\ |an\ )?(?:ro)?(?:bot|ai|machine|program)
        |\ba\ real\ (?:human|person)\ (?:is\ )?here
      | \bi\ (?:myself|personally|also|always)\ (?:\w+\ )?(?:use|drink|eat|wear|tried|bought|love)
    """, deniable=False, quotable=False),
    _make_rule("deed", rf"""
        (?:我们?|这边|小\p{{Han}})[^，。！？；]{{0,4}}(?:已经?|刚刚?|刚才)[^，。！？；]{{0,8}}?{_DO}
      | (?:已经?|刚刚?|刚才)(?:帮|为|给|替|跟|向|把)[^，。！？；]{{0,8}}?{_DO}
      | (?<!{_PEOPLE})(?:我们?|这边|小\p{{Han}})?(?:这就|马上|立刻|立即|现在就?|稍后|会|来|可以|能
        |一定|正在)?
        (?:帮|为|给|替)(?:您|你)(?:再|先)?{_DO}
      | (?<!{_PEOPLE})(?:我(?!们)|这边)(?:这就|马上|立刻|立即|现在就?|稍后|会|来|可以|能|去|再|先
        |一定|正在)+{_DO}
      | 已经?(?:发|寄|退|转|送)(?:到|至|给|回)(?:了)?(?:您|你)
      | (?:看到|看过|看了|收到|查看了?)(?:您|你)(?:发来?的?|的|拍的)?(?:图|照片?|截图|视频|订单
        |包裹|物流|付款|地址|语音)
      | 从(?:您|你)(?:发来?的?|的)?(?:图片?|照片?|截图|视频)[^，。！？；]{{0,4}}(?:看|可以看)
      | (?:您|你)的?(?:订单|包裹|快递|退款|货|预约|申请)[^，。！？；]{{0,8}}
        (?:已经?(?:到|发|出|在|签|退|寄|通过|审|付|下)|正在|刚刚?(?:到|发|出)|显示|到了|到达|成功
          |没问题)
      | \bi(?:'ve|\ have|\ just|'ll|\ will|\ can)?\ (?:already\ |just\ |now\ )?(?:checked|seen
        |looked\ at|refunded|cancelled|canceled
        |shipped|booked|reserved|arranged|contacted|processed|arrange|book|cancel|refund|process
          |ship|send)\b
      | \byour\ (?:order|parcel|package|refund)\ (?:has|is|was|will)\b
    """, deniable=False),
    # --- contacts, gifts, refunds, prices, authorities ---
    _make_rule("contact", r"""
        (?:加|添加|搜索?|关注|扫|私信?|联系|进|留)[^，。！？；]{0,8}
        (?:微信|vx|v信|wx|wechat|威信|薇信|微 信|qq|扣扣|企鹅|群|抖音|小红书|二维码|视频号|快手
          |淘宝|whatsapp|telegram|line)
      | (?:微信|vx|v信|wx|qq|扣扣|威信|薇信|wechat|weixin)(?:号|id|群)?[^，。！？；]{0,4}[:是为：]
      | (?:拨打|致电|来电|打(?:个|我们?|这个|客服|店里)*(?=电话|热线
        |\d{3}))[^，。！？；]{0,6}(?:电话|热线|\d{3}|[零一二三四五六七八九幺]{3})|(?:电话|热线
        |手机)(?:号码?)?(?:是|为|[:：])
      | 点击?(?:下方|这里|此处|链接|以下)|下载[^，。！？；]{0,6}app|(?:店铺|小程序|淘宝|天猫|京东
        |拼多多)搜
      | (?:粉丝|福利|交流|会员|微信|顾客|官方)群|(?:进|入|加)群|(?:搜索?|加
        |进)\s*[「“"]?[a-z][a-z0-9_-]{3,}
      | (?:零|一|二|三|四|五|六|七|八|九|幺|〇){7,}
      | \b(?:call|text|dial|whatsapp|add|message)\ (?:us|me|him|her|our)\b|\bwechat\ (?:id|at|:)
        |\bscan\ the\ (?:qr|code)
      | \b(?:telegram|whatsapp|skype)\b
    """),
    _make_rule("gift", r"""
        (?:送|赠|给)(?:您|你|大家|朋友)[^，。！？；]{0,10}(?P<core>礼|赠|红包|券|小样|试用|样品
          |惊喜|积分|会员|名额)
      | (?P<core>赠品|赠送|好礼|礼包|小礼品|伴手礼|红包|代金券|优惠券|抵用券|现金券|返现|返利|抽奖
        |中奖|抽中|免单|白送|幸运用户)
      | 送(?:一|两|三|\d|您一|你一)[^，。！？；]{0,3}(?P<core>份|个|张|瓶|盒|袋|件|套|支|杯|罐)
      | (?P<core>不要钱|不花钱|一分钱不|免费(?:送|领|试|体验|升级|维修|更换|品尝|参加|停车|续))
      | (?P<core>买(?!菜|单|家)[^，。！？；]{0,8}送(?!到|货|礼|给|人|长辈|朋友|去|来|过)|买.送
        |第.件(?:半价|免|.折)|满.{1,4}[减送]|立减|直降|打折|对折|半价|折扣|清仓|秒杀|特价|内部价
        |员工价|特惠|大促|限时|限量)
      | (?P<core>最后[^，。！？；]{0,3}(?:件|天|名额|张))
      | \b(?P<core>free\ (?:gift|sample|trial|cup|tea|drink|shipping|delivery|refund|parking
        |upgrade|of\ charge))
      | \b(?P<core>gift\ card|coupon|voucher|giveaway|buy\ one|half[- ]price|%\ off|percent\ off
        |discount)
    """),
    _make_rule("refund", r"""
        (?P<core>退一赔|假一赔|赔(?:您|你|偿|付|钱|双倍|十|三|给)|双倍赔|补偿|补(?:您|你)?差价
          |先行赔付|保价|价保|运费险)
      | (?:全额|直接|立即|马上|无条件|随时|都|也|可以|能|给您|为您|帮您|支持|包|会|给你|放心)
        (?:无理由|全额|办理?|申请)?(?P<core>退款|退货|退换|退钱|换货|换新
          |退(?![出回到订休伍烧役步让]))
      | (?P<core>只换不修|以旧换新|终身(?:保修|质保|维护|免费)|无条件退|包退|包换|七天无理由
        |无理由退)
      | \b(?P<core>full\ refund|refund\ you|money[- ]back|compensat\w+|refundable|we(?:'ll|\ will
        |\ can)\ refund)
    """),
    _make_rule("authority", r"""
        (?P<core>官方(?:认证|授权|合作|指定|推荐)|权威(?:认证|机构|检测|推荐)|专利|金奖|大奖|获奖
          |奖项|非遗|老字号|百年|米其林|上市公司)
      | 国家(?P<core>认证|认可|专利|免检|机关|标准|队)|(?P<core>\biso\ ?\d+|\bfda\b|\bhaccp\b
        |质检报告|检测报告|有机认证)
      | (?:通过|获得?|拿[过到了]|荣获)[^，。！？；]{0,12}(?P<core>认证|检测|奖|专利|认可|资质)
      | (?:明星|网红|专家|医生|医院|协会|央视|科学家|教授|博士)[^，。！？；]{0,3}(?P<core>同款
        |代言|推荐|都在|认可|研发|力荐|指定)
      | (?:好评率|满意度|复购率|回购率)(?P<core>高|达|超|\d|百|九|第)|(?P<core>千万|百万|上万|数万
        |几万|几十万)(?:用户|顾客|家庭|妈妈|粉丝)
      | \b(?P<core>officially\ certified|award[- ]winning|patented|certified\ by
        |recommended\ by\ (?:doctors|experts))
    """),
    _make_rule("price", r"""
        (?:只要|仅需|只需|仅售|售价|卖|到手价?|原价|现价|标价|均价|单价|人均|价格[是为在]?
          |花)[^，。！？；\d]{0,3}
        (?P<core>(?:\d|[一二三四五六七八九十百千两几]){1,6})(?!\s*(?:分钟|秒|步|天|个?小时|次|度|℃
          |人|个月|点|样|下|起|些|会))
      | 一[张个份杯次位盒件斤瓶节罐束本晚间条套](?P<core>(?:\d|[一二三四五六七八九十百千两])+)
        (?=[，。！？；、]|$|块|元)
      | (?P<core>(?:\d|[一二三四五六七八九十百千两几])+)(?:就能|即可|就可以?)(?:带走|拿下|到手
        |买到?|入手|抱回)
      | (?P<core>一(?:百|千)多|几十块|几百块|不到[\d一二三四五六七八九十百千]+块)
      | \b(?P<core>(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen
        |twenty|thirty|forty|fifty|sixty
        |seventy|eighty|ninety|hundred|thousand)(?:[\s-]\w+){0,2}?[\s-](?:yuan|rmb|dollars?|bucks
          |percent|kuai|cny))
    """),
    _make_rule("prompt", r"""
        (?:系统)?提示词|系统(?:指令|提示(?!音)|设定)|初始指令|内部(?:指令|规则)|(?:我的|收到的
          |给我的)(?:规则|指令|设定|要求)
      | (?:我|被)(?:被)?(?:设定|指示|设计|编程)(?:为|成|不|只|要|的)|(?:根据|按照)(?:我的|系统
        |内部)?(?:设定|指令|规则)
      | \b(?:system\ prompt|my\ (?:instructions|rules|prompt)|i\ was\ (?:told|instructed
        |programmed))\b
    """, deniable=False, quotable=False),
)  # fmt: skip

# 我没法帮您取消: says what the bot can't do.
_UNABLE = regex.compile(
    r"(?:没法|无法|没有?办法|不能|不可以|没有权限|帮不了|不会|\bcan't|\bcannot)[^，。！？；]{0,6}$"
)
_CLAUSE = regex.compile(r"[，。！？；、\n,!?;]+|\.(?=\s|$)|：")
# Denials before a claim: 没有减肥功效, 不能治病, 并非药品; not 不但 and 不仅.
_DENIED = regex.compile(
    r"(?:(?<!无)不(?!但|仅|只|光|止|要钱)|(?<!有)没(?!事|关系|问题)|无(?!论)|未|勿|别(?!家|人|的)"
    r"|并非|难以|避免|防止"
    r"|\b(?:not|no|never|cannot|don't|doesn't|can't|isn't|aren't|without)\b)[^，。！？；]{0,9}$"
)
# Conditions, wishes, fears and questions before a claim: then it doesn't count.
_ASIDE_BEFORE = regex.compile(
    r"(?:如果|若是?|要是|假如|万一|想要?|打算|担心|怀疑|关于|至于|是否|能否|会不会|能不能|是不是"
    r"|辨别|识别|区分"
    r"|遇到|谨防|小心|当心|警惕|有没有|正在|如何|怎么|请问|查询?|咨询|if"
    r"|whether)[^，。！？；]{0,8}$"
)
_ASIDE_AFTER = regex.compile(
    r"^[^，。！？；]{0,6}(?:期间|人群|的话|时候|与否|请(?:咨询|遵医嘱|联系)|要?(?:遵医嘱|咨询医生"
    r"|看医生|就医)"
    r"|(?:和|等)?(?:具体)?(?:规则|政策|进度|流程|方面|问题|事宜|详情|说明|活动)"
    r"|之一|[^，。]{0,4}(?:没法|无法|不能|不敢|没办法)(?:保证|确定|承诺|判断)|没有(?:依据|根据"
    r"|查到)|(?:还是)?不太?(?:清楚|确定)|无法|需要?(?:人工|同事|核实))"
)
_ASKING = regex.compile(r"[？?]|[吗呢么](?=[，。！；,!;]|$)")


def find_claims(text: str, sources: str = "") -> list[Claim]:
    """The text's claims that `sources` don't make, in the order of the rules above.

    `sources` is text by the operator, whose claims may be repeated.
    """
    folded_text, folded_sources = fold_for_patterns(text), fold_for_patterns(sources)
    return [claim for rule in _RULES for claim in _find_broken(rule, folded_text, folded_sources)]


def _find_broken(rule: _Rule, text: str, sources: str) -> Iterator[Claim]:
    for match in rule.pattern.finditer(text):
        if rule.deniable and _is_set_aside(text, match.start(), match.end()):
            continue
        if rule.kind == "deed" and _UNABLE.search(text[: match.start()]):
            continue
        if rule.quotable and _stands_in(match, sources):
            continue
        yield Claim(rule.kind, match.group().strip())


def _stands_in(match: regex.Match[str], sources: str) -> bool:
    """Whether `sources` contain the claim's core at least once without denying it."""
    core = match.groupdict().get("core") or match.group().strip()
    at = sources.find(core)
    while at >= 0:
        start = max((m.end() for m in _CLAUSE.finditer(sources, 0, at)), default=0)
        if not _DENIED.search(sources[start:at]):
            return True
        at = sources.find(core, at + 1)
    return False


def _is_set_aside(text: str, start: int, end: int) -> bool:
    opening = max((m.end() for m in _CLAUSE.finditer(text, 0, start)), default=0)
    before, after = text[opening:start], text[end : end + 24]
    if _DENIED.search(before) or _ASIDE_BEFORE.search(before) or _ASIDE_AFTER.match(after):
        return True
    clause = after[: closing.end()] if (closing := _CLAUSE.search(after)) else after
    return bool(_ASKING.search(clause))
