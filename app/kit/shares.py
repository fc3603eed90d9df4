"""Writes shares for operators."""


def format_share(share: float) -> str:
    """A share (0 to 1) in per cent, in Chinese; one that isn't 0 never reads 0%."""
    return "不到 1%" if 0 < share < 0.01 else f"{share:.0%}"


def format_change(change: float) -> str:
    """A relative change in Chinese: 高 25%, 低 0.3%; one that rounds to nothing is no change."""
    size = abs(change)
    if size < 0.0005:
        return "几乎不变"
    direction = "高" if change > 0 else "低"
    return f"{direction} {size:.0%}" if size >= 0.01 else f"{direction} {size:.1%}"
