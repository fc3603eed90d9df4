"""The platform's error codes as data: meaning, reaction, and what an operator can do.

Sources: https://developers.weixin.qq.com/doc/service/guide/dev/api/errorcode.html and the pages of
the interfaces. A code that is not here is shown as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

# What the client or its caller does:
#   retry           try again with back-off and jitter, at most three times in all
#   renew token     mark the token refused, get another, try once more
#   tomorrow        don't call this interface before midnight in China
#   next minute     don't call this interface before the next minute
#   later           the result isn't ready: ask again after a minute or more
#   next message    keep the message until the follower writes again; for 45047 the outbox sender
#                   also marks the quota as used up: `app.wechat.outbox_reactions`
#   done            the platform did it at an earlier call
#   give up         this request can't succeed, for this target
#   correct         a value of the request has to change: text, media, parameter
#   capability off  the account has no right to this interface
#   bug             our request is malformed
#   alarm           nothing works until a person acts
CodeReaction = Literal[
    "retry", "renew token", "tomorrow", "next minute", "later", "next message", "done", "give up",
    "correct", "capability off", "bug", "alarm",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One errcode: its meaning in Chinese, the reaction, and advice to an operator."""

    code: int
    meaning: str
    reaction: CodeReaction
    advice_zh: str
    advice_en: str


_ADVICE: Mapping[CodeReaction, tuple[str, str]] = {
    "retry": ("稍后会自动重试。", "It is tried again automatically."),
    "renew token": (
        "凭证会自动刷新；若反复出现，检查是否有其他系统用同一 AppID 刷新凭证。",
        "The token is renewed automatically; if it repeats, look for another system that renews "
        "the token of this AppID.",
    ),
    "tomorrow": (
        "当日额度已用完，零点（北京时间）后自动恢复。",
        "The day's quota is used up; calls go on after midnight in China.",
    ),
    "next minute": ("调用过快，下一分钟自动恢复。", "Too fast; calls go on in the next minute."),
    "later": ("结果尚未就绪，稍后再查。", "The result isn't ready; ask again later."),
    "next message": (
        "等用户下次发消息时一并送达。",
        "It is delivered when the follower writes again.",
    ),
    "done": ("此前已提交成功，无需重复操作。", "An earlier call did it; nothing to do."),
    "give up": ("该对象无法操作，已放弃。", "It can't be done for this target; given up."),
    "correct": ("修改所提示的字段后重试。", "Change the field that is named, and try again."),
    "capability off": (
        "该账号没有此接口的权限：在公众平台的「接口权限」中查看，或完成微信认证。",
        "The account has no right to this interface: see 接口权限 in the platform's console, or "
        "get the account verified.",
    ),
    "bug": ("程序缺陷，请附上 rid 反馈。", "A fault of this program: report it with the rid."),
    "alarm": (
        "需要管理员登录公众平台处理。",
        "An administrator has to act in the platform's console.",
    ),
}


def _describe(
    code: int, meaning: str, reaction: CodeReaction, advice: tuple[str, str] | None = None
) -> ErrorCode:
    return ErrorCode(code, meaning, reaction, *(advice or _ADVICE[reaction]))


_ADDRESS_LIST = (
    "把报错中的出口 IP 加入公众平台「设置与开发 → 基本配置 → IP 白名单」，或为 WECHAT_PROXY "
    "配置固定 IP 的代理。",
    "Add the address in the message to 设置与开发 → 基本配置 → IP白名单, or set WECHAT_PROXY to a "
    "proxy with a fixed address.",
)
_SECRET = (
    "核对 AppID 与 AppSecret：微信开发者平台「我的业务 → 公众号/服务号 → 开发密钥」；"
    "忘记 AppSecret 时在那里重置，旧的随即失效。",
    "Compare AppID and AppSecret: 我的业务 → 公众号/服务号 → 开发密钥 on 微信开发者平台; a "
    "forgotten AppSecret is reset there, and the old one is void at once.",
)
_DAYS = (
    "查询的日期还没有结束、跨度太长，或早于平台保留的范围。",
    "The days aren't over, are too many, or are older than the platform keeps.",
)

