"""A planned run in a Chinese sentence."""

MOST_DAYS = 90  # as the plan counts; `days` is None beyond


def summarize_run(exposures: int, days: int | None, smallest_lift: float | None) -> str:
    """How long the run takes; where it takes too long, what four weeks could find."""
    if days is not None:
        return f"需要 {exposures:,} 次曝光，按目前的流量大约 {days} 天。"
    start = f"需要 {exposures:,} 次曝光，按目前的流量 {MOST_DAYS} 天内达不到"
    if smallest_lift is None:
        return f"{start}；四周里几乎没有曝光，发现不了任何提升。"
    return f"{start}；四周最小能发现的提升约为 {_format_lift(smallest_lift)}。"


def warn_of_followers(exposures: int, followers: int | None) -> str:
    """A word where the run takes more followers than there were in four weeks; "" otherwise."""
    if followers is None or exposures <= followers:
        return ""
    return (
        f"每位粉丝只计一次，最近四周能参加的只有 {followers:,} 位：其余"
        f" {exposures - followers:,} 次要靠新粉丝，没有新粉丝就做不完。"
    )


def _format_lift(lift: float) -> str:
    """A relative lift: in percent, or in multiples from 100 % on."""
    return f"{lift:.0%}（{lift:.1f} 倍）" if lift >= 1 else f"{lift:.1%}"
