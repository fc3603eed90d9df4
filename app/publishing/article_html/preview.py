"""A page that shows an article at the width of a phone, with a switch for dark mode.

The page carries the very bytes of the draft's content. No script runs in it: the switch is a
checkbox, and both looks are in the page.
"""

import html

from app.publishing.article_html.dark_mode import render_dark

PHONE_WIDTH = 375  # px; the text is 343 wide, as in WeChat

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; background: #ededed; font-family: system-ui, "PingFang SC", sans-serif; }}
#dark {{ position: absolute; opacity: 0; }}
label {{ display: block; width: max-content; margin: 16px auto; padding: 6px 18px;
  border: 1px solid #8c8c8c; border-radius: 16px; font-size: 14px; cursor: pointer;
  background: #ffffff; color: #1a1a1a; }}
#dark:focus-visible + label {{ outline: 3px solid #1b4f9c; }}
.phone {{ width: {width}px; max-width: 100%; box-sizing: border-box; margin: 0 auto 32px;
  padding: 20px 16px 40px; background: #ffffff; color: #191919; overflow-wrap: break-word; }}
.phone.dark {{ display: none; background: #191919; color: rgba(255, 255, 255, 0.6); }}
#dark:checked ~ .phone.light {{ display: none; }}
#dark:checked ~ .phone.dark {{ display: block; }}
h1 {{ margin: 0 0 14px; font-size: 22px; line-height: 1.4; }}
.byline {{ margin: 0 0 24px; font-size: 15px; color: #8c8c8c; }}
</style></head>
<body>
<input type="checkbox" id="dark"><label for="dark">切换深色模式</label>
<main class="phone light"><h1>{title}</h1><p class="byline">{byline}</p>{light}</main>
<main class="phone dark"><h1>{title}</h1><p class="byline">{byline}</p>{dark}</main>
</body></html>
"""


def make_preview_page(title: str, byline: str, content: str) -> str:
    """The page; `content` is the content of a rendered article and goes in unchanged."""
    return _PAGE.format(
        title=html.escape(title),
        byline=html.escape(byline),
        width=PHONE_WIDTH,
        light=content,
        dark=render_dark(content),
    )
