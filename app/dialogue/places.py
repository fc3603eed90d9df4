"""Provinces and prefecture-level cities of China, as people call them. No I/O.

Names of two syllables and more, without 省, 市, 自治区. Smaller places are known by their ending.
"""

import re

_PROVINCES = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南
湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 内蒙 广西 西藏 宁夏
新疆 香港 澳门
"""
_CITIES = """
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安 太原 大同 阳泉
长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 呼市 包头 乌海 赤峰 通辽 鄂尔多斯
呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州
营口 阜新 辽阳 盘锦 铁岭 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边 哈尔滨
齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 南京
无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴
湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山
滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德
南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营
烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳
鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉 黄石
十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架 长沙
株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳
珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州
揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左
海口 三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山
宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 贵阳 六盘水 遵义 安顺 毕节 铜仁
黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳
大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南
延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西
陇南 临夏 甘南 西宁 海东 海北 黄南 海南州 果洛 玉树 海西 银川 石嘴山 吴忠 固原
中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田
伊犁 塔城 阿勒泰 石河子
"""
_COUNTIES = """
昆山 常熟 张家港 江阴 宜兴 太仓 义乌 慈溪 余姚 诸暨 温岭 乐清 桐乡 海宁 瑞安 永康
东阳 晋江 石狮 南安 福清 浏阳 顺德 南海 增城 从化 简阳 都江堰 西昌 昌平 通州 大兴
浦东 闵行 宝山 松江 嘉定 青浦 奉贤 崇明 胶州 即墨 寿光 诸城 滕州 邹城 曲阜 荣成
龙口 迁安 遵化 任丘 辛集 定州 瓦房店 海城 公主岭 敦化 库尔勒 延吉 满洲里 二连浩特
格尔木 敦煌 香格里拉 瑞丽 凯里 都匀 兴义 赤水 仁怀 万宁 琼海 文昌 江浙沪
"""
NAMES = frozenset(f"{_PROVINCES} {_CITIES} {_COUNTIES}".split())
# Words that a name begins: 海南鸡饭, 重庆小面, 北京烤鸭 aren't places.
_DISHES = (
    "(?!烤鸭|小面|火锅|鸡饭|拉面|米线|米粉|螺蛳|大盘|肠粉|白切|凉皮|泡馍|热干|狮子头|煎饼"
    "|银行|路|街|店)"
)
_KNOWN = re.compile(
    rf"(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})"
    rf"(?:省|市|自治区|特别行政区|州|地区)?{_DISHES}"
)
_ENDING = r"(?:省|自治区|市|地区|自治州|盟|县|区|旗|镇|乡|村|街道|开发区|新区|园区|小区|苑|校区)"
_SMALLER = re.compile(rf"[\u4e00-\u9fff]{{1,6}}?{_ENDING}")


def find(text: str) -> tuple[str, ...]:
    """The places that a text names, each as written, in order: 江苏苏州, 园区."""
    found: list[str] = []
    end = 0
    for match in _KNOWN.finditer(text):
        if match.start() < end:
            continue
        found.append(match[0])
        end = match.end()
        smaller = _SMALLER.match(text, end)
        while smaller:
            found.append(smaller[0])
            end = smaller.end()
            smaller = _SMALLER.match(text, end)
    return tuple(found)


_BRANCH = re.compile(
    r"(?:^|[你您]们?家?的?|[去到是离问，,。？?\s]|(?<![现存实])在)(?![在去到们])"
    r"([\u4e00-\u9fff]{2,4}?)(?:(?:那家|那个|那间|的)分?门?店|分店|那家)"
)
_NO_NAME = re.compile(
    "[这那哪另其别几一二三两新老总大小你我们有的卖买打玩办学商站机恁]|[边里下上中旁面]$|附近|最近|线下|旗舰|广场|介绍|问|之前|以前"
)


def find_branch(text: str) -> str:
    """The name of a branch that a follower speaks of: 观前 of 观前那家店; "" for none."""
    match = _BRANCH.search(text)
    return match[1] if match and not _NO_NAME.search(match[1]) else ""


def mentions(text: str, branch: str) -> bool:
    """Whether a text speaks of the branch, by a part of its name at least: 锦岸 of 锦岸中心."""
    return any(branch[at : at + 2] in text for at in range(len(branch) - 1))


def find_small(text: str) -> str:
    """A place by its ending alone, for where one was asked for: 园区这边, 吴中区; "" for none."""
    match = _SMALLER.search(re.sub(r"^我?(?:是|在|住|到|就)*", "", text))
    return match[0] if match else ""
