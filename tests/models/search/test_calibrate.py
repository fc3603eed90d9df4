"""Scale and thresholds of the search."""

import pytest

from models.search.calibrate import NEAR_OFFERED, NEAR_WRONG, QuestionOutcome, fit_calibration


def outcomes(
    kind: str, count: int, first: float, *, right: bool, lead: float = 1.0
) -> list[QuestionOutcome]:
    """Of logits that fall in steps of .05 from `first` on."""
    return [QuestionOutcome(kind, first - 0.05 * step, lead, right) for step in range(count)]


def test_the_thresholds_let_so_many_near_questions_through() -> None:
    near = outcomes("near", 100, 1.0, right=False)
    fitted = fit_calibration([*outcomes("answerable", 100, 4.0, right=True), *near])

    assert fitted.metrics["near_answered"] == pytest.approx(NEAR_WRONG)
    assert fitted.possible < fitted.sure
    assert fitted.metrics["answerable_right"] > 0.6
    assert NEAR_OFFERED > NEAR_WRONG


def test_a_lead_counts_where_it_tells_right_from_wrong() -> None:
    right = outcomes("answerable", 60, 1.5, right=True, lead=3.0)
    wrong = outcomes("near", 60, 1.5, right=False, lead=0.2)

    assert fit_calibration([*right, *wrong]).apart > 0.5
    alike = [QuestionOutcome(o.kind, o.logit, 1.0, o.right) for o in (*right, *wrong)]
    assert abs(fit_calibration(alike).apart) < 0.1
