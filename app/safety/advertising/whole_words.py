"""Widens a place to whole words and numbers, so that its replacement leaves no half of one."""

import regex

_WORDS = (
    r"本[店品司]|本公司|级别|真的|假货|假[冒的]|稳赚(?:不[赔亏])?|[只包]赚不[赔亏]"
    r"|(?:翻倍|翻番|回本|盈利|赚钱|提分|上岸|高分|名校|985|211)(?:都|也)?不是梦"
    r"|[延减舒]缓|[预提]防|[保养呵爱]护|[消解祛清去]除|[激盘]活|秒杀|就医|根治|驱散|牙结石|脑血栓|牛皮癣|果蔬汁"
    r"|(?:服务|教学|产品|施工|装修|睡眠|画面|验光)质量|质检|提前退休|生辰八字|城市规划|地铁站|驾照|种牙|足贴"
    r"|专利(?:技术|申请)|重点(?:中学|大学|高中)|龙头企业|全额退[款钱]|退[款钱本]|赚钱|品牌|面霜|免单|价格|领取|礼物"
    r"|[飙提]升|财富|翻[番红]|豪宅|亏损|赔偿|[好耐]用|好[看吃喝听玩闻]|吸收|掉色|静音|音质|抢走|单词|神器|跑步|理财|清北|前列|柔软|[二三四五六七八]件套"
    r"|(?:[清北高][华大考清北])?状元|考[不没]?[上过](?:清华|北大|大学|高中|重点|名校)?|种?[一两]?颗?牙齿?|一次种|今天|明天|昨天|翻倍|亏损|国歌|嫁不出去|起跑线|上车|封面|高攀不起|没有了|复发|几块钱|抢光|优秀|住进来|财运亨通|大医院|清华北大|(?:中国)?人民(?:解放军|海军|空军)|中国航天"
    r"|长(?:高个子?|个子?|高)|增高|祛?[痘斑]印|皱纹|细纹|舒适度|副作用|防腐剂|添加剂|荧光剂"
)
_UNIT = (
    r"%|％|个点|个?百分点|[万亿千百]*(?:元|块|人|家|名|位|户|件|斤|公斤|倍|折|套|台|单|份|瓶|杯|盒)"
    r"|[万亿]|天|个?月|年|小时|分钟|秒|岁|分|度|平米?|厘米|公里|米"
)
_NUMBER = rf"[0-9０-９]+(?:[.,．][0-9０-９]+)*(?: ?(?:{_UNIT}))?(?:起|以上|左右)?"
_DIGITS = "[一二两三四五六七八九十百千万几]"
_CHINESE_NUMBER = rf"第?{_DIGITS}+[多余]?(?:年|天|个月|成|台|只|颗|重|站|步|罐|倍|元|万)"
_LAST_PARTICLE = r"[\p{Han}%％][的了](?=[，,。！!？?；;：:、\s]|$)"  # it belongs to the word before
# What ends a clause with the verb of a place: 救|回来, 少跑|几趟; no noun, which may be the goods.
_COMPLEMENT = (
    r"(?:[回出下上起过][来去]|一[下圈点些]|几[趟次回斤天]|大半|不是梦|了[钱车房病]|水里"
    r"|[^\P{Han}的地得吗呢吧啊呀么和与及或茶酒米面油粉膏丸片奶水锅鱼肉鸡蛋糖盐醋果菜饭粥汤包鞋衣裤裙帽袜床灯车房机笔书纸药贴霜液乳皂泥枕垫店家])"
)
_LEFT_BEHIND = regex.compile(rf"{_COMPLEMENT}(?=[，,。！!？?；;：:、…\s]|$)")
_WHOLE = regex.compile(f"{_WORDS}|{_NUMBER}|{_CHINESE_NUMBER}|{_LAST_PARTICLE}")
_REACH = 12  # characters beyond the place in which a word that it cuts may begin or end


def widen_to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of text[start:end] with the rest of each word or number that it cuts."""
    first, last = max(0, start - _REACH), end + _REACH
    for match in _WHOLE.finditer(text, first, last):
        begin, finish = match.span()
        if begin < start < finish or begin < end < finish:
            start, end = min(start, begin), max(end, finish)
    left_behind = _LEFT_BEHIND.match(text, end)
    return start, left_behind.end() if left_behind else end
