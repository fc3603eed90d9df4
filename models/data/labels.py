"""Labels that public files use for our classes."""

from models.metrics import OUT_OF_SCOPE_LABEL

SENTIMENTS = {"0": "negative", "1": "positive"}
OUT_OF_SCOPE_LABELS = frozenset({OUT_OF_SCOPE_LABEL, "oos", "out_of_scope"})  # texts of no class
