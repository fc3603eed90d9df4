"""The looks of a sequential plan: one a day, the last one when it has its planned exposures."""

from bisect import bisect_right
from dataclasses import replace

from app.marketing.experiments.alternation import number_day
from app.marketing.experiments.results.observation import Observation
from app.marketing.experiments.stats import sequential
from app.marketing.experiments.values import StoredExperiment


def end_at_plan(experiment: StoredExperiment, observation: Observation) -> Observation:
    """What was seen until the end of the day that reached the planned exposures.

    That day's look is the final one (sequential: it spends all that is left of the error rate;
    fixed: the only one). Followers of
    later days don't count, whenever the result is read. Without a plan all of them do.
    """
    exposed = observation.exposed
    planned = experiment.run.exposures if experiment.run else len(exposed)
    if len(exposed) <= planned:
        return observation
    final_day = number_day(exposed[planned - 1].first)
    end = bisect_right(exposed, final_day, key=lambda follower: number_day(follower.first))
    return replace(observation, exposed=exposed[:end])


def list_fractions(
    experiment: StoredExperiment, observation: Observation
) -> tuple[float, ...] | None:
    """The share of the planned exposures at the end of each day so far, and now.

    A look a day is what the plan pays for, whether anybody looked or not. None without a plan or
    exposures.
    """
    if not experiment.run or not observation.exposed:
        return None
    counts: dict[int, int] = {}
    for number, follower in enumerate(observation.exposed, start=1):
        counts[number_day(follower.first)] = number
    looks = [count / experiment.run.exposures for count in counts.values()]
    return tuple(looks[-sequential.MOST_LOOKS :])
