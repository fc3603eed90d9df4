"""WeChat's article structure rules (version 1.0.0 of 2026-06), checked before a draft is sent."""
