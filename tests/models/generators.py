"""A causal language model small enough to be made, and trained, within a test."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from models.generator.reply_pairs import ReplyPair
from models.hub import describe
from models.hub.describe import BaseFacts

PAIRS = [
    ReplyPair("什么时候发货", "今天就发"),
    ReplyPair("几天能到", "三天左右"),
    ReplyPair("能便宜点吗", "已经是最低价了"),
    ReplyPair("有优惠券吗", "关注店铺就有"),
    ReplyPair("这个有红色的吗", "有的"),
    ReplyPair("可以退货吗", "七天内可以"),
    ReplyPair("怎么洗", "冷水手洗"),
    ReplyPair("多大尺码合适", "平时穿什么码就拍什么码"),
    ReplyPair("在吗", "在的"),
    ReplyPair("谢谢", "不客气"),
    ReplyPair("地址写错了", "告诉我新的地址"),
    ReplyPair("发票怎么开", "收货后联系我们"),
]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def make(
    folder: Path, template: str | None = TEMPLATE, sha256: str = "1" * 64, spare: int = 0
) -> Path:
    """A folder as `fetch` leaves it, of a Qwen2 with random weights, the same each time.

    `spare` rows of its vocabulary have no token, as in most published models.
    """
    words = _tokenizer(template)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(words) + spare, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
        bos_token_id=None, eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id,
    )  # fmt: skip
    Qwen2ForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    facts = BaseFacts(
        name="tiny", kind="generator", origin="lab/tiny", licence="MIT", revision="1", pooling="",
        prefix="", max_tokens=256, sha256=sha256,
    )  # fmt: skip
    describe.write_base_facts(folder, facts)
    return folder


def _tokenizer(template: str | None) -> PreTrainedTokenizerFast:
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<pad>", "<|im_start|>", "<|im_end|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )  # fmt: skip
    bare.train_from_iterator([text for p in PAIRS for text in (p.question, p.answer)], trainer)
    words = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bare, pad_token="<pad>", eos_token="<|im_end|>"
    )
    words.chat_template = template
    return words
