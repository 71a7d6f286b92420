"""Import: choose a file, see what it would do line by line, apply it."""

from typing import Any, Final

import reflex as rx

from waitlist_app.components.buttons import button, link, looks
from waitlist_app.components.icons import icon
from waitlist_app.components.segments import segment, segments
from waitlist_app.components.vars import length, matched, part
from waitlist_app.services.views import ImportLine, ImportProblem
from waitlist_app.state.imports import Imports

_TEN_MB = 10 * 1024 * 1024
_NEEDED = {
    "sessions": ("session_code", "capacity", "starts_at", "ends_at"),
    "requests": ("requested_at", "session_code", "employee_id", "employee_name"),
}
_ALSO = {
    "sessions": "Also read: title, location. A blank capacity means no limit; 0 means that everybody waits.",
    "requests": "Also read: email (or instead of the employee id), department, role, compliance_deadline, seat_units.",
}
_Column = tuple[str, str, str]
"""What stands above a column of the preview, how wide it is, and which attribute of a line it shows."""

_OF_SESSIONS: Final[tuple[_Column, ...]] = (
    ("Session", "18%", "session"),
    ("Title", "34%", "name"),
    ("Starts", "20%", "at"),
    ("What happens", "auto", "result"),
)
_OF_REQUESTS: Final[tuple[_Column, ...]] = (
    ("Session", "14%", "session"),
    ("Employee id", "12%", "employee_id"),
    ("Name", "22%", "name"),
    ("Asked", "18%", "at"),
    ("What happens", "auto", "result"),
)
_LOOKS: Final = {"employee_id": "tab", "at": "muted"}


def steps() -> rx.Component:
    """Return the three steps and where one is."""
    return rx.el.ol(
        _step(1, "File", rx.match(Imports.step, ("choose", "now"), ("checking", "now"), "done")),
        _step(2, "Check", rx.match(Imports.step, ("choose", ""), ("checking", ""), ("checked", "now"), "done")),
        _step(3, "Apply", rx.match(Imports.step, ("applying", "now"), ("applied", "done"), "")),
        class_name="steps",
        aria_label="Steps",
    )


def choose_file() -> rx.Component:
    """Return where a file is dropped or chosen."""
    return rx.fragment(
        segments(
            "What the file holds",
            segment("Sessions", "sessions", chosen=Imports.kind, on_choose=Imports.choose),
            segment("Requests", "requests", chosen=Imports.kind, on_choose=Imports.choose),
        ),
        rx.cond(Imports.trouble != "", _trouble()),
        rx.cond(
            Imports.kind == "sessions",
            rx.el.div(
                _dropzone("sessions", "Drop a file of sessions here", "sessions", Imports.check, Imports.file_name),
                _dropzone(
                    "meetings",
                    "Meetings, if sessions have several",
                    "session_code, starts_at, ends_at, location",
                    Imports.check_meetings,
                    Imports.meetings_name,
                ),
                class_name="drops",
            ),
            _dropzone("requests", "Drop a file of requests here", "requests", Imports.check, Imports.file_name),
        ),
        rx.cond(Imports.kind == "sessions", rx.fragment(_columns("sessions"), _zero()), _columns("requests")),
    )


def report() -> rx.Component:
    """Return what the file holds and what applying it does."""
    return rx.fragment(
        rx.cond(Imports.trouble != "", _trouble()),
        _totals(),
        rx.cond(Imports.count_problems > 0, _problems()),
        rx.cond(length(Imports.preview) > 0, _preview()),
    )


def foot() -> rx.Component:
    """Return the acts at the bottom of the page."""
    return matched(
        Imports.step,
        ("checked", _foot_checked()),
        ("applying", _foot_checked()),
        ("applied", _foot_applied()),
        rx.fragment(),
    )


def _foot_checked() -> rx.Component:
    one = rx.cond(Imports.kind == "sessions", "session", "request")
    noun = rx.cond(Imports.ready == 1, one, f"{one}s")
    chosen = rx.cond(Imports.all_or_nothing, "all", "problems")
    return rx.el.footer(
        rx.cond(
            Imports.count_problems > 0,
            segments(
                "Lines with problems",
                segment("Leave out these lines", "problems", chosen=chosen, on_choose=Imports.leave_out),
                segment("All or nothing", "all", chosen=chosen, on_choose=Imports.leave_out),
            ),
        ),
        rx.el.span("Importing the same file again changes nothing.", class_name="hint"),
        rx.el.span(class_name="gap"),
        button("Choose another file", on_click=Imports.begin_again),
        button(
            rx.cond(Imports.step == "applying", "Adding…", f"Add {Imports.ready} {noun}"),
            kind="solid",
            on_click=Imports.apply,
            disabled=(Imports.ready == 0) | (Imports.step == "applying"),
            data_testid="apply-import",
        ),
        class_name="bar",
    )


def _foot_applied() -> rx.Component:
    return rx.el.footer(
        rx.el.span(class_name="gap"),
        button("Import another file", on_click=Imports.begin_again),
        link("See the sessions", href="/", class_name=looks("solid")),
        class_name="bar",
    )


def _step(number: int, words: str, face: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(rx.cond(face == "done", icon("check", 12), rx.fragment(str(number)))),
        words,
        class_name=face,
        aria_current=rx.cond(face == "now", "step", "false"),
    )


