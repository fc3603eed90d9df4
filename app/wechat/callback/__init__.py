"""The callback: verify and decrypt what WeChat sends, parse it, and reply."""
