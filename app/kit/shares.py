"""Writes shares for operators."""


def format_share(share: float) -> str:
    """A share (0 to 1) in per cent, in Chinese; one that isn't 0 never reads 0%."""
    return "不到 1%" if 0 < share < 0.01 else f"{share:.0%}"
