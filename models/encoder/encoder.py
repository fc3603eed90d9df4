"""The encoder: BERT, RoBERTa, XLM-R or MPNet, packed, without padding; served and trained by it.

Tokens of all texts stand one after another, (T, H). Linear layers run once over all of them;
attention runs by groups of texts of equal length, (n, heads, length, H / heads). Pooling gives
one row a text.
"""

import copy
import json
from collections.abc import Sequence
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from models.encoder import checkpoint
from models.encoder.adapter import LINEAR, Adapter
from models.encoder.dtypes import TORCH
from models.encoder.precision import Dtype
from models.hub import describe

MAX_TOKENS = 192  # a customer's message is 13 at the median; longer ones are cut
WEIGHTS = "model.safetensors"
PAIR_TOKENS = 2 * MAX_TOKENS
MASKS = ("<mask>", "[MASK]")  # names of the mask token in XLM-R's and BERT's tokenizers
Groups = list[tuple[int, int]]  # length of a text, how many texts have it


class Block(nn.Module):
    """One transformer layer; query, key and value are one matrix."""

    def __init__(self, hidden: int, intermediate: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = 0.0
        self.relative_bias: torch.Tensor | None = None  # (heads, L, L), see `checkpoint`
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, epsilon)
        self.up = nn.Linear(hidden, intermediate)
        self.down = nn.Linear(intermediate, hidden)
        self.norm_out = nn.LayerNorm(hidden, epsilon)

    def convert(self, dtype: torch.dtype) -> None:
        """Make linear layers and attention compute in `dtype`, in place."""
        on_gpu = self.qkv.weight.device.type == "cuda"
        # Weights of norms stay fp32 where the kernel takes both dtypes at once: on CPUs.
        norms = [self.norm, self.norm_out] if on_gpu else []
        for part in (self.qkv, self.out, self.up, self.down, *norms):
            part.to(dtype)

    def forward(self, x: torch.Tensor, groups: Groups) -> torch.Tensor:
        """(T, H) -> (T, H)."""
        parts = _split_by_group(self.qkv(x), groups)
        context = torch.cat(
            [
                self._attention(part, length, n)
                for part, (length, n) in zip(parts, groups, strict=True)
            ]
        )
        x = self.norm(x + self.out(context))
        wide = functional.gelu(self.up(x))
        return self.norm_out(x + self.down(wide))  # type: ignore[no-any-return]

    def _attention(self, qkv: torch.Tensor, length: int, n: int) -> torch.Tensor:
        # (n * length, 3H) -> 3 x (n, heads, length, H / heads)
        query, key, value = qkv.view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        bias = None
        if self.relative_bias is not None:
            bias = self.relative_bias[:, :length, :length].to(query)
        if torch.is_grad_enabled():
            # The fused kernel's backward pass takes half of a training step on CPUs.
            scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
            scores = scores if bias is None else scores + bias
            weights = functional.dropout(scores.softmax(-1), self.dropout, self.training)
            context: torch.Tensor = weights @ value
        else:
            context = functional.scaled_dot_product_attention(query, key, value, bias)
        return context.transpose(1, 2).reshape(n * length, -1)


