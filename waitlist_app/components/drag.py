"""The line to be put in another order, by pointer or by keyboard. Drawn by `drag.jsx`."""

import reflex as rx
from reflex_base.components.component import MemoizationLeaf

_LIBRARY = rx.asset("drag.jsx", shared=True).importable_path
_DND_KIT = ["@dnd-kit/core@6.3.1", "@dnd-kit/sortable@10.0.0"]


def _moved(moved: rx.Var[str], before: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return moved, before


class DragList(MemoizationLeaf):
    """Rows that show a new order at once, until `version` or `ids` change.

    `on_moved` gets the id of the entry that was moved and the id of the entry it was put before, or an empty text.
    """

    library = _LIBRARY
    tag = "DragList"
    lib_dependencies: list[str] = _DND_KIT

    ids: rx.Var[list[str]]
    names: rx.Var[list[str]]
    first: rx.Var[int]
    version: rx.Var[str]
    disabled: rx.Var[bool]

    on_moved: rx.EventHandler[_moved]


class DragRow(rx.Component):
    """A table row that its grip can lift."""

    library = _LIBRARY
    tag = "DragRow"

    entry_id: rx.Var[str]


class DragGrip(rx.Component):
    """The handle of a row."""

    library = _LIBRARY
    tag = "DragGrip"

    label: rx.Var[str]
    test_id: rx.Var[str]


class DragPlace(rx.Component):
    """The position that a row has where it stands now."""

    library = _LIBRARY
    tag = "DragPlace"


drag_list = DragList.create
drag_row = DragRow.create
drag_grip = DragGrip.create
drag_place = DragPlace.create
