"""Replaces Unicode radicals, which PDF fonts and old tools confuse with characters."""

import re

from app.kit.text import fold_width

# Radical and character in turn: Unicode's property Equivalent_Unified_Ideograph, but for those
# that NFKC maps as well.
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄"
    "⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗"
    "⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西"
    "⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页"
    "⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙"
    "⻱龜⻲亀"
)
_COMPATIBLE = [chr(code) for code in (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6))]
RADICALS = str.maketrans(
    {radical: fold_width(radical) for radical in _COMPATIBLE}
    | dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True))
)
_ANY = re.compile("[\u2e80-\u2fdf]")


def replace_radicals(text: str) -> str:
    """Replace radicals in `text` by characters; nothing else changes."""
    return text.translate(RADICALS) if _ANY.search(text) else text
