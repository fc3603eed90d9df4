"""What a result says to the operator, in Chinese: what the data show, then what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding and the advice that follows from it; advice "": nothing is left to do.

    Both without a full stop at the end.
    """

    finding: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        """Both as one sentence."""
        return f"{self.finding}，{self.advice}。" if self.advice else f"{self.finding}。"


def format_rate(rate: float) -> str:
    """A rate in percent; two digits of a rate below 0.1 %."""
    return f"{rate:.1%}" if not 0 < rate < 0.001 else f"{rate * 100:.2g}%"
