"""The channel to WeChat: callbacks, passive replies, and the client of the platform's API."""
