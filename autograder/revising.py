"""A release after hand-ins: what becomes of the marks that the gradebook has, and doing it.

    gradebook   curve  why   slope                      an exercise is known by its name, or by the
                  |     |      \\--> dropped/*.csv       id of its cell where only the name is new
    source      curve  reason  area (new, open for all)

nbgrader refuses such a release.  Here rows are moved and not made anew, in the one transaction of
whoever calls: nothing that a person gave is lost, and a kill leaves the gradebook as it was or as
it shall be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.errors import CourseError, Problem, UsageError
from autograder.files import write_whole
from autograder.gradebook import opened, recorded
from autograder.notebooks.cells import ANSWER, Exercise, Kind, Notebook
from autograder.reports.tables import as_csv
from autograder.text import counted

_HEAD = ("student", "points", "by hand", "extra credit", "comment", "comment by hand")


@dataclass(frozen=True, slots=True)
class Words:
    """What an instructor says of exercises that are no longer in the source."""

    drop: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)  # old names by the new ones

    @classmethod
    def read(cls, drop: Iterable[str], rename: Iterable[str]) -> "Words":
        """Words as the command gets them.  Raises UsageError."""
        pairs = [one.partition("=") for one in rename]
        for old, sign, new in pairs:
            if not (old and sign and new):
                raise UsageError(f"--rename {old}{sign}{new}: write it as OLD=NEW.")
        return cls(frozenset(drop), {new: old for old, _, new in pairs})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the gradebook has of an assignment: exercises with their cells, and its hand-ins."""

    book: Any
    notebook: Any

    @property
    def graded(self) -> dict[str, Any]:
        """The cells that have points, by exercise."""
        return {cell.name: cell for cell in (*self.notebook.grade_cells, *self.notebook.task_cells)}

    def commented(self) -> dict[str, list[Any]]:
        """The cells that have comments, by exercise; a cell of none stands for itself."""
        found: dict[str, list[Any]] = {}
        graded = self.graded
        for cell in (*self.notebook.solution_cells, *self.notebook.task_cells):
            match = ANSWER.fullmatch(cell.name)
            own = match[1] if match and match[1] in graded else cell.name
            found.setdefault(own, []).append(cell)
        return found

    def rows(self, exercise: str) -> Iterator[tuple[str, Any, list[Any]]]:
        """Each student with the grade of an exercise, if there is one, and its comments."""
        graded, cells = self.graded.get(exercise), self.commented().get(exercise, ())
        ids = {cell.id for cell in cells}
        for one in sorted(self.notebook.submissions, key=lambda one: one.student.id):
            grades = (grade for grade in one.grades if graded and grade.cell_id == graded.id)
            comments = [comment for comment in one.comments if comment.cell_id in ids]
            yield one.student.id, next(grades, None), comments

    def by_hand(self, exercise: str) -> int:
        """How many students have something of an exercise that a person gave."""
        return sum(
            (grade is not None and (grade.manual_score is not None or bool(grade.extra_credit)))
            or any(comment.manual_comment for comment in comments)
            for _, grade, comments in self.rows(exercise)
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    exercises: tuple[Exercise, ...]
    renamed: Mapping[str, str]  # old names by the new ones
    gone: tuple[str, ...]

    def before(self, exercise: str) -> str:
        """What an exercise was called."""
        return self.renamed.get(exercise, exercise)


def foresee(course: Course, released: Notebook | None, coming: Notebook, words: Words) -> list[str]:
    """What a release does to hand-ins and marks, a sentence for each change.

    `released` and `coming` are the notebooks as students have and will have them.  Raises
    CourseError where marks would go without a word of the instructor.
    """
    assignment = coming.name.removesuffix(".ipynb")
    if not recorded(course, assignment):
        return []
    with opened(course) as book:
        known = _known(book, assignment)
        said = list(_told(known, _plan(known, released, coming, words))) if known else []
    return [*said, f"Grade again after the release: autograder grade {assignment}"] if said else []


def revise(
    course: Course, book: Any, released: Notebook | None, coming: Notebook, words: Words
) -> None:
    """Gives the gradebook the exercises of a release that there are hand-ins for.

    Nothing is committed.  Raises CourseError as `foresee` does.
    """
    known = _known(book, coming.name.removesuffix(".ipynb"))
    if known is None:
        return
    plan = _plan(known, released, coming, words)
    for name in plan.gone:
        _keep(course.root / "dropped", coming.name.removesuffix(".ipynb"), name, known)
    _reopen(known, plan)
    _move(known, plan)
    book.db.flush()
    book.db.expire_all()


def _known(book: Any, assignment: str) -> _Known | None:
    from nbgrader.api import MissingEntry

    try:
        notebook = book.find_notebook(assignment, assignment)
    except MissingEntry:
        return None
    return _Known(book, notebook) if notebook.submissions else None


def _plan(known: _Known, released: Notebook | None, coming: Notebook, words: Words) -> _Plan:
    now = {exercise.id for exercise in coming.exercises}
    _refuse_words(known, now, words)
    old = set(known.graded) | {one for one in known.commented() if known.by_hand(one)}
    missing = old - now
    renamed = {new: old for new, old in words.renamed.items() if old in missing}
    for new, name in _recognised(released, coming).items():
        if name != new and {name, new} <= old:
            raise CourseError([_taken(coming.name, name, new)])
        if new not in old and name in missing - words.drop - set(renamed.values()):
            renamed.setdefault(new, name)
    gone = sorted(missing - set(renamed.values()))
    fresh = sorted(now - old - set(renamed))
    unsaid = [name for name in gone if name not in words.drop]
    if unsaid:
        raise CourseError([_unsaid(coming.name, name, fresh, known) for name in unsaid])
    return _Plan(coming.exercises, renamed, tuple(gone))


def _refuse_words(known: _Known, now: set[str], words: Words) -> None:
    """Raises UsageError for words that contradict the source or the gradebook.

    An exercise that the gradebook does not know may have gone in a run that was cut short.
    """
    for name in sorted(words.drop & now):
        raise UsageError(f"--drop {name}: the source still has it.")
    for new, old in words.renamed.items():
        if old in now:
            raise UsageError(f"--rename {old}={new}: the source still has {old}.")
        if new not in now:
            raise UsageError(f"--rename {old}={new}: the source has no {new}.")
        if new in known.graded and old in known.graded:
            raise UsageError(
                f"--rename {old}={new}: {new} has marks of its own. Choose a name that is new."
            )


def _unsaid(file: str, name: str, fresh: Sequence[str], known: _Known) -> Problem:
    assignment = file.removesuffix(".ipynb")
    number, by_hand = len(known.notebook.submissions), known.by_hand(name)
    given = f", {by_hand} of them by hand" if by_hand else ""
    new = fresh[0] if len(fresh) == 1 else "NEW"
    return Problem(
        f"{file}, exercise {name}",
        f"is no longer in the source; {counted(number, 'hand-in')} may have marks for it{given}",
        f"To take it out, and keep its marks in a file: autograder release {assignment} "
        f"--drop {name}. If it has another name now: --rename {name}={new}.",
    )


def _taken(file: str, old: str, new: str) -> Problem:
    return Problem(
        f"{file}, exercise {new}",
        f"was called {old}, and another exercise was called {new}: hand-ins would be mixed up",
        "Give it a name that no exercise had.",
    )


def _recognised(released: Notebook | None, coming: Notebook) -> dict[str, str]:
    """Exercises in whose cells nothing but the name is new: the old names by the new ones."""
    if released is None:
        return {}
    before, after = _signs(released), _signs(coming)
    names = {sign: name for name, sign in before.items()}
    return {name: names[sign] for name, sign in after.items() if sign in names}


def _signs(notebook: Notebook) -> dict[str, object]:
    """What of an exercise stays when it is renamed: the ids of its cells, and its stubs."""
    ids = {one.exercise: one.id for one in notebook.cells if one.kind in {Kind.GRADE, Kind.WRITTEN}}
    return {
        one.id: (ids[one.id], *((answer.id, answer.source) for answer in one.answers))
        for one in notebook.exercises
    }


def _told(known: _Known, plan: _Plan) -> Iterator[str]:
    hand_ins = counted(len(known.notebook.submissions), "hand-in")
    graded, by_hand = known.graded, known.by_hand
    for name in plan.gone:
        yield (
            f"{name} is removed. The marks that {hand_ins} may have for it, {by_hand(name)} of "
            "them by hand, no longer count and are kept in dropped/."
        )
    for one in plan.exercises:
        old = plan.before(one.id)
        if old != one.id:
            yield f"{old} is called {one.id} now: its marks and comments move with it."
        if old not in graded:
            yield (
                f"{one.id} is new for {hand_ins}. Its points are open until they are graded again; "
                "where a hand-in has no cell of it, they stay open for a person to decide."
            )
            continue
        if graded[old].max_score != one.points:
            yield (
                f"{one.id} is worth {one.points:g} points, not {graded[old].max_score:g}: those "
                f"given by hand ({by_hand(old)}) stay, and a person should look at them again."
            )
        if (graded[old].cell_type == "markdown") != one.written:
            how = "read by a person" if one.written else "judged by checks"
            yield f"{one.id} is {how} now: marks given by hand ({by_hand(old)}) stay."


def _keep(folder: Path, assignment: str, exercise: str, known: _Known) -> None:
    """Writes the marks of an exercise to a file, unless one says the same."""
    rows: list[Sequence[str | float | None]] = [_HEAD]
    for student, grade, comments in known.rows(exercise):
        points = (grade.auto_score, grade.manual_score, grade.extra_credit) if grade else [None] * 3
        texts = ["\n\n".join(filter(None, own)) for own in (
            [comment.auto_comment for comment in comments],
            [comment.manual_comment for comment in comments],
        )]  # fmt: skip
        rows.append((student, *points, *texts))
    text = as_csv(rows)
    names = (folder / f"{assignment}-{exercise}-{number}.csv" for number in count(1))
    for path in names:
        if not path.exists():
            write_whole(path, text)
        if path.read_text("utf-8") == text:
            return


def _reopen(known: _Known, plan: _Plan) -> None:
    """Asks for another look at points by hand of exercises that are worth something else now."""
    graded = known.graded
    for one in plan.exercises:
        cell = graded.get(plan.before(one.id))
        if cell is not None and cell.max_score != one.points:
            for _, grade, _ in known.rows(cell.name):
                if grade is not None and grade.manual_score is not None:
                    grade.needs_manual_grade = True


def _move(known: _Known, plan: _Plan) -> None:
    """Makes the cells of the release, takes grades and comments there, and removes what is left."""
    from nbgrader.api import Comment, Grade

    db, graded, commented = known.book.db, known.graded, known.commented()
    cells = _Cells(known)
    for one in plan.exercises:
        was = plan.before(one.id)
        points = cells.graded(one)
        if was in graded:
            own = db.query(Grade).filter(Grade.cell_id == graded[was].id)
            own.update({"cell_id": points.id})
        answers = cells.answers(one)
        for old in commented.get(was, ()):
            called = one.id + old.name.removeprefix(was)
            _join(db, Comment, old, answers.get(called, next(iter(answers.values()))))
        _complete(known, Grade, points)
        for answer in answers.values():
            _complete(known, Comment, answer)
    db.flush()
    db.expire_all()
    cells.remove_others()


class _Cells:
    """nbgrader's cells of a notebook: those of the release are found, or made."""

    def __init__(self, known: _Known) -> None:
        self.db, self.notebook = known.book.db, known.notebook
        self.before = {(cell.type, cell.name): cell for cell in self.notebook._base_cells}  # noqa: SLF001 - nbgrader has no other list
        self.kept: set[str] = set()
        self.names: dict[str, str] = {}

    def graded(self, exercise: Exercise) -> Any:
        """The cell that has the points."""
        type_ = self.names[exercise.id] = "markdown" if exercise.written else "code"
        return self._cell("GradeCell", exercise.id, max_score=exercise.points, cell_type=type_)

    def answers(self, exercise: Exercise) -> dict[str, Any]:
        """The cells that have comments, by name."""
        names = [exercise.id] if exercise.written else [one.grade_id for one in exercise.answers]
        self.names |= {name: self.names.get(name, "code") for name in names}
        return {name: self._cell("SolutionCell", name) for name in names}

    def _cell(self, kind: str, name: str, **own: Any) -> Any:
        from nbgrader import api

        found = self.before.get((kind, name))
        if found is None:
            found = getattr(api, kind)(name=name, notebook=self.notebook, **own)
            self.db.add(found)
            self.db.flush()
        self.kept.add(found.id)
        return found

    def remove_others(self) -> None:
        """Removes what no exercise has any more, and keeps a source for each that one has."""
        from nbgrader.api import Comment, Grade, SourceCell

        for left in self.before.values():
            if left.id not in self.kept:
                for row in (Grade, Comment):
                    self.db.query(row).filter(row.cell_id == left.id).delete()
                self.db.expire_all()
                self.db.delete(left)
        sources = {cell.name: cell for cell in self.notebook.source_cells}
        for name in sources.keys() - self.names.keys():
            self.db.delete(sources[name])
        for name in self.names.keys() - sources.keys():
            made = SourceCell(name=name, notebook=self.notebook, cell_type=self.names[name])
            self.db.add(made)


def _join(db: Any, row: Any, old: Any, new: Any) -> None:
    """Comments of one cell become those of another, and join those by hand that are there."""
    if old.id == new.id:
        return
    there = {one.notebook_id: one for one in db.query(row).filter(row.cell_id == new.id)}
    for comment in db.query(row).filter(row.cell_id == old.id):
        other = there.get(comment.notebook_id)
        if other is None:
            comment.cell_id = new.id
        else:
            texts = filter(None, (other.manual_comment, comment.manual_comment))
            other.manual_comment = "\n\n".join(texts) or None
            db.delete(comment)


def _complete(known: _Known, row: Any, cell: Any) -> None:
    """Each hand-in has a row for the cell."""
    db = known.book.db
    there = {one.notebook_id for one in db.query(row).filter(row.cell_id == cell.id)}
    for submitted in known.notebook.submissions:
        if submitted.id not in there:
            db.add(row(cell_id=cell.id, notebook_id=submitted.id))
