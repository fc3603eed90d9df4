"""A stand-in for WeChat, on both of its sides.

`phone` and `wechat` push followers' messages to the service as WeChat's servers do: signed,
encrypted if asked, cut off after five seconds, delivered three times. `platform` answers where
api.weixin.qq.com would: tokens, customer-service messages, typing, error codes, quotas, and
`faults` by chance. `taps` finds what a text offers to tap; `clock` lets hours pass at once.

Nothing here imports the rest of `app`. Signatures and encryption are written a second time on
purpose: a mistake made once, in one place, would agree with itself.
"""