_CODES = (
    _describe(-1, "系统繁忙", "retry"),
    # Tokens and credentials
    _describe(40001, "access_token 无效或不是最新的", "renew token"),
    _describe(40014, "不合法的 access_token", "renew token"),
    _describe(42001, "access_token 已过期", "renew token"),
    _describe(40002, "不合法的凭证类型", "bug"),
    _describe(40013, "不合法的 AppID", "alarm", _SECRET),
    _describe(40125, "不合法的 AppSecret", "alarm", _SECRET),
    _describe(40243, "AppSecret 已被冻结", "alarm", (
        "在微信开发者平台「我的业务 → 公众号/服务号 → 开发密钥」中解冻 AppSecret。",
        "Unfreeze the AppSecret: 我的业务 → 公众号/服务号 → 开发密钥 on 微信开发者平台.")),
    _describe(40164, "调用接口的 IP 不在白名单中", "alarm", _ADDRESS_LIST),
    _describe(61004, "调用接口的 IP 不在白名单中", "alarm", _ADDRESS_LIST),
    _describe(41001, "缺少 access_token 参数", "bug"),
    _describe(41002, "缺少 appid 参数", "bug"),
    _describe(41004, "缺少 secret 参数", "bug"),
    _describe(48004, "接口被封禁", "alarm", (
        "登录公众平台查看站内信中的封禁原因。",
        "Read the reason for the ban in the console's messages.")),
    _describe(50002, "用户受限，可能是账号被冻结或注销", "alarm", (
        "登录公众平台查看账号状态。", "Look at the account's state in the console.")),
    # Rights
    _describe(48001, "接口未授权", "capability off"),
    _describe(48002, "用户拒收消息", "give up"),
    _describe(48005, "素材被自动回复和自定义菜单引用，不能删除", "correct"),
    _describe(48006, "本月清零次数（10 次）已用完", "give up", (
        "下月一日恢复；当日额度零点自动恢复。",
        "Again from the first of the month; the day's quota comes back at midnight.")),
    _describe(48008, "没有该类型消息的发送权限", "capability off"),
    # Quotas
    _describe(45009, "接口调用超过每日额度", "tomorrow"),
    _describe(45011, "接口调用超过每分钟频率", "next minute"),
    _describe(45028, "没有群发额度", "tomorrow"),
    _describe(45029, "二维码生成数已达上限", "capability off", (
        "永久二维码最多 10 万个：改用临时二维码。",
        "At most 100,000 permanent QR codes: use temporary ones.")),
    _describe(40053, "二维码参数不合法", "correct"),
    # Followers
    _describe(40003, "不合法的 OpenID", "give up"),
    _describe(43004, "用户未关注", "give up"),
    _describe(43019, "用户在黑名单中", "give up"),
    _describe(63178, "该账号没有迁移记录", "give up"),
    _describe(45015, "回复超时：用户超过 48 小时未互动，或已取消关注", "next message"),
    _describe(45047, "客服消息下发条数超过上限", "next message"),
    _describe(45072, "输入状态指令不合法", "bug"),
    _describe(45080, "30 秒内与用户没有互动，不能显示输入状态", "give up"),
    _describe(45081, "已在显示输入状态", "done"),
    _describe(40200, "该账号不能发送菜单消息", "capability off"),
    _describe(43101, "用户未订阅或拒收该通知", "give up"),
    _describe(43102, "不是订阅通知的模板", "correct"),
    _describe(43104, "该 AppID 没有发送订阅通知的权限", "capability off"),
    _describe(43105, "图文与订阅通知模板没有绑定关系", "correct"),
    _describe(43106, "因违规处罚不能添加模板", "capability off"),
    _describe(43117, "模板消息对该用户下发过频", "give up"),
    # Material
    _describe(40004, "不合法的媒体文件类型", "correct"),
    _describe(40005, "不合法的文件类型", "correct"),
    _describe(40006, "不合法的文件大小", "correct"),
    _describe(40007, "不合法或已过期的 media_id", "correct", (
        "重新上传素材：临时素材只保存 3 天。",
        "Upload the material again: temporary material lives for three days.")),
    _describe(44001, "媒体文件为空", "correct"),
    _describe(41006, "缺少 media_id 参数", "bug"),
    _describe(40009, "图片大小超过限制", "correct"),
    _describe(40137, "不支持的图片格式", "correct"),
    _describe(41005, "缺少媒体文件数据", "correct"),
    _describe(45001, "媒体文件大小超过限制", "correct"),
    _describe(45034, "永久素材数量已达上限", "correct", (
        "删除不用的永久素材（图片 10 万个，其他 1,000 个）。",
        "Delete permanent material: 100,000 images and 1,000 others are allowed.")),
    _describe(45074, "素材过多", "correct"),
    # Texts and articles
    _describe(40008, "不合法的消息类型", "bug"),
    _describe(40033, "请求中包含 \\u 形式的字符", "bug"),
    _describe(44002, "请求体为空", "bug"),
    _describe(44003, "图文消息内容为空", "correct"),
    _describe(44004, "文本消息内容为空", "correct"),
    _describe(45002, "消息内容超过限制", "correct", (
        "缩短文字，或分成几条发送。", "Shorten the text, or send it in parts.")),
    _describe(45003, "标题超过限制", "correct"),
    _describe(45004, "摘要或描述超过限制", "correct"),
    _describe(45005, "链接超过限制", "correct"),
    _describe(41039, "原文链接不合法", "correct"),
    _describe(45110, "作者名超过限制", "correct"),
    _describe(45008, "图文数量超过限制", "correct"),
    _describe(45166, "内容不合法", "correct", (
        "检查正文中的外链、外部图片与特殊标签；平台不说明具体位置。",
        "Look for outside links, foreign images and odd tags: the platform names no place.")),
    _describe(47001, "请求数据格式错误", "bug"),
    _describe(40066, "不合法的接口地址", "bug"),
    _describe(40097, "参数不合法", "bug"),
    _describe(40114, "不合法的文章位置", "bug"),
    _describe(43001, "该接口需要 GET 请求", "bug"),
    _describe(43002, "该接口需要 POST 请求", "bug"),
    _describe(47003, "参数值不合法", "bug"),
    _describe(87014, "内容含有违法违规信息", "correct"),
    _describe(53402, "封面裁剪参数不合法", "correct"),
    _describe(53405, "商品不合法", "correct"),
    _describe(53406, "未开通带货能力", "capability off"),
    _describe(53600, "文章 ID 不存在", "give up"),
    _describe(101000, "图片链接不合法", "correct"),
    _describe(101002, "图片数据不合法", "correct"),
    _describe(10170001, "商品 ID 不合法", "correct"),
    _describe(10170002, "该文章类型不支持商品卡片", "correct"),
    _describe(10170003, "该文章类型不支持此商品卡片", "correct"),
    # Mass sends
    _describe(40031, "OpenID 列表不合法", "correct"),
    _describe(40032, "OpenID 列表长度不合法", "correct"),
    _describe(40059, "不合法的消息 ID", "give up"),
    _describe(40130, "OpenID 数量不在 2 到 10,000 之间", "correct"),
    _describe(40132, "不合法的微信号", "correct"),
    _describe(45065, "相同的 clientmsgid 已提交过", "done"),
    _describe(45066, "相同的 clientmsgid 重试过快，请间隔 1 分钟", "later"),
    _describe(45067, "clientmsgid 过长（最多 32 字节）", "bug"),
    _describe(45083, "群发速度不在 0 到 4 之间", "bug"),
    _describe(45084, "未设置过群发速度", "correct"),
    # Menus, tags
    _describe(40016, "一级菜单按钮个数不合法（1 到 3 个）", "correct"),
    _describe(40017, "菜单按钮类型不合法", "correct"),
    _describe(40018, "菜单按钮名称长度不合法", "correct"),
    _describe(40019, "菜单按钮 KEY 或所需字段不合法", "correct"),
    _describe(40020, "菜单按钮链接长度不合法", "correct"),
    _describe(40022, "子菜单级数不合法", "correct"),
    _describe(40023, "子菜单按钮个数不合法（最多 5 个）", "correct"),
    _describe(40025, "子菜单按钮名称长度不合法", "correct"),
    _describe(46003, "不存在菜单数据", "give up"),
    _describe(65301, "不存在该个性化菜单", "give up"),
    _describe(65303, "没有默认菜单，不能创建个性化菜单", "correct", (
        "先创建默认菜单。", "Create the default menu first.")),
    _describe(65304, "个性化菜单的匹配条件为空", "correct", (
        "至少写一个条件：标签或手机系统。", "Name at least one condition: a tag or a platform.")),
    _describe(65305, "个性化菜单数量受限", "correct", (
        "先删除不用的个性化菜单。", "Delete conditional menus that aren't used.")),
    _describe(65306, "该账号不支持个性化菜单", "capability off"),
    _describe(65307, "个性化菜单信息为空", "correct"),
    _describe(65308, "菜单中有没有响应类型的按钮", "correct"),
    _describe(65309, "个性化菜单开关处于关闭状态", "capability off"),
    _describe(65316, "个性化菜单外跳的域名过多（最多 3 个域名）", "correct"),
    _describe(65317, "菜单链接不合法", "correct"),
    _describe(45010, "菜单按钮数或名称超过限制", "correct"),
    _describe(45064, "菜单中的小程序未与公众号关联", "correct"),
    _describe(45056, "标签数量超过 100 个", "correct"),
    _describe(45057, "标签下粉丝超过 10 万，不能删除", "correct"),
    _describe(45058, "不能修改系统保留标签", "correct"),
    _describe(45059, "该粉丝的标签已达 20 个", "give up"),
    _describe(45157, "标签名不合法或与已有标签重名", "correct"),
    _describe(45158, "标签名超过 30 个字节", "correct"),
    _describe(45159, "不合法的标签", "correct"),
    # Templates
    _describe(40102, "不合法的行业编号，或尚未设置行业", "correct"),
    _describe(40037, "不合法的模板 ID", "correct"),
    _describe(40246, "模板关键词列表为空或不合法", "correct"),
    _describe(43100, "行业修改过频（每月一次）", "give up"),
    _describe(45026, "模板数量超过限制", "correct"),
    _describe(45027, "模板与所选行业冲突", "correct"),
    # Comments
    _describe(88000, "没有留言权限", "capability off"),
    _describe(88001, "该图文不存在", "give up"),
    _describe(88003, "精选留言数已达上限", "give up"),
    _describe(88004, "已被用户删除", "give up"),
    _describe(88005, "已经回复过", "done"),
    _describe(88007, "回复超过长度限制或为空", "correct"),
    _describe(88008, "该留言不存在", "give up"),
    _describe(87009, "该回复不存在", "give up"),
    _describe(88010, "留言条数参数超出范围（1 到 49）", "bug"),
    # Customer-service desk
    _describe(61450, "系统错误", "retry"),
    _describe(61451, "参数错误", "bug"),
    _describe(61452, "客服账号无效", "correct"),
    _describe(61453, "客服账号已存在", "done"),
    _describe(61454, "客服账号名过长（最多 10 个英文字符）", "correct"),
    _describe(61455, "客服账号名含非法字符", "correct"),
    _describe(61456, "客服账号数已达上限", "correct"),
    _describe(61457, "头像文件类型不合法", "correct"),
    _describe(65400, "未开通新版客服功能", "capability off"),
    _describe(65401, "无效的客服账号", "correct"),
    _describe(65402, "客服账号尚未绑定微信号", "correct"),
    _describe(65403, "客服昵称不合法（1 到 16 个字）", "correct"),
    _describe(65404, "客服账号名不合法", "correct"),
    _describe(65405, "客服账号数已达上限", "correct"),
    _describe(65406, "客服账号已存在", "done"),
    _describe(65407, "邀请对象已是本公众号客服", "done"),
    _describe(65408, "已向该微信号发送过邀请", "done"),
    _describe(65409, "不合法的微信号", "correct"),
    _describe(65410, "邀请对象绑定的公众号客服数已达上限", "give up"),
    _describe(65411, "该账号已有等待确认的邀请", "done"),
    _describe(65412, "该账号已绑定微信号，不能再邀请", "give up"),
    _describe(65413, "不存在该用户的会话", "give up"),
    _describe(65414, "该用户正在被其他客服接待", "give up"),
    _describe(65415, "指定的客服不在线", "later"),
    _describe(65416, "查询参数不合法", "bug"),
    _describe(65417, "查询时间段超出限制（最长 1 天）", "bug"),
    # OAuth
    _describe(40030, "不合法的 refresh_token", "give up"),
    _describe(42002, "refresh_token 已过期", "give up"),
    _describe(40029, "不合法的 code", "give up"),
    _describe(40163, "code 已使用过", "give up"),
    # Statistics
    _describe(61500, "日期格式错误", "bug"),
    _describe(61501, "日期范围错误", "give up", _DAYS),
    _describe(61503, "数据尚未就绪", "later"),
    # Diagnosis
    _describe(40202, "不合法的检测动作", "bug"),
    _describe(40201, "未填写服务器回调地址", "correct", (
        "在微信开发者平台「我的业务 → 公众号/服务号 → 消息与事件推送」中填写 URL 与 Token，保存并"
        "启用。",
        "Enter URL and Token at 我的业务 → 公众号/服务号 → 消息与事件推送 on 微信开发者平台, save, "
        "and press 启用.")),
    _describe(40203, "不合法的检测运营商", "bug"),
    _describe(76001, "rid 不存在", "give up"),
    _describe(76002, "rid 不合法", "correct"),
    _describe(76003, "rid 不属于该账号，或 cgi_path 不合法", "correct"),
    _describe(76004, "rid 已过期（7 天）", "give up"),
    _describe(76021, "cgi_path 不存在", "bug"),
    _describe(76022, "该接口不能查询额度", "bug"),
)  # fmt: skip

ERROR_CODES: Mapping[int, ErrorCode] = MappingProxyType({entry.code: entry for entry in _CODES})
