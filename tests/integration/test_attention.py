"""attention, graded for real: specimens get what they state, in words that help."""

from collections.abc import Iterator

import pytest
from sample_course import Once, sample_course, specimens_of

from autograder.grading.workshop import Options, Workshop
from autograder.verifying.specimens import Specimen

TOLD = {
    "perfect": [],
    "untouched": ["not answered yet"],
    "no_root": ["the scores are not divided by the root of d"],
    "second_axis": ["over the wrong axis"],
    "after_the_softmax": ["masks after the softmax"],
    "inverted": ["is true where it should be false"],
    "off_by_one": ["off by one: a position may look at itself"],
    "gelu": ["its activation were gelu"],
}
SPECIMENS = [one for one in specimens_of("attention") if one.name in TOLD]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, started_once: None) -> Iterator[Once]:
    """Each specimen as it is graded in a course with the committed release.

    The others are graded by `autograder verify`; most of those train the model.
    """
    course = sample_course(tmp_path_factory.mktemp("course"), "attention", SPECIMENS)
    with Workshop(course, "attention", Options(jobs=1)) as workshop:
        yield Once(workshop)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(once: Once, specimen: Specimen) -> None:
    """Points and ending are stated, and what is wrong is said in words that help."""
    grade = once(specimen.student).grade
    assert specimen.disagreements(grade) == []
    told = "\n".join(finding.sentence for finding in grade.findings)
    assert all(words in told for words in TOLD[specimen.name]), told
