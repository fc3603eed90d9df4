"""What `both` prints when it is ready: addresses, keys, and how to try it."""

import sys

from app.sample import loading, shop
from app.settings import Settings


def format_welcome(app_settings: Settings) -> str:
    """The text, with the secrets that a newcomer needs."""
    host = f"[{app_settings.host}]" if ":" in app_settings.host else app_settings.host
    base = f"http://{host}:{app_settings.port}"
    key = app_settings.cms_api_key.get_secret_value()
    playground = f"{base}/playground" if app_settings.playground else "off (PLAYGROUND=false)"
    follower = _FOLLOWER.format(base=base) if app_settings.playground else ""
    sample = _SAMPLE if loading.is_sample(app_settings) else ""
    return f"""
回音 Huiyin is ready.
  first page     {base}/
  callback URL   {base}/wechat/default
  token          {app_settings.wechat_token.get_secret_value()}
  playground     {playground}
  CMS key        {key}
{sample}{follower}
The CMS asks:
  curl -sS {base}/api/v1/intents -H 'Authorization: Bearer {key}' \\
       -H 'Content-Type: application/json' -d '{{"texts": ["什么时候发货？"]}}'
"""


_SAMPLE = f"""
The account is filled with a sample shop, {shop.BRAND}: 40 entries, 3 documents, 6 orders.
Ask it: {" / ".join(shop.SUGGESTIONS[:4])}
Empty it:
  {sys.executable} -m app sample clear
"""

# By the playground, which signs: a signature printed here would be refused after ten minutes.
_FOLLOWER = """
A follower writes:
  curl -sS {base}/playground/messages -H 'Content-Type: application/json' \\
       -d '{{"openid": "oFollower", "text": "什么时候发货？"}}'
"""
