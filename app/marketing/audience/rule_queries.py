"""Turns a segment's rule into a condition on the profiles, and into a sentence."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select

from app.db.tables import follower_profiles, segment_members, segments
from app.marketing.audience.rule_fields import SEGMENT
from app.marketing.audience.rule_language import AllOf, AnyOf, Compare, Not, Rule

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def build_condition(rule: Rule) -> ColumnElement[bool]:
    """The rows of `follower_profiles` that the rule means; what isn't known is never true."""
    match rule:
        case AllOf(parts):
            return and_(*(build_condition(part) for part in parts))
        case AnyOf(parts):
            return or_(*(build_condition(part) for part in parts))
        case Not(part):
            return not_(build_condition(part))
        case Compare():
            return _compare(rule)


def _compare(rule: Compare) -> ColumnElement[bool]:
    if rule.field.column == SEGMENT:
        is_member = _is_member(str(rule.value))
        return is_member if rule.operator == "=" else not_(is_member)
    column = _find_column(rule.field.column)
    if rule.operator == "has":
        return func.coalesce(column.has_key(rule.value), false())
    return func.coalesce(_COMPARE[rule.operator](column, rule.value), false())


def _find_column(name: str) -> Any:
    """A field's column; who never interacted is inactive since they are known."""
    columns = follower_profiles.c
    return func.coalesce(columns.recency, columns.tenure) if name == "recency" else columns[name]


def _is_member(segment_name: str) -> ColumnElement[bool]:
    member, profile = segment_members.c, follower_profiles.c
    query = (
        select(member.pseudonym)
        .join_from(
            segment_members, segments,
            and_(segments.c.account == member.account, segments.c.id == member.segment),
        )
        .where(
            member.account == profile.account, member.pseudonym == profile.pseudonym,
            segments.c.name == segment_name,
        )
    )  # fmt: skip
    return exists(query.correlate(follower_profiles))


def describe_rule(rule: Rule) -> str:
    """The rule in the form that `parse_rule` reads, with Chinese names."""
    match rule:
        case AllOf(parts):
            return " 且 ".join(_bracket(part) for part in parts)
        case AnyOf(parts):
            return " 或 ".join(_bracket(part) for part in parts)
        case Not(part):
            return f"非 {_bracket(part)}"
        case Compare(field, sign, value):
            return f"{field.title} {'包含' if sign == 'has' else sign} {_quote(rule, value)}"


def _bracket(rule: Rule) -> str:
    return f"({describe_rule(rule)})" if isinstance(rule, AllOf | AnyOf) else describe_rule(rule)


def _quote(comparison: Compare, value: float | str) -> str:
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    names = {stored: title for title, stored in (comparison.field.words or {}).items()}
    word = names.get(value, value)
    return f"“{word}”" if '"' in word else f'"{word}"'
