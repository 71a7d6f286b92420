"""The lines from the order now to the order after a move. Drawn by `lines.jsx`."""

from typing import Any

import reflex as rx

_LIBRARY = rx.asset("lines.jsx", shared=True).importable_path


class MoveLines(rx.Component):
    """One curve for each row; the moved one on top."""

    library = _LIBRARY
    tag = "MoveLines"

    before: rx.Var[Any]
    after: rx.Var[Any]


move_lines = MoveLines.create
