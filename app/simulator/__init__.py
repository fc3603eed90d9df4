"""A simulator of WeChat, on both of its sides.

`phones` and `callback` push followers' messages to the service as WeChat's servers do: signed,
encrypted if asked, cut off after five seconds, delivered three times. `platform` answers where
api.weixin.qq.com would: `gateway` checks token, rights and budget of each call and lets calls fail,
`families` has the interfaces, `accounts` and `publishing` hold what the platform remembers.
`control` is the developer's side over HTTP; `clock` lets hours pass at once.

Nothing here imports the rest of `app`. Signatures and encryption are written a second time on
purpose: a mistake made once, in one place, would agree with itself.
"""
