"""The sentences about wrong settings in Chinese; `app.settings` and `app.accounts` have English."""

import re
from collections.abc import Mapping

# The whole English sentence as a pattern, and the Chinese one; {1} is its first group.
_SENTENCES: Mapping[str, str] = {
    r"(\w+) is not set: choose a random one of at least (\d+) characters\.":
        "未设置 {1}：请设为不少于 {2} 个字符的随机文字。",
    r"(\w+) is a default or too short: use (\d+) random characters or more\.":
        "{1} 是示例值或过短：请改为不少于 {2} 个字符的随机文字。",
    r"(REDIS_URL|DATABASE_URL) is not set: api and worker meet in a shared .*":
        "未设置 {1}：api 与 worker 单独运行时必须共用它。",
    r"WECHAT_APPID is not set: .*": "未设置 WECHAT_APPID：在微信开发者平台的账号信息中复制。",
    r"HOST is (\S+), and whoever reaches /playground .*":
        "HOST 为 {1}，任何能访问 /playground 的人都可以冒充粉丝读取和删除数据："
        "请设 PLAYGROUND=false 或 HOST=127.0.0.1。",
    r"EVENTS_KEEP_DAYS is (\d+), and EVENTS_OPEN_DAYS (\d+): .*":
        "EVENTS_KEEP_DAYS 为 {1}，EVENTS_OPEN_DAYS 为 {2}：事件的保存天数应更大。",
    r"(\w+): must be an address that begins with (.+)\.": "{1}：须是以 {2} 开头的地址。",
    r"(\w+): not an address of the form (\S+?)\. .*":
        "{1}：地址的格式应为 {2}；密码中的 # / ? @ : % [ ] 须写成百分号编码，如 # 写作 %23。",
    r"(\w+): must be auto, cpu, cuda or a GPU by its number, such as (\S+)\.":
        "{1}：须为 auto、cpu、cuda，或带编号的 GPU，如 {2}。",
    r"(\w+): must be JSON, as (\S+) shows it\.": "{1}：须是 JSON，写法见 {2}。",
    r"(\w+): Input should be (.+)\.": "{1}：取值应为 {2}。",
    r"Account '(\S+)': a name is of .*": "账号 {1}：名称只能包含字母、数字、- 和 _。",
    r"Account '(\S+)': appid and token must be set\.": "账号 {1}：必须设置 appid 和 token。",
    r"Account '(\S+)': the AES key must be 43 .* has (\d+) characters\. .*":
        "账号 {1}：EncodingAESKey 须为 43 个字母或数字，现有 {2} 个字符；请从平台页面重新复制。",
    r"Account '(\S+)': mode (\w+) needs the AES key .*":
        "账号 {1}：{2} 模式需要 EncodingAESKey。",
    r"Account '(\S+)': desk = \"wechat\" is for verified accounts; .*":
        '账号 {1}：desk = "wechat" 仅限已认证的账号；请设 verified = true，或改为 desk = "inbox"。',
    r"Account '(\S+)': order_webhook is a whole address, .*":
        "账号 {1}：order_webhook 须是以 http:// 或 https:// 开头的完整地址，且不含用户名。",
    r"Account '(\S+)': order_webhook needs a webhook_secret of at least (\d+) .*":
        "账号 {1}：order_webhook 需要不少于 {2} 个随机字符的 webhook_secret，用于签名。",
    r"ACCOUNTS_FILE (\S+) can't be used: (.*)\.": "ACCOUNTS_FILE（{1}）无法使用：{2}。",
}  # fmt: skip


def translate_fault(fault: str) -> str:
    """The sentence in Chinese; as it is where it is none of these."""
    for pattern, chinese in _SENTENCES.items():
        if match := re.fullmatch(pattern, fault, re.DOTALL):
            return chinese.format(
                None, *(group.replace(" or ", " 或 ") for group in match.groups())
            )
    return fault
