"""A cross-encoder small enough to be made within a test."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
CHARACTERS = "几点关门呀每天停车怎么收费小时元：。0123456789"


def make(folder: Path, labels: int = 1) -> Path:
    """A folder as it is published: a Bert with random weights, the same each time."""
    words = {word: at for at, word in enumerate([*SPECIAL, *dict.fromkeys(CHARACTERS)])}
    built = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    built.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    built.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 1), ("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=built, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        unk_token="[UNK]", model_max_length=48,
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=64, pad_token_id=0, initializer_range=0.5,
        id2label={at: f"LABEL_{at}" for at in range(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
