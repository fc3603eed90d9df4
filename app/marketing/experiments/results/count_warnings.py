"""What is strange about the counts themselves, in Chinese: shown beside any recommendation."""

from collections.abc import Sequence

from app.marketing.experiments.stats.values import VariantCounts

FEW = 5  # conversions below which a rate says little


def list_count_warnings(variants: Sequence[VariantCounts]) -> list[str]:
    """A sentence for each variant whose rate is 0 or 100 %, or rests on few conversions."""
    sentences = [_warn_of(variant) for variant in variants if variant.exposures]
    return [sentence for sentence in sentences if sentence]


def _warn_of(variant: VariantCounts) -> str:
    if not variant.conversions:
        return (
            f"“{variant.name}”的 {variant.exposures:,} 次曝光里没有一次转化（转化率 0%）："
            "请确认转化有上报；曝光还少时，也可能只是还没有发生。"
        )
    if variant.conversions == variant.exposures:
        return (
            f"“{variant.name}”的 {variant.exposures:,} 次曝光全部转化（转化率 100%）："
            "请确认上报的是转化，而不是把曝光也算作了转化。"
        )
    if variant.conversions < FEW:
        return f"“{variant.name}”只有 {variant.conversions} 次转化，提升的数字很不可靠。"
    return ""
