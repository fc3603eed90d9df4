"""Jobs that could not be queued: files on the disk of the api process, queued once that succeeds.

For jobs without a reply, which nobody would miss: the platform demands that a follower who left is
erased, and sends the event again for fifteen seconds only.
"""

import asyncio
import contextlib
import hashlib
import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from app.delivery.user_queue import UserQueues
from app.jobs import TURN_JOB, TurnJob
from app.redis import keys

log = structlog.get_logger()

FOLDER = "unqueued_jobs"  # in DATA_DIR
_ENDING, _UNREADABLE = ".json", ".unreadable"


@dataclass(frozen=True, slots=True)
class UnqueuedJobs:
    """A file a job, named by the hash of its id; several processes may share the folder."""

    folder: Path

    def add(self, job: TurnJob) -> None:
        """Write the job to disk; a job of the same id is replaced. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{uuid.uuid4().hex}.part"
        _write_through(partial, job.model_dump_json().encode())
        partial.replace(self._path(job))
        _sync_folder(self.folder)

    def read_all(self) -> list[TurnJob]:
        """The stored jobs, the oldest first. A file of another version is set aside."""
        files: list[tuple[int, Path]] = []
        for file in self.folder.glob(f"*{_ENDING}"):
            with contextlib.suppress(FileNotFoundError):  # another process has queued it
                files.append((file.stat().st_mtime_ns, file))
        return [job for _, file in sorted(files) if (job := _read_job(file))]

    def remove(self, job: TurnJob) -> None:
        """Remove the job's file, if it is there. Raises OSError."""
        self._path(job).unlink(missing_ok=True)

    def _path(self, job: TurnJob) -> Path:
        return self.folder / (hashlib.sha256(job.id.encode()).hexdigest() + _ENDING)


async def queue_stored_jobs(unqueued_jobs: UnqueuedJobs, user_queues: UserQueues, api: str) -> None:
    """Queue the stored jobs of the process `api`, the oldest first, and remove those that were.

    A job whose queue is full stays. Raises RedisError and OSError.
    """
    for job in await asyncio.to_thread(unqueued_jobs.read_all):
        user, waiter = keys.user(job.account, job.openid), f"{api} nobody 0"
        admission = await user_queues.admit(
            job.id, user, job.model_dump_json(), waiter, time.time(), waited=True
        )
        if admission.outcome != "full":
            await asyncio.to_thread(unqueued_jobs.remove, job)
            log.info("stored_job_queued", delivery=job.id)


def _read_job(file: Path) -> TurnJob | None:
    try:
        return TURN_JOB.validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:
        log.error("stored_job_unreadable", file=str(file))
        file.replace(file.with_suffix(_UNREADABLE))
        return None


def _write_through(path: Path, content: bytes) -> None:
    """Write a file that only this user may read; returns once it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Return once the folder's names are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
