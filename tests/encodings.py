"""Short texts as tables hold them, in the encodings of Windows: the import and the workshop both
have to tell GB18030 from Big5 by them.
"""

SIMPLIFIED = (
    "谢谢小哥哥", "营业时间十点①二十二点", "你好", "在吗",
    "问题,答案\n怎么退货,七天内联系客服。\n",
    "问题,答案\n法国邮费多少,每单￥8起\n德国邮费多少,每单￥9起\n",
    "会员：① 95 折 ② 9 折",
    "周一～周五 9:00～18:00", "￥99 包邮", "€20", "发票",
    "问题,答案\n有没有实体店,杭州有两家门店。\n",
    "多久发货？48 小时内。", "客服电话 400-800-1234", "价格：￥128／件", "问,答\n价,￥9\n",
    "text,label\n停车场在哪,停车\n开发票,发票\n", "「新」品 ★ 推荐", "尺码表：Ｓ、Ｍ、Ｌ",
    "退货运费谁出→买家", "℃ 25～30", "龙井茶", "饕餮盛宴", "鼋头渚门票 ￥90", "嘉兴粽子", "喵喵喵",
    "魑魅魍魉", "奶茶加珍珠 +￥2", "豆浆油条", "联通",
)  # fmt: skip
TRADITIONAL = (
    "謝謝小哥哥", "營業時間十點至二十二點", "你好", "在嗎",
    "問題,答案\n怎麼退貨,七天內聯絡客服。\n",
    "問題,答案\n法國郵費多少,每單8元起\n", "＄99 免運", "發票", "多久出貨？48 小時內。",
    "客服電話 0800-123-456", "問題,答案\n有沒有實體店,台北有兩家門市。\n", "會員：95 折",
    "「新」品 ★ 推薦", "尺寸表：Ｓ、Ｍ、Ｌ", "退貨運費誰付→買家", "龍井茶", "珍珠奶茶加大 +10元",
    "豆漿油條", "請問停車場在哪裡", "我要開統一編號", "鳳梨酥禮盒", "取消訂單", "貨到付款",
)  # fmt: skip
ENCODED = (
    *((text, "gb18030") for text in SIMPLIFIED + TRADITIONAL),
    *((text, "big5hkscs") for text in TRADITIONAL),
    *((f"问题,答案\n{text}", "utf-16-le") for text in SIMPLIFIED + TRADITIONAL),
    *((f"问题,答案\n{text}", "utf-16-be") for text in SIMPLIFIED + TRADITIONAL),
    *((text, mark) for text in SIMPLIFIED for mark in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
)