def _dropzone(name: str, title: str, kind: str, on_drop: Any, chosen: str) -> rx.Component:
    # The label around it names the file field, and opens it when it is pressed.
    return rx.el.label(
        rx.upload.root(
            icon("file-up", 20),
            rx.el.b(rx.cond(chosen != "", chosen, title), class_name="medium"),
            rx.el.p("or press here to choose one. CSV, at most 10 MB, checked before anything is saved."),
            rx.el.span(kind, class_name="sr"),
            id=f"upload-{name}",
            accept={"text/csv": [".csv"], "text/plain": [".txt", ".tsv"]},
            max_files=1,
            max_size=_TEN_MB,
            multiple=False,
            no_click=True,
            class_name="dropzone",
            custom_attrs={"data-testid": f"upload-{name}"},
            on_drop=on_drop(rx.upload_files(upload_id=f"upload-{name}")),
        )
    )


def _columns(kind: str) -> rx.Component:
    names = [rx.fragment(rx.el.code(name), " ") for name in _NEEDED[kind]]
    return rx.el.div(rx.el.p("Columns needed: ", *names), rx.el.p(_ALSO[kind]), class_name="columns")


def _zero() -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            default_checked=Imports.zero_is_unlimited,
            on_change=lambda is_on: Imports.read_zero(is_on.to(bool)),
        ),
        " In this file capacity 0 means no limit",
        class_name="option",
    )


def _trouble() -> rx.Component:
    return rx.el.p(icon("circle-alert"), rx.el.span(Imports.trouble), class_name="note bad", role="alert")


def _totals() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(rx.cond(Imports.step == "applied", "Done: ", "Dry run of "), Imports.file_name),
            rx.el.span(
                rx.cond(Imports.step == "applied", Imports.sentence, f"{Imports.lines} lines read, nothing saved yet"),
                class_name="hint",
                data_testid="import-sentence",
            ),
        ),
        rx.el.div(
            _part("a", Imports.ready),
            _part("b", Imports.duplicates),
            _part("c", Imports.faulty),
            class_name="split",
            aria_hidden="true",
        ),
        rx.el.ul(
            _tally("a", Imports.ready, _ready_words()),
            rx.cond(Imports.duplicates > 0, _tally("b", Imports.duplicates, "already there")),
            rx.cond(Imports.faulty > 0, _tally("c", Imports.faulty, "with problems")),
            rx.el.li(f"{Imports.ready} + {Imports.duplicates} + {Imports.faulty} = {Imports.lines}", class_name="eq"),
            class_name="tally",
        ),
        class_name="card tot",
        aria_label="Dry run",
    )


def _ready_words() -> rx.Var[str]:
    return rx.cond(Imports.kind == "requests", f"ready: {Imports.seated} get a seat, {Imports.waiting} wait", "ready")


def _part(kind: str, count: int) -> rx.Component:
    return rx.cond(count > 0, rx.el.i(class_name=kind, style={"--k": count}))


def _tally(kind: str, count: int, words: Any) -> rx.Component:
    return rx.el.li(rx.el.i(class_name=kind), rx.el.b(count, class_name="medium"), " ", words)


def _problems() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(
                rx.match(
                    Imports.faulty,
                    (0, "The file of meetings needs you"),
                    (1, "1 line needs you"),
                    f"{Imports.faulty} lines need you",
                ),
                class_name="h2",
            ),
            _shown_of(length(Imports.problems), Imports.count_problems),
            class_name="sec",
        ),
        rx.el.table(
            rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("64px", "160px", "240px", "auto"))),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("Line", class_name="num"),
                    *(rx.el.th(words) for words in ("Column", "In the file", "What is wrong")),
                )
            ),
            rx.el.tbody(rx.foreach(Imports.problems, _problem)),
            class_name="table tight",
        ),
        aria_label="Problems",
        data_testid="problems",
    )


def _problem(row: ImportProblem) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row.line, class_name="num"),
        rx.el.td(row.column),
        rx.el.td(row.value, class_name="val"),
        rx.el.td(row.why),
    )


def _preview() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2("Preview", class_name="h2"),
            _shown_of(length(Imports.preview), Imports.ready + Imports.duplicates),
            class_name="sec",
        ),
        rx.cond(Imports.kind == "sessions", _preview_of(*_OF_SESSIONS), _preview_of(*_OF_REQUESTS)),
        aria_label="Preview",
    )


def _preview_of(*columns: _Column) -> rx.Component:
    return rx.el.table(
        rx.el.colgroup(
            *(rx.el.col(style={"width": width}) for width in ("64px", "28px", *(one[1] for one in columns)))
        ),
        rx.el.thead(
            rx.el.tr(
                rx.el.th("Line", class_name="num"),
                rx.el.th(rx.el.span("Result", class_name="sr")),
                *(rx.el.th(words) for words, _, _ in columns),
            )
        ),
        rx.el.tbody(rx.foreach(Imports.preview, lambda row: _line(row, *(one[2] for one in columns)))),
        class_name="table tight prev",
    )


def _line(row: ImportLine, *names: str) -> rx.Component:
    is_known = row.result == "already there"
    return rx.el.tr(
        rx.el.td(row.line, class_name="num muted"),
        rx.el.td(rx.cond(is_known, icon("copy", 14), icon("check", 14))),
        *(rx.el.td(part(row, name), class_name=_LOOKS.get(name, "")) for name in names),
        class_name=rx.cond(is_known, "dup", ""),
    )


def _shown_of(shown: int, total: int) -> rx.Component:
    return rx.cond(total > shown, rx.el.span(f"The first {shown} of {total}", class_name="hint"))
