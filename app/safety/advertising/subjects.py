"""Finds what a clause sells, so that a wording in place of a claim keeps it (这款乳胶枕)."""

import regex

from app.safety.advertising.clauses import PlacedClause
from app.safety.advertising.rulebook import compile_pattern
from app.safety.advertising.values import AdvertisingFinding

_OWNER = (
    r"(?:[这那](?:一)?(?:款|台|把|支|套|瓶|盒|件|张|条|双|只|种|门|座|间|部|个|块|罐|碗|杯|包|辆|本|副|床|盏|袋|桶|壶)"
    r"|(?:我们|咱们?)(?:家|店|院|校|行|公司)?的|(?:(?:(?<![根日书课剧资成样版])本|小)(?:店|院|校|行|公司|项目|品牌)|我家|自家|我[院店校行])的?|(?<![根日书课剧资成样版])本)"
)
_GOODS = (  # what names of goods and services end in
    r"(?:[枕垫被毯巾茶酒醋糕饼糖霜膏乳灯锅壶杯刀桶箱柜床椅桌机器仪镜鞋靴衣裤裙帽袜伞琴鼓笔粥汤粉酱油奶蜜皂丸汁枣锁剂]|[推童轿电汽房]车|自行车"
    r"|枕头|机器人|四件套|手环|手表|耳机|音箱|手机|血压计|护[腰膝颈腕]|面条|水饺|饺子|蜂蜜|果干|坚果|薯片|烤鱼|火锅|茶几|沙发"
    r"|足浴包|磁疗带|轮胎|酵素|护发素|叶黄素|燕麦|石榴|[鱼腊香]肠|米饭|空调|冰箱|电视|电脑|牙刷|充电宝|风扇|窗帘|地板|瓷砖|涂料|猫砂|[狗猫]粮|精华|口红|粉底液?|洗[发面]水|洗衣液|[面眼唇手发]膜"
    r"|喷雾|贴片|胶囊|口服液|香薰|镜片|隐形矫正|种植牙|牙套|[\p{Han}]{1,4}手术|套餐|推拿馆"
    r"|(?:[\p{Han}]{1,6}(?:课程?|课|班|营))|网课|驾校|教材"
    r"|理财|基金|保险|车险|寿险|存款|存单|消费贷|房贷|信用卡|债券"
    r"|公寓|别墅|洋房|商铺|铺子|三房|两房|大平层|楼盘|写字楼|车位|[\p{Han}]{2,4}(?:湾|苑)(?:[一二三四五]期)?)"
)
_NAME = rf"(?:[\p{{Han}}A-Za-z0-9·]{{0,10}}{_GOODS})"
_SHORT_NAME = rf"(?:[\p{{Han}}A-Za-z0-9·]{{0,8}}?{_GOODS})"
_PREDICATE_AHEAD = (  # where a name ends: what is said of the goods begins
    r"(?=$|[，,：:；;！!。？?“]|能|可以|可|会|就|都|也|还|是|让|令|有|自带|治|防|降|补|祛|抗|增强|提高|保|必|稳|包[你您上过]|比|全[国网城市]"
    r"|最|第|绝对|永|一[铺直次贴]|[0-9]|只要|每|被|经|零|无|专治|专门|主治|调理|缓解|改善|预防|消|杀菌|灭菌|除菌|抑菌|抗菌|助眠|养|健"
    r"|[戴穿用喝吃敷贴涂抹泡坐睡枕](?:上|着|了|下去|完|一|[0-9])|清|排|[一二三四五六七八九十两半几][个天周年月次]|年回报|返租|升值|涨|秒杀|人人|销量|遥遥|获|采用|质量|效果)"
)
_DETERMINED = regex.compile(rf"(?P<goods>{_OWNER}{_SHORT_NAME}){_PREDICATE_AHEAD}")
_OPENING = regex.compile(
    r"(?:[戴穿用喝吃贴敷涂抹泡坐睡装买换服](?:上|了|过|着|完|点)?)?"
    rf"(?P<goods>{_OWNER}?{_SHORT_NAME}){_PREDICATE_AHEAD}"
)
_WHOLE = regex.compile(rf"{_OWNER}?(?P<name>{_NAME})")
_MODIFIED = regex.compile(rf".+的(?P<goods>{_NAME})")  # 能治颈椎病的乳胶枕
_LINK = regex.compile(  # what joins a subject to what was said of it
    r"(?:有效|可以?|能够?|会|就|都|也|还|已经?|真的|帮助|帮你|轻松|快速|彻底|是|为|[界里中]的|的"
    r"|自带|保证|含有|具有|具备|有|让|令|使|天天|每天|[:：“\"「])+$"
)
_SUBJECT = regex.compile(r"[\p{Han}A-Za-z0-9·]{3,14}")
_NO_SUBJECT = regex.compile(  # words that a name of goods doesn't have
    r"[我你他她它这那谁哪几们有吃喝买住说想要没不从跟着了过就都也还再把被给让是由]|^[用论]|^来自|^一[口杯碗支片]|^某|^(?:粉丝|网友|邻居|同事|闺蜜|朋友|会员)|女儿|儿子|宝宝|孩子|天天|[一总老叔戴穿敷泡]$"
    r"|自从|如果|因为|只要|只有|每天|一次|全网|全国|行业|数据|专家|医生|教授|客户|顾客|用户|业主|学员|家长"
    r"|大牌|(?:血[压糖脂]|[病痛炎癌症障药姨爷妈婆公生士姐哥者员师人友女男年天月日周后前时间里上下])$"
)
_NO_GOODS = regex.compile(  # what a name that ends like goods doesn't hold
    r"[你您他她它谁哪吃喝买住说想没不从跟着了过都也还再把被给让是由和与或、的来]|^[用在戴穿贴敷每开报学练前杯瓶盒碗壶点一二三四五六七八九十两几半]"
    r"|有|其他|别家|普通|大牌|隔壁|对面|周边|旁边|群里|知名|著名|重点|名校|实验|女儿|儿子|孩子|患者|全[网国班]|行业|专家|医生|教授|明星"
    r"|[先时商危转司生契]机|礼仪|加油|[血控断无戒]糖|[催下断喂]奶|[涨圈吸]粉|摘镜|丰乳|[起下]床|沾枕|笔笔|上保险"
    r"|我|第一|一[杯碗瓶口]|整条|所有|全部|专业|师傅|代替|治|降|防|长高|增高|减肥|瘦身|助眠|氨糖|奶奶|临床|小[杯碗瓶]|[解醒拼饮]酒|[上下同进]班|[讲听停补授开上下]课|节课"
)
_PREDICATE = regex.compile(r"(?:有|受到|很|值得|经久)")
SHOP = "我们"  # a wording that begins so speaks of the shop, not of goods
_ON_GOODS = (  # rules whose breach is said of goods; others speak of shops, hurry or sharing
    "absolute.", "medical.", "finance.", "education.", "realestate.", "authority.state",
    "authority.celebrity", "authority.expert", "authority.media", "authority.minors",
    "promotion.guarantee", "fairness.data",
)  # fmt: skip


