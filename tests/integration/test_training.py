"""training, graded for real: what is wrong with a loader, with chance, with a file, is said.

Each of these trains once more, so only some specimens are graded here; `autograder verify` grades
all of them.
"""

from collections.abc import Iterator

import pytest
from sample_course import Once, sample_course, specimens_of

from autograder.grading.workshop import Options, Workshop
from autograder.verifying.specimens import Specimen

TOLD = {
    "untouched": ["not answered yet"],
    "first_slips": [
        "train_loader is not shuffled",
        "is none of the nine moves",
        "1 / (1 - p) is missing",
        "the network has the weights of the last epoch",
    ],
    "validation_rows": [
        "400 rows of train_loader are not among those that belong there",
        "a move like that of the picture before always happens",
        "the network learns in eval mode: train_epoch says network.train()",
    ],
    "file_missing": ["net.pth is missing: hand it in", "not high enough yet"],
}
SPECIMENS = tuple(one for one in specimens_of("training") if one.name in TOLD)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, started_once: None) -> Iterator[Once]:
    """Each specimen, graded in a course with the committed release."""
    course = sample_course(tmp_path_factory.mktemp("course"), "training", SPECIMENS)
    with Workshop(course, "training", Options(jobs=1)) as workshop:
        yield Once(workshop)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(once: Once, specimen: Specimen) -> None:
    """Points and ending are stated, and what is wrong is said in words that help."""
    grade = once(specimen.student).grade
    assert specimen.disagreements(grade) == []
    told = "\n".join(finding.sentence for finding in grade.findings)
    assert all(words in told for words in TOLD[specimen.name]), told
