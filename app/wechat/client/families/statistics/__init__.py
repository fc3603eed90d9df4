"""Statistics of followers, messages and articles (数据统计)."""
