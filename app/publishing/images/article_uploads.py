"""What an article has on the platform: images and product cards, as its draft names them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.publishing.article_html.products import ProductPlace
from app.publishing.images.rewriting import ImageTarget


@dataclass(frozen=True, kw_only=True)
class ArticleUploads:
    """Images by their source, and the HTML of product cards; empty before the draft is written."""

    targets: Mapping[str, ImageTarget] = field(default_factory=dict)
    cards: Mapping[ProductPlace, str] = field(default_factory=dict)


def write_uploads(uploads: ArticleUploads) -> dict[str, Any]:
    """Uploads as JSON, which has no tuples as keys."""
    return {
        "targets": {source: asdict(target) for source, target in uploads.targets.items()},
        "cards": [[*place, card] for place, card in uploads.cards.items()],
    }


def read_uploads(uploads: Mapping[str, Any]) -> ArticleUploads:
    """Uploads out of JSON."""
    return ArticleUploads(
        targets={source: ImageTarget(**each) for source, each in uploads["targets"].items()},
        cards={ProductPlace(product, size): card for product, size, card in uploads["cards"]},
    )
