"""Generation on a GPU by transformers' continuous batching: new chats join the running batch.

Not measured on a GPU. The same code runs on a CPU, slowly, in tests.
"""

import asyncio
import uuid
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, GenerationConfig
from transformers.generation.configuration_utils import ContinuousBatchingConfig

from models.generator.prompts import ChatTokenizer
from models.generator.steered_torch import SteeredTorchWriter
from models.hub import describe

QUEUE = 256  # chats that may wait for a place in the batch


class ContinuousWriter:
    """Generates answers token by token. Has a thread of its own; call `close` at the end."""

    def __init__(self, folder: Path, device: str, memory: float | None = None) -> None:
        """Load the model. `memory`: share of free memory for chats in flight, 0 to 1."""
        self.chats = ChatTokenizer(folder)
        self.name = describe.read_base_facts(folder).name
        dtype = torch.float32 if device == "cpu" else torch.bfloat16
        loaded_model: Any = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, local_files_only=True
        )
        model = loaded_model.to(device).eval()
        self.steered = SteeredTorchWriter(model, self.chats)
        self._manager = model.init_continuous_batching(
            GenerationConfig(  # type: ignore[no-untyped-call]
                do_sample=False, eos_token_id=self.chats.end, pad_token_id=self.chats.end
            ),
            ContinuousBatchingConfig(max_memory_percent=memory, max_queue_size=QUEUE),
        )
        self._manager.start()

    async def write(self, ids: list[int], most: int, token_ids: list[int]) -> bool:
        """Generate up to `most` tokens after the chat `ids`, updating `token_ids` as they come.

        Returns whether the answer ended by itself. Cancelling frees its place in the batch. Raises
        RuntimeError when the model fails.
        """
        name = uuid.uuid4().hex
        news: asyncio.Queue[Any] = asyncio.Queue()
        self._manager.register_result_handler(name, news.put_nowait)
        if self._manager.add_request(ids, name, max_new_tokens=most, streaming=True) is None:
            raise RuntimeError("the batch takes no more chats: its thread has ended")
        is_over = ended = False
        try:
            while not is_over:
                output = await news.get()
                if output.error:
                    raise RuntimeError(output.error)
                token_ids[:] = [
                    token for token in output.generated_tokens if token != self.chats.end
                ]
                ended = self.chats.end in output.generated_tokens
                is_over = output.is_finished()
            return ended
        finally:
            if not is_over:
                self._manager.cancel_request(name)

    def close(self) -> None:
        """Stop the thread; answers in flight are lost."""
        self._manager.stop(block=True, timeout=5.0, hard_stop=True)