def find_subject(
    clause: PlacedClause, place: AdvertisingFinding, wording: str, lead: str = ""
) -> str:
    """What a wording in place of a clause is said of, with its mark (这款乳胶枕，); "": nothing.

    `lead` names the goods of a clause before it that only led to it and goes.
    """
    if wording.startswith(SHOP) or not place.rule.startswith(_ON_GOODS):
        return ""
    subject = find_goods(clause, place) or lead
    if not subject:
        return ""
    return subject if _PREDICATE.match(wording) else f"{subject}，"


def find_goods(clause: PlacedClause, place: AdvertisingFinding) -> str:
    """The name of the goods that a place is said of, with what owns it (这款乳胶枕); "": none."""
    text = clause.text.strip()
    before = _LINK.sub("", clause.text[: place.start - clause.start].strip())
    opening = _read_name(_OPENING.match(text))
    if names_goods(before) and not opening.startswith(before):
        return before
    is_longer = len(opening) > len(before)  # 石墨烯护腰, of which 护腰 is in the place
    if not is_longer and place.rule.startswith(("absolute.", "medical.")) and _is_subject(before):
        return before
    return read_goods(text)


def read_goods(text: str) -> str:
    """The name of the goods that a clause is about: 装了这款门锁; "": none."""
    opening = _read_name(_OPENING.match(text))
    return opening or _read_name(_DETERMINED.search(text)) or _read_name(_MODIFIED.fullmatch(text))


def _read_name(match: regex.Match[str] | None) -> str:
    return match["goods"] if match and names_goods(match["goods"]) else ""


def names_goods(goods: str) -> bool:
    """Whether a text is a name that goods or services have: 这款乳胶枕, 雅思冲刺班."""
    whole = _WHOLE.fullmatch(goods)
    return whole is not None and len(goods) > 1 and not _NO_GOODS.search(whole["name"])


def _is_subject(before: str) -> bool:
    if not _SUBJECT.fullmatch(before) or _NO_SUBJECT.search(before):
        return False
    return not compile_pattern("<disease>").search(before)  # 白内障，请按说明使用
