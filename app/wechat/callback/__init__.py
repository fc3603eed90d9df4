"""What WeChat sends us, and how we answer: verify, decrypt, parse, reply."""
