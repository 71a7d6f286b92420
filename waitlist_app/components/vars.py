"""Small things about vars that Reflex can do and its types do not tell.

A component sees a var with the type of its value (`row.name` as `str`), which is what it means on the screen.
"""

from collections.abc import Sequence
from typing import Any, cast

import reflex as rx

Words = str | rx.Component | rx.Var[Any]
"""What may stand where words stand."""


def length(rows: Sequence[object]) -> int:
    """Return how many rows a var holds, on the screen."""
    return cast(Any, rows).length()


def text(number: int) -> str:
    """Return a number var as text."""
    return cast(Any, number).to_string()


def grouped(number: int) -> str:
    """Return a number var as text with its thousands apart, as in `4,413`."""
    var = cast(Any, number)
    data = var._get_all_var_data()  # noqa: SLF001 - an expression of one's own must say what it is made from
    return cast(Any, rx.Var(_js_expr=f"({var!s}).toLocaleString('en-GB')", _var_data=data).to(str))


def negated(question: bool) -> bool:  # noqa: FBT001 - a var, not a switch
    """Return the opposite of a yes-or-no var."""
    return ~cast(Any, question)


def part(value: object, name: str) -> str:
    """Return a text attribute of a var whose name means something else on vars, such as `to`."""
    return cast(Any, value)[name]


def matched(value: object, *cases: Any) -> rx.Component:
    """Return the component that belongs to the value of a var; the last case stands for every other value."""
    return cast(rx.Component, rx.match(value, *cases))


def either(question: object, yes: str, no: str) -> str:
    """Return one of two texts by a yes-or-no var."""
    return cast(str, rx.cond(question, yes, no))
