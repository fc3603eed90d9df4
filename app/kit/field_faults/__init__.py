"""Says what is wrong with fields that a schema refused, in words that need no knowledge of it.

pydantic's own sentences are for programmers, and name the members of unions in their paths. Its
error types are public and stay: a sentence for each that our schemas raise is in `sentences`.
"""

from app.kit.field_faults.describing import (
    BilingualError,
    FieldFault,
    Language,
    choose_language,
    describe_faults,
    list_field_faults,
)

__all__ = [
    "BilingualError",
    "FieldFault",
    "Language",
    "choose_language",
    "describe_faults",
    "list_field_faults",
]
