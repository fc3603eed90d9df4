"""Generation on a CPU by CTranslate2, with int8 weights converted from the fetched ones."""

import functools
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ctranslate2
from ctranslate2.converters import TransformersConverter
from filelock import FileLock

from models.generator.prompts import ChatTokenizer
from models.hub import describe
from models.hub.errors import IncompatibleArchitecture

FOLDER = "int8"  # inside the folder of the fetched weights
WEIGHTS = "model.bin"
REPEATS = 8  # tokens in a row that steered answers don't write twice: small models go round
TOP = 40  # likeliest tokens that a sampled one is drawn from


@dataclass(slots=True, kw_only=True)
class ChatGeneration:
    """A chat's tokens and the answer's so far; other threads may read it meanwhile."""

    ids: tuple[int, ...]
    most: int  # tokens
    deadline: float  # of time.monotonic(); set it to 0 to cancel
    token_ids: list[int] = field(default_factory=list)
    finished: bool = False  # the answer ended by itself
    first: float = 0.0  # seconds from the batch's beginning to the first token
    last: float = 0.0  # the same to the latest token


class Int8Writer:
    """Generates answers for batches of chats, one batch at a time."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.chats = ChatTokenizer(folder)
        self.name = describe.read_base_facts(folder).name
        self._open = functools.partial(
            ctranslate2.Generator, str(convert_to_int8(folder)), device="cpu", compute_type="int8",
            inter_threads=1, intra_threads=threads,
        )  # fmt: skip
        self._generator = self._open()

    def write(
        self, chats: Sequence[ChatGeneration], ended: Callable[[ChatGeneration], None]
    ) -> None:
        """Generate answers, each until its end, `most` or deadline; then call `ended` with it."""
        # `enough` must not refer to `self`: CTranslate2 releases it in one of the generator's own
        # threads. With the last reference the generator would be freed there and wait for itself.
        began, end = time.monotonic(), self.chats.end

        def enough(step: ctranslate2.GenerationStepResult) -> bool:
            chat, now = chats[step.batch_id], time.monotonic()
            chat.last = now - began
            chat.first = chat.first or chat.last
            chat.finished = bool(step.token_id == end)
            if not chat.finished:
                chat.token_ids.append(step.token_id)
            over: bool = chat.finished or len(chat.token_ids) >= chat.most or now >= chat.deadline
            if over:
                ended(chat)
            return over

        self._generator.generate_batch(
            [self.chats.pieces(chat.ids) for chat in chats],
            max_length=max(chat.most for chat in chats),
            sampling_topk=1, include_prompt_in_result=False, end_token=[end],
            callback=enough,
        )  # fmt: skip

    def extend(
        self,
        ids: Sequence[int],
        most: int,
        step: Callable[[int], bool],
        sampling: "Sampling | None" = None,
    ) -> None:
        """Go on after `ids` with at most `most` tokens, until `step` returns True.

        `step` is called with each token, also with that of the end. Without `sampling` each token
        is the likeliest.
        """

        # CTranslate2 releases `enough` in one of the generator's own threads, maybe later. With the
        # last reference to the generator that thread would free it and wait for itself.
        steps = [step]

        def enough(result: ctranslate2.GenerationStepResult) -> bool:
            return steps[0](result.token_id)

        generator = sampling.open_generator(self._open) if sampling else self._generator
        try:
            generator.generate_batch(
                [self.chats.pieces(ids)], max_length=most, end_token=[self.chats.end],
                include_prompt_in_result=False, callback=enough, no_repeat_ngram_size=REPEATS,
                sampling_topk=TOP if sampling else 1,
                sampling_temperature=sampling.temperature if sampling else 1.0,
            )  # fmt: skip
        finally:
            steps.clear()

    def rank_next(self, ids: Sequence[int], count: int) -> list[int]:
        """The `count` likeliest tokens after `ids`, best first."""
        [result] = self._generator.generate_batch(
            [self.chats.pieces(ids)], max_length=1, num_hypotheses=count, return_alternatives=True,
            return_end_token=True, include_prompt_in_result=False, end_token=[self.chats.end],
        )  # fmt: skip
        return [sequence[0] for sequence in result.sequences_ids]


@dataclass(slots=True)
class Sampling:
    """How tokens of one answer are drawn: equal temperature and seed draw equally.

    CTranslate2 seeds a thread's random numbers once, at its first draw. So each answer has a
    generator of its own, whose threads are new: a second and half a gigabyte, until it ends.
    """

    temperature: float  # above 0
    seed: int
    _generator: ctranslate2.Generator | None = None

    def open_generator(self, load: Callable[[], ctranslate2.Generator]) -> ctranslate2.Generator:
        """The generator, loaded at the first call."""
        if self._generator is None:
            ctranslate2.set_random_seed(self.seed)
            self._generator = load()
        return self._generator

    def close(self) -> None:
        """Free the generator."""
        self._generator = None


def convert_to_int8(folder: Path) -> Path:
    """The folder of int8 weights inside `folder`, converted on first call (half a minute, 2 GB).

    Raises IncompatibleArchitecture for a model that CTranslate2 doesn't support.
    """
    target = folder / FOLDER
    with FileLock(folder / f"{FOLDER}.lock"):  # two workers may start at once
        if not (target / WEIGHTS).exists():
            part_folder = folder / f"{FOLDER}.part"
            shutil.rmtree(part_folder, ignore_errors=True)
            try:
                TransformersConverter(str(folder), low_cpu_mem_usage=True).convert(
                    str(part_folder), quantization="int8"
                )
            except ValueError as error:
                raise IncompatibleArchitecture(
                    f"{folder.name} can't be written with in int8 ({error}): choose another model, "
                    "or serve it by vLLM or Ollama and name that in LLM_BASE_URL"
                ) from error
            part_folder.replace(target)
    return target
