"""nbgrader's formgrader, kept from taking a student's words, files and folders for its own.

It has no settings for these: so its own handlers are changed, in the server that has loaded it.
"""

import sys
from pathlib import Path
from typing import Any

from nbgrader.converters.base import NbGraderException

from autograder.config import FILE

_API = "nbgrader.apps.api"
_HANDLERS = "nbgrader.server_extensions.formgrader.handlers"
_SIGNS = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;"})

# Its messages about a failure would be read as HTML, names of students included.
_MODALS = """<script>
if (window.createModal) {
  const show = createModal;
  createModal = (id, title, body, footer) => {
    if (typeof body === "string") body = document.createTextNode(body);
    else {
      $(body).find(".panel-danger > .panel-heading").text("What stood in the way");
      $(body).find("pre").css("white-space", "pre-wrap");
    }
    return show(id, title, body, footer);
  };
}
</script>"""


class NotDone(NbGraderException):  # type: ignore[misc]  # nbgrader is untyped
    """A converter could not do its work; the message is all that a person needs."""


def guard_formgrader() -> None:
    """Changes the handlers of the formgrader that runs in this process, if one does."""
    handlers = sys.modules.get(_HANDLERS)
    if handlers is None or hasattr(handlers.BaseHandler, "autograder_render"):
        return
    base, start, files = (
        handlers.BaseHandler, handlers.FormgraderHandler, handlers.SubmissionFilesHandler,
    )  # fmt: skip
    base.autograder_render, base.render = base.render, _render
    start.autograder_get, start.get = start.get, _start
    files.get = _no_file
    base.exporter = property(_exporter)
    api: Any = sys.modules[_API]
    api.autograder_capture, api.capture_log = api.capture_log, _capture


def _capture(app: Any) -> dict[str, Any]:
    """What became of a command: of what we know the sentence, and no traceback."""
    api: Any = sys.modules[_API]
    told: dict[str, Any] = api.autograder_capture(app)
    _, known, sentence = told.get("error", "").rpartition(f"{__name__}.{NotDone.__name__}: ")
    return {"success": False, "error": sentence.strip()} if known else told


def _render(self: Any, name: str, **known: Any) -> Any:
    """A template with names that cannot leave their place, in text or in a script."""
    page = self.autograder_render(name, **{key: _harmless(one) for key, one in known.items()})
    return page.replace("</body>", f"{_MODALS}</body>")


def _harmless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _harmless(one) for key, one in value.items()}
    return value.translate(_SIGNS) if isinstance(value, str) else value


def _start(self: Any) -> Any:
    """The first page, but of no folder inside a course: the settings there are a stranger's."""
    path = self.get_argument("path", "")
    if path and any((above / FILE).exists() for above in Path(path).resolve().parents):
        self.send_error(403)
        return None
    return self.autograder_get()


def _exporter(self: Any) -> Any:
    """What makes a page, by the settings of the course that is open and not of the first one."""
    from autograder.sanitizing.exporting import PageExporter

    return PageExporter(config=self.settings["nbgrader_formgrader"].config)


def _no_file(self: Any, *_: Any, **__: Any) -> None:
    """No page needs a file of a hand-in, and a browser would run some."""
    self.send_error(404)