class Encoder(nn.Module):
    """Turns token ids into pooled embeddings. `encode` is safe to call from several threads.

    Loaded in fp32; `convert` switches the layers to bf16. The first norm, the pooling and the
    returned embeddings are fp32 in either case.
    """

    def __init__(
        self,
        folder: Path,
        device: str = "cpu",
        adapter: Adapter | None = None,
        taps: Sequence[int] = (),
    ) -> None:
        """`taps`: numbers of the layers, from 1, whose pooled outputs are joined to a text's
        embedding; later layers aren't loaded. (): the last layer.
        """
        super().__init__()
        config, file = json.loads((folder / "config.json").read_text()), folder / WEIGHTS
        state = checkpoint.drop_prefixes(load_file(file, device=device))
        self.facts = describe.read_base_facts(folder)
        self.adapter_sha256 = adapter.sha256 if adapter else ""
        self.hidden: int = config["hidden_size"]
        self.dropout = 0.0
        epsilon = config["layer_norm_eps"]
        self.tokenizer = _load_tokenizer(folder, min(MAX_TOKENS, self.facts.max_tokens))
        self.words = _load_word_embeddings(file, device)
        self.dtype: Dtype = "fp32"
        self.positions = checkpoint.read_positions(state, config)
        self.norm = nn.LayerNorm(self.hidden, epsilon)
        sizes = self.hidden, config["intermediate_size"], config["num_attention_heads"]
        with torch.device("meta"):
            count = max(taps, default=config["num_hidden_layers"])
            self.taps = tuple(taps) or (count,)
            self.layers = nn.ModuleList(Block(*sizes, epsilon) for _ in range(count))
        # Copied out of the mapped file, which leaves them unaligned: products are 3 % slower then.
        self.layers.to_empty(device=device)
        self.load_state_dict(checkpoint.rename_weights(state, count))
        self.to(device, torch.float32).requires_grad_(False).eval()
        self._share_relative_bias(checkpoint.read_relative_bias(state, PAIR_TOKENS))
        if adapter:
            self._merge_adapter(adapter)

    @property
    def width(self) -> int:
        """Numbers in an embedding: H for each tap."""
        return self.hidden * len(self.taps)

    @property
    def device(self) -> torch.device:
        """The device of the layers, also after a trainer has moved them.

        Word and position embeddings stay where they were loaded.
        """
        return self.norm.weight.device

    def convert(self, dtype: Dtype) -> None:
        """Compute in `dtype` from now on, in place. Raises ValueError for bf16 to fp32."""
        if dtype == self.dtype:
            return
        if self.dtype == "bf16":
            raise ValueError("weights rounded to bf16 don't become fp32 again: load the encoder")
        for layer in self._typed_blocks():
            layer.convert(TORCH[dtype])
        self.dtype = dtype

    def copy_in(self, dtype: Dtype) -> "Encoder":
        """A copy that computes in `dtype`; what is no weight of a layer is shared."""
        shared = (self.words, self.positions, self.relative_bias, self.tokenizer)
        encoder = copy.deepcopy(self, {id(part): part for part in shared})
        encoder.convert(dtype)
        return encoder

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids with <s> and </s>, at most MAX_TOKENS each."""
        prefix = self.facts.prefix  # the model card of multilingual-e5 asks for one
        return [e.ids for e in self.tokenizer.encode_batch_fast([prefix + t for t in texts])]

    def tokenize_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
        """Token ids, one sequence a pair: the first text with the base's prefix, then the second.

        Each text is cut at MAX_TOKENS, so a pair may have twice as many.
        """
        first = self.tokenize([pair[0] for pair in pairs])
        second = [e.ids for e in self.tokenizer.encode_batch_fast([pair[1] for pair in pairs])]
        # XLM-R joins two texts by two separators.
        return [[*a, a[-1], *b[1:]] for a, b in zip(first, second, strict=True)]

    @torch.inference_mode()
    def encode(self, tokens: Sequence[Sequence[int]], taps: Sequence[int] = ()) -> torch.Tensor:
        """Pooled hidden states of `taps`: (len(tokens), H * taps) fp32, in the order given; (): of
        the encoder's own. The pass ends at the last of them.
        """
        return self(tokens, taps)  # type: ignore[no-any-return]

    def forward(self, tokens: Sequence[Sequence[int]], taps: Sequence[int] = ()) -> torch.Tensor:
        """Like `encode`, with gradients for the parameters that require them."""
        taps = taps or self.taps
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        packed = [tokens[i] for i in order]
        groups = self.groups(packed)
        x = self.embedded(packed)
        pooled_taps = []
        for number, layer in enumerate(self.layers[: max(taps)], start=1):
            x = layer(x, groups)
            if number in taps:
                pooled_taps.append(self._pool_groups(x, groups))
        pooled = torch.cat(pooled_taps, 1)
        back = torch.empty(len(order), dtype=torch.long)
        back[order] = torch.arange(len(order))
        return pooled[back.to(self.device)]

    def _pool_groups(self, x: torch.Tensor, groups: Groups) -> torch.Tensor:
        """(T, H) -> (n, H) fp32, in the order of the packed texts."""
        parts = zip(_split_by_group(x, groups), groups, strict=True)
        return torch.cat(
            [self._pool(part.view(n, length, self.hidden)) for part, (length, n) in parts]
        )

    def _pool(self, states: torch.Tensor) -> torch.Tensor:
        """(n, length, H) -> (n, H) fp32."""
        states = states.float()
        return states[:, 0] if self.facts.pooling == "cls" else states.mean(1)

    def hidden_states(self, packed: Sequence[Sequence[int]]) -> tuple[torch.Tensor, Groups]:
        """Last hidden states, (T, H) in the encoder's dtype, and the groups of equal length.

        `packed` must be sorted by length: attention runs by groups.
        """
        groups = self.groups(packed)
        x = self.embedded(packed)
        for layer in self.layers:
            x = layer(x, groups)
        return x, groups

    def groups(self, packed: Sequence[Sequence[int]]) -> Groups:
        """(length, count) of each run of equally long texts; `packed` is sorted by length."""
        return [(length, len(list(same))) for length, same in groupby(map(len, packed))]

    def embedded(self, packed: Sequence[Sequence[int]]) -> torch.Tensor:
        """(T, H) in the encoder's dtype: word and position embeddings, the first layer's input."""
        where = self.words.device
        ids = torch.tensor(list(chain.from_iterable(packed)), device=where)
        at = torch.tensor([i for text in packed for i in range(len(text))], device=where)
        x = (self.words[ids].float() + self.positions[at]).to(self.device)
        x = self.norm(x).to(TORCH[self.dtype])
        return functional.dropout(x, self.dropout, self.training)

    def drop_out(self, share: float) -> None:
        """Set the dropout of embeddings and attention weights; active in training mode only."""
        self.dropout = share
        for layer in self._typed_blocks():
            layer.dropout = share

    def _share_relative_bias(self, bias: torch.Tensor | None) -> None:
        self.relative_bias = bias
        for layer in self._typed_blocks():
            layer.relative_bias = bias

    def _merge_adapter(self, adapter: Adapter) -> None:
        adapter.check({name: tuple(w.shape) for name, w in self.linear_weights().items()})
        for name, weight in self.linear_weights().items():
            weight.data += adapter.change(name).to(weight.device, weight.dtype)

    def linear_weights(self) -> dict[str, torch.Tensor]:
        """The weights that an adapter may change, by the adapter's names: `3.qkv` for layer 3."""
        return {
            f"{number}.{name}": getattr(layer, name).weight
            for number, layer in enumerate(self._typed_blocks())
            for name in LINEAR
        }

    def _typed_blocks(self) -> list[Block]:
        return cast(list[Block], list(self.layers))

    def linear(self, name: str) -> nn.Module:
        """The linear layer `3.qkv` of layer 3; in training, peft's layer that wraps it."""
        number, _, linear = name.partition(".")
        return self.layers.get_submodule(number).get_submodule(linear)


# Cached: loading holds the GIL for a second, which a worker must not do at each promotion.
@cache
def _load_tokenizer(folder: Path, longest: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(longest)
    tokenizer.no_padding()  # some repositories' pad each text to 128 tokens
    return tokenizer


def _load_word_embeddings(file: Path, device: str) -> torch.Tensor:
    """(V, H) as stored, fp16 in our conversion; never trained. Memory-mapped separately from the
    other weights, which are copied: only rows that texts have used are in memory.
    """
    with safe_open(file, "pt", device=device) as tensor_file:
        name = next(name for name in tensor_file.keys() if name.endswith("word_embeddings.weight"))  # noqa: SIM118 - it's no mapping
        word_embeddings: torch.Tensor = tensor_file.get_tensor(name)
    return word_embeddings


def _split_by_group(x: torch.Tensor, groups: Groups) -> tuple[torch.Tensor, ...]:
    return torch.split(x, [length * n for length, n in groups])
