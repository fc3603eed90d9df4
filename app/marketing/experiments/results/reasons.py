"""What a result says to the operator, in Chinese: what the data show, then what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding and the advice that follows from it; advice "": nothing is left to do.

    Both without a full stop at the end. remark: further whole sentences.
    """

    finding: str
    advice: str = ""
    remark: str = ""

    @property
    def sentence(self) -> str:
        """Finding and advice as one sentence, then the remark."""
        advice = f"，{self.advice}" if self.advice else ""
        return f"{self.finding}{advice}。{self.remark}"


def format_rate(rate: float) -> str:
    """A rate in percent; two digits of a rate below 0.1 %."""
    return f"{rate:.1%}" if not 0 < rate < 0.001 else f"{rate * 100:.2g}%"


def format_probability(probability: float) -> str:
    """A probability in percent, with the word before it; none is told as 0 or 100 %."""
    if probability < 0.001:
        return "不到 0.1%"
    if probability > 0.999:
        return "超过 99.9%"
    return f" {probability:.1%}"
