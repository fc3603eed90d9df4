"""Names of provinces, cities, countries and regions, and which contains which. No I/O.

Names of two syllables and more, without 省, 市, 自治区.
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_

EVERYWHERE = -1  # all bits set

# Each province with its cities; after a slash the counties that people know by name.
PROVINCES = {
    "北京": "通州 大兴 昌平",
    "天津": "",
    "上海": "浦东 闵行 宝山 松江 嘉定 青浦 奉贤 崇明",
    "重庆": "",
    "河北": "石家庄/辛集 唐山/迁安/遵化 秦皇岛 邯郸 邢台 保定/定州 张家口 承德 沧州/任丘 廊坊 "
    "衡水 雄安",
    "山西": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔/满洲里 巴彦淖尔 乌兰察布 兴安盟 "
    "锡林郭勒/二连浩特 阿拉善",
    "辽宁": "沈阳 大连/瓦房店 鞍山/海城 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛",
    "吉林": "长春/公主岭 四平 辽源 通化 白山 松原 白城 延边/延吉/敦化",
    "黑龙江": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "江苏": "南京 无锡/江阴/宜兴 徐州 常州 苏州/昆山/常熟/张家港/太仓 南通 连云港 淮安 盐城 扬州 "
    "镇江 泰州 宿迁",
    "浙江": "杭州 宁波/慈溪/余姚 温州/乐清/瑞安 嘉兴/桐乡/海宁 湖州 绍兴/诸暨 "
    "金华/义乌/东阳/永康 衢州 舟山 台州/温岭 丽水",
    "安徽": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建": "福州/福清 厦门 莆田 三明 泉州/晋江/石狮/南安 漳州 南平 龙岩 宁德",
    "江西": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东": "济南 青岛/胶州/即墨 淄博 枣庄/滕州 东营 烟台/龙口 潍坊/寿光/诸城 济宁/邹城/曲阜 "
    "泰安 威海/荣成 日照 临沂 德州 聊城 滨州 菏泽",
    "河南": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 "
    "驻马店 济源",
    "湖北": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 "
    "神农架",
    "湖南": "长沙/浏阳 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东": "广州/增城/从化 韶关 深圳 珠海 汕头 佛山/顺德/南海 江门 湛江 茂名 肇庆 惠州 梅州 "
    "汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南": "海口 三亚 三沙 儋州 万宁 琼海 文昌",
    "四川": "成都/简阳/都江堰 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 "
    "达州 雅安 巴中 资阳 阿坝 甘孜 凉山/西昌",
    "贵州": "贵阳 六盘水 遵义/赤水/仁怀 安顺 毕节 铜仁 黔西南/兴义 黔东南/凯里 黔南/都匀",
    "云南": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏/瑞丽 怒江 "
    "迪庆/香格里拉",
    "西藏": "拉萨 日喀则 昌都 林芝 山南 那曲 阿里",
    "陕西": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉/敦煌 庆阳 定西 陇南 临夏 甘南",
    "青海": "西宁 海东 海北 黄南 海南州 果洛 玉树 海西/格尔木",
    "宁夏": "银川 石嘴山 吴忠 固原 中卫",
    "新疆": "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞/库尔勒 阿克苏 克孜勒苏 喀什 "
    "和田 伊犁 塔城 阿勒泰 石河子",
    "台湾": "",
    "香港": "",
    "澳门": "",
}
SYNONYMS = {
    "内蒙古": "内蒙",
    "呼和浩特": "呼市",
    "北京": "beijing",
    "上海": "shanghai",
    "天津": "tianjin",
    "重庆": "chongqing",
    "广州": "guangzhou",
    "深圳": "shenzhen",
    "苏州": "suzhou",
    "杭州": "hangzhou",
    "南京": "nanjing",
    "成都": "chengdu",
    "武汉": "wuhan",
    "西安": "xi'an xian",
    "青岛": "qingdao",
    "厦门": "xiamen",
    "西藏": "tibet",
    "新疆": "xinjiang",
    "台湾": "台北 台中 高雄 taiwan taipei",
    "香港": "hong_kong hongkong",
    "澳门": "macau macao",
    "日本": "日系 japan",
    "韩国": "韩系 korea",
    "美国": "美系 usa america",
    "德国": "德系 germany",
    "英国": "england uk",
    "法国": "france",
    "加拿大": "canada",
    "意大利": "italy",
    "俄罗斯": "russia",
    "澳大利亚": "澳洲 australia",
    "印度尼西亚": "印尼",
    "泰国": "thailand",
    "新加坡": "singapore",
}
REGIONS = {
    "江浙沪 苏浙沪 包邮区": "江苏 浙江 上海",
    "长三角": "江苏 浙江 上海 安徽",
    "江浙": "江苏 浙江",
    "京津冀": "北京 天津 河北",
    "川渝": "四川 重庆",
    "云贵川": "云南 贵州 四川",
    "珠三角": "广东",
    "大湾区": "广东 香港 澳门",
    "港澳台": "香港 澳门 台湾",
    "港澳": "香港 澳门",
    "东三省 东北三省": "辽宁 吉林 黑龙江",
    "东北": "辽宁 吉林 黑龙江 内蒙古",
    "华北": "北京 天津 河北 山西 内蒙古",
    "华东": "上海 江苏 浙江 安徽 福建 江西 山东 台湾",
    "华中": "河南 湖北 湖南",
    "华南": "广东 广西 海南 香港 澳门",
    "西南": "重庆 四川 贵州 云南 西藏",
    "西北": "陕西 甘肃 青海 宁夏 新疆",
    "新藏": "新疆 西藏",
}
# Remote regions, with other shipping fees or none: they say nothing about other provinces.
REMOTE = "新疆 西藏 内蒙古 青海 甘肃 宁夏 海南 香港 澳门 台湾"
COUNTRIES = (
    "日本/东京/大阪/京都 韩国/首尔/济州 朝鲜 美国/纽约/洛杉矶 加拿大/温哥华/多伦多 墨西哥 巴西 "
    "阿根廷 智利 英国/伦敦 法国/巴黎 德国/柏林 意大利/罗马 西班牙 葡萄牙 荷兰 比利时 瑞士 奥地利 "
    "瑞典 挪威 丹麦 芬兰 冰岛 波兰 捷克 希腊 爱尔兰 匈牙利 乌克兰 俄罗斯/莫斯科 土耳其 "
    "澳大利亚/悉尼/墨尔本 新西兰 泰国/曼谷/普吉/清迈 新加坡 马来西亚/吉隆坡 印度尼西亚/巴厘岛 越南 "
    "菲律宾 印度 柬埔寨 缅甸 老挝 尼泊尔 斯里兰卡 马尔代夫 阿联酋/迪拜 埃及 南非 肯尼亚 以色列 "
    "哈萨克斯坦"
)
CONTINENTS = {
    "东南亚": "泰国 越南 新加坡 马来西亚 印度尼西亚 菲律宾 柬埔寨 缅甸 老挝",
    "欧洲": "英国 法国 德国 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 奥地利 瑞典 挪威 丹麦 芬兰 冰岛 "
    "波兰 捷克 希腊 爱尔兰 匈牙利",
    "欧盟": "法国 德国 意大利 西班牙 葡萄牙 荷兰 比利时 奥地利 瑞典 丹麦 芬兰 波兰 捷克 希腊 "
    "爱尔兰 匈牙利",
    "申根": "法国 德国 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 奥地利 瑞典 挪威 丹麦 芬兰 冰岛 波兰 "
    "捷克 希腊 匈牙利",
    "北美": "美国 加拿大 墨西哥",
    "日韩": "日本 韩国",
    "英美加": "英国 美国 加拿大",
    "英美": "英国 美国",
    "澳新": "澳大利亚 新西兰",
}
CHINESE = "全国 国内 大陆 内地 境内 中国 偏远 偏远地区 偏远区 边远 边远地区"
FOREIGN = "国外 海外 境外 国际快递 国际件 国际物流 overseas abroad"
ANYWHERE = (
    "各地 各城市 外地 异地 本地 同城 市区 市内 省内 省外 外省 跨省 全球 世界 各省 当地 就近 城市 "
    "地区 别处 其他地方 别的地方 nationwide worldwide"
)
# Names that are also everyday words: recognised only with 市.
_ALSO_WORDS = (
    "白银 大理 和田 阿里 三明 来宾 仙桃 日照 中山 安康 天水 海西 海东 海北 吉安 大同 平凉 通化 "
    "长治 四平 松原 本溪 红河 文山 文昌 玉树 山南 白山 永康 南海 宝山 东阳 天门 巴中 中卫 吴忠 "
    "大兴 黄山 黄石 北海 南安 定西 龙口 定州 兴义 赤水 凉山 海城 德州 普洱 六安 松江 江门"
)
ALSO_WORDS = frozenset(_ALSO_WORDS.split())
# Dishes that are named after a place.
DISHES = "烤鸭|小面|火锅|鸡饭|拉面|米线|米粉|螺蛳|大盘|肠粉|白切|凉皮|泡馍|热干|狮子头|煎饼"
NAMES = frozenset(
    name
    for province, cities in PROVINCES.items()
    for name in (province, *cities.replace("/", " ").split())
) | {"内蒙", "呼市", "江浙沪"}


def number_places() -> dict[str, int]:
    """Name -> bits of the places in it: the bits of 江苏 include those of 苏州."""
    bits: dict[str, int] = {}
    for province, cities in PROVINCES.items():
        city_bits = [_number_place(each, bits) for each in cities.split()]
        bits[province] = reduce(or_, city_bits, _new_bit(bits))
    china = _join_bits(bits)
    for each in COUNTRIES.split():
        _number_place(each, bits)
    abroad = _join_bits(bits) & ~china
    for names, within in (REGIONS | CONTINENTS).items():
        whole = _join_bits({name: bits[name] for name in within.split()})
        bits |= dict.fromkeys(names.split(), whole)
    for name, others in SYNONYMS.items():
        bits |= {other.replace("_", " "): bits[name] for other in others.split()}
    bits |= dict.fromkeys(CHINESE.split(), china) | dict.fromkeys(FOREIGN.split(), abroad)
    return bits | dict.fromkeys(ANYWHERE.split(), EVERYWHERE)


def find_wider() -> dict[str, tuple[str, ...]]:
    """Place of China -> names of the regions that contain it, the smallest first."""
    wider: dict[str, tuple[str, ...]] = {}
    for province, cities in PROVINCES.items():
        holding = sorted(
            (within for within in REGIONS.items() if province in within[1].split()),
            key=lambda within: len(within[1].split()),
        )
        around = tuple(name for names, _ in holding for name in names.split())
        wider[province] = around
        wider |= dict.fromkeys(cities.replace("/", " ").split(), (province, *around))
    return {place: names for place, names in wider.items() if place not in ALSO_WORDS}


def _number_place(place: str, bits: dict[str, int]) -> int:
    """The bits of a place, including the counties after its slash."""
    name, *within = place.split("/")
    for each in within:
        bits[each] = _new_bit(bits)
    bits[name] = _new_bit(bits) | _join_bits({each: bits[each] for each in within})
    return bits[name]


def _new_bit(bits: Mapping[str, int]) -> int:
    return 1 << len(bits)


def _join_bits(bits: Mapping[str, int]) -> int:
    return reduce(or_, bits.values(), 0)
