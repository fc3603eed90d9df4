"""Chooses the dtype in which the encoder serves, by a measurement on typical messages."""

import time
from collections.abc import Sequence

import torch
from torch.nn import functional

from models.encoder.dtypes import Clock, DtypeChoice, has_bf16, is_clearly_faster, measure_rates
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype, Preference

LEAST_COSINE = 0.999  # of a text's vector in bf16 with that in fp32; seen: 0.9999
PROBE = 4  # texts of the first round: a third of a second where bf16 is emulated
ROUNDS = 4
TEXTS = (  # as long as customers' messages are: 13 tokens at the median
    "什么时候发货呀", "这款有没有黑色的", "我昨天买的怎么还没到", "能不能便宜一点，我是老顾客了",
    "好的谢谢", "一米六五体重一百一穿什么码合适", "退款多久能到账",
    "优惠券怎么用不了，显示不满足条件",
    "在吗", "可以开发票吗，抬头怎么写", "质量太差了，穿一次就破了，我要投诉你们",
    "帮我改一下收货地址", "你们店在哪里，周日开不开门", "支持七天无理由退换吗",
    "快递显示签收了但是我没有收到，打电话给快递员也不接，你们能不能帮我查一下到底怎么回事",
    "有赠品吗", "非常满意，下次还会再来", "人工客服", "抽奖结果什么时候公布", "满减活动到几号结束",
    "这个材质会不会起球掉色", "发什么快递，偏远地区要不要加运费", "想谈个合作，找谁联系", "包邮吗",
)  # fmt: skip


def choose_encoder_dtype(
    encoder: Encoder,
    preference: Preference = "auto",
    *,
    capable: bool | None = None,
    clock: Clock = time.process_time,
) -> DtypeChoice:
    """Choose bf16 on a GPU, and on a CPU that is clearly faster in bf16 with agreeing vectors.

    A `preference` other than auto is returned as given. `encoder` must be in fp32 and isn't
    changed. `capable`: whether the processor has bf16; None: looked up. A measurement takes some
    tenths of a CPU-second and 45 MB of memory meanwhile.
    """
    if preference != "auto":
        return DtypeChoice(preference, "set")
    if encoder.device.type == "cuda":
        return DtypeChoice("bf16", "GPU")
    if not (has_bf16() if capable is None else capable):
        return DtypeChoice("fp32", "the processor has no bf16 instructions")
    return _choose_by_measurement(encoder, clock)


def _choose_by_measurement(encoder: Encoder, clock: Clock) -> DtypeChoice:
    encoders: dict[Dtype, Encoder] = {"fp32": encoder, "bf16": encoder.copy_in("bf16")}
    tokens = encoder.tokenize(TEXTS)

    def encode(dtype: Dtype, number: int) -> int:
        batch = tokens if number else tokens[:PROBE]
        return len(encoders[dtype].encode(batch))

    rates = measure_rates(encode, ROUNDS, clock)
    if not is_clearly_faster(rates):
        return DtypeChoice("fp32", "bf16 is not clearly faster", rates)
    cosine = least_cosine(encoders["fp32"], encoders["bf16"], tokens)
    if not cosine >= LEAST_COSINE:  # NaN too
        return DtypeChoice("fp32", f"vectors in bf16 agree less than {LEAST_COSINE}", rates, cosine)
    return DtypeChoice("bf16", "clearly faster", rates, cosine)


def least_cosine(one: Encoder, other: Encoder, tokens: Sequence[Sequence[int]]) -> float:
    """The smallest cosine, over all texts, of a text's vectors from both encoders; NaN is -1."""
    cosines = functional.cosine_similarity(one.encode(tokens), other.encode(tokens))
    return float(torch.nan_to_num(cosines, nan=-1.0).min())
