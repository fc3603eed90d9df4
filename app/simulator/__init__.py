"""A simulator of WeChat, on both of its sides.

`phone` and `wechat` push followers' messages to the service as WeChat's servers do: signed,
encrypted if asked, cut off after five seconds, delivered three times. `platform` answers where
api.weixin.qq.com would: `dispatch` checks token, rights and budget of each call, `families` has the
interfaces, `faults` lets calls fail, `platform_state` is what the platform remembers. `taps` finds
what a text offers to tap; `clock` lets hours pass at once.

Nothing here imports the rest of `app`. Signatures and encryption are written a second time on
purpose: a mistake made once, in one place, would agree with itself.
"""
