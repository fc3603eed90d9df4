"""Opens Optuna's studies and their databases, which several machines may share.

Optuna: https://arxiv.org/abs/1907.10902.
"""

import contextlib
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning, OptunaError
from optuna.pruners import MedianPruner
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import FrozenTrial
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from models.errors import ExpectedFault

HEARTBEAT = 60  # seconds; a trial without one for twice as long counts as dead and is repeated
RETRIES = 2
LOCKED = 60  # seconds to wait while another process writes into SQLite
PACKAGES = {"psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}
ABOUT = "about"  # the attribute that says what a study's trials learnt from


class StudyFault(ExpectedFault):
    """A study can't begin or continue; the message says why and what to do."""


@contextlib.contextmanager
def open_database(url: str) -> Iterator[RDBStorage]:
    """Open the database at the SQLAlchemy URL `url`; creates a missing SQLite file.

    Raises StudyFault when opening fails, and when the database fails inside the `with` block.
    """
    storage = _connect(_parse_address(url))
    try:
        yield storage
    except (SQLAlchemyError, OptunaError) as error:
        raise StudyFault(
            f"the database of the study failed ({_explain_error(error)}); what it holds is kept: "
            "call again with the same --study to go on"
        ) from error
    finally:
        storage.remove_session()
        storage.engine.dispose()


def open_study(name: str, storage: RDBStorage, about: str, seed: int) -> Study:
    """Create or continue the study `name`. `about` is the hash of what all its trials share.

    From the second epoch on, trials worse than the median of the others at that epoch are pruned.
    Raises StudyFault when the study has another `about`.
    """
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        direction="maximize",
        load_if_exists=True,
        sampler=Dice(seed),
        pruner=MedianPruner(n_startup_trials=5, n_warmup_steps=1),
    )
    if study.get_trials(deepcopy=False) and study.user_attrs.get(ABOUT) != about:
        raise StudyFault(
            f"study {name!r} was begun with other data, methods, base, seed or share to validate "
            "on, and trials of both can't be compared: give another --study"
        )
    study.set_user_attr(ABOUT, about)
    return study


class Dice(BaseSampler):
    """TPE (https://arxiv.org/abs/2304.11127), seeded by `seed` plus each trial's number.

    With one seed for a run, all machines and all resumed runs of a study would draw the same
    trials.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.sampler = TPESampler(seed=seed)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Seed the sampler by the trial's number."""
        self.sampler = TPESampler(seed=self.seed + trial.number)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """The settings that are drawn together, as TPE has them."""
        return self.sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Settings that are drawn together, as TPE draws them."""
        return self.sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """One setting, as TPE draws it."""
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)


def _parse_address(url: str) -> URL:
    try:
        address = make_url(url)
        blocking = not address.get_dialect().is_async
    except ArgumentError:
        raise StudyFault(
            "--storage is no address of a database; it looks like sqlite:///studies.db or "
            "postgresql+psycopg://user:password@host/name"
        ) from None
    if not blocking:
        raise StudyFault(
            f"--storage names the asynchronous driver {address.drivername}; studies need another: "
            f"write {address.get_backend_name()}:// instead"
        )
    return address


def _connect(address: URL) -> RDBStorage:
    shown_address = address.render_as_string(hide_password=True)
    try:
        if address.get_backend_name() == "sqlite" and address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open_storage(address)
        except DBAPIError:
            time.sleep(1)  # another machine that began at the same time is creating the tables
            return _open_storage(address)
    except ImportError as error:
        raise StudyFault(
            f"{shown_address} needs a driver: pip install {_driver_package(error)!r}"
        ) from error
    except (SQLAlchemyError, RuntimeError, OSError) as error:
        # RuntimeError: tables of another version of Optuna.
        raise StudyFault(
            f"{shown_address} can't be opened ({_explain_error(error)}); check --storage, and that "
            "the database "
            "is there and may be written"
        ) from error


def _open_storage(address: URL) -> RDBStorage:
    is_file = address.get_backend_name() == "sqlite"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return RDBStorage(
            address.render_as_string(hide_password=False),
            {"connect_args": {"timeout": LOCKED}} if is_file else {"pool_pre_ping": True},
            heartbeat_interval=HEARTBEAT,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(RETRIES),
        )


def _driver_package(error: ImportError) -> str:
    missing = error.__cause__
    name = missing.name if isinstance(missing, ImportError) and missing.name else "its driver"
    return PACKAGES.get(name, name)


def _explain_error(error: BaseException) -> str:
    """The database's own message on one line, without SQLAlchemy's statement and link."""
    inner = error.__cause__ if isinstance(error, OptunaError) and error.__cause__ else error
    cause = inner.orig if isinstance(inner, DBAPIError) and inner.orig else inner
    return " ".join(str(cause).split())
