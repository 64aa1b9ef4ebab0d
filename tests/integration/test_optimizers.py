"""optimizers, graded for real: specimens get what they state, in words that name the mistake."""

from collections.abc import Iterator

import pytest
from sample_course import Once, sample_course, specimens_of

from autograder.grading.workshop import Options, Workshop
from autograder.verifying.specimens import Specimen

# Of the others, `autograder verify optimizers` says whether they get what they state.
TOLD = {
    "perfect": [],
    "no_correction": ["Adam moves as it would without bias correction"],
    "coupled_decay": ["AdamW moves as it would with weight decay in the gradient"],
    "endless_cosine": ["rate(step) is not right in 2 of 15", "raises nothing, ValueError was exp"],
}
SPECIMENS = tuple(one for one in specimens_of("optimizers") if one.name in TOLD)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory, started_once: None) -> Iterator[Workshop]:
    """Both templates, warm, in a course with the committed release and specimens handed in."""
    course = sample_course(tmp_path_factory.mktemp("course"), "optimizers", SPECIMENS)
    with Workshop(course, "optimizers", Options(jobs=1)) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def once(workshop: Workshop) -> Once:
    """Each specimen as it was graded the first time."""
    return Once(workshop)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(once: Once, specimen: Specimen) -> None:
    """Points and ending are stated, and the mistake is named."""
    grade = once(specimen.student).grade
    assert specimen.disagreements(grade) == []
    told = "\n".join(finding.sentence for finding in grade.findings)
    assert all(words in told for words in TOLD[specimen.name]), told
