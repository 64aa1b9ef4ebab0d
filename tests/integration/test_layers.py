"""layers, graded for real: every specimen gets what it states, in words that help."""

from collections.abc import Iterator

import pytest
from sample_course import Once, sample_course, specimens_of

from autograder.grading.workshop import Options, Workshop
from autograder.verifying.specimens import Specimen

SPECIMENS = specimens_of("layers")
TOLD = {
    "perfect": [],
    "untouched": ["not answered yet"],
    "numpy_and_numbers": [],
    "no_shift_needed": [],
    "overflow": ["not finite (nan or infinite), and right elsewhere"],
    "wrong_axis": ["a softmax over the wrong axis", "a sum for a mean"],
    "half_a_gradient": ["at [0, 0] it is", "is a whole number of times what is right"],
    "no_one_hot": ["the gradient of argument 1 is not right everywhere"],
    "transposed": ["the gradient of linear.weight has shape (2, 3), (3, 2) was expected"],
    "not_summed": ["linear.bias has shape (4, 2)", "batch_norm.shift has shape (4, 3)"],
    "accumulated": ["linear.weight is added to the grad", "batch_norm.shift is added to the grad"],
    "wrong_sign": ["minus the right gradient, everywhere", "shapes cannot be multiplied"],
    "constants": ["the gradient of argument 1 is not right everywhere"],
    "sample_variance": ["right except for n - 1 in place of n"],
    "epsilon_outside": ["batch_norm.forward(x) is not right everywhere"],
    "in_place": ["softmax(...) changes its argument 1 in place"],
    "library": ["uses autograd, requires_grad_, nn and functional: write the formulas"],
    "by_heart": ["softmax(...) does not depend on argument 1"],
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, started_once: None) -> Iterator[Workshop]:
    """Both templates, warm, in a course with the committed release and all specimens handed in."""
    course = sample_course(tmp_path_factory.mktemp("course"), "layers", SPECIMENS)
    with Workshop(course, "layers", Options(jobs=1)) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def once(workshop: Workshop) -> Once:
    """Each specimen as it was graded the first time."""
    return Once(workshop)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(once: Once, specimen: Specimen) -> None:
    """Points and ending are stated, and what is wrong is said in words that help."""
    grade = once(specimen.student).grade
    assert specimen.disagreements(grade) == []
    told = "\n".join(finding.sentence for finding in grade.findings)
    assert all(words in told for words in TOLD[specimen.name]), told


def test_replayed_probes_find_the_same(workshop: Workshop, once: Once) -> None:
    """Where a box cannot be forked, a second box that replays the notebook answers alike."""
    (student,) = (one.student for one in SPECIMENS if one.name == "accumulated")
    options = Options(jobs=1, replay_probes=True)
    with Workshop(workshop.course, "layers", options) as replaying:
        assert repr(replaying.grade(student).grade) == repr(once(student).grade)


def test_nothing_of_a_student_stays_for_the_next(workshop: Workshop) -> None:
    """The untouched release gets nothing, also right after a perfect answer."""
    perfect, untouched = (
        next(one for one in SPECIMENS if one.name == name) for name in ("perfect", "untouched")
    )
    assert perfect.disagreements(workshop.grade(perfect.student).grade) == []
    grade = workshop.grade(untouched.student).grade
    assert {grade.points(name) for name in perfect.points} == {0}
    assert {finding.sentence for finding in grade.findings} == {"not answered yet"}
