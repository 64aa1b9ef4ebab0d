"""A box answers what it answered when the tape was recorded, to the byte."""

from contextlib import nullcontext

from small_boxes import MakeBox

from autograder.config import RunLimits
from autograder.grading.replayed_box import Double
from autograder.grading.tapes import runnable, runs, unpack
from tools.record import SEED, TAPE


def test_a_box_answers_as_it_was_recorded(make_box: MakeBox) -> None:
    """Else raise EVIDENCE in autograder/grading/keys.py, then run `python -m tools.record`."""
    tape = unpack(TAPE.read_bytes())
    assert len(tape.answers) > 10
    box = make_box(RunLimits(), seed=SEED)
    for cell, message in zip(runnable(tape.rebuilt.cells), tape.cells, strict=True):
        ran = box.run(runs(cell), exercise=cell.exercise or None)
        assert [ran.outputs, ran.count, ran.failure] == [
            message.body["ran"][name] for name in ("outputs", "count", "failure")
        ]
    double = Double(lambda _: nullcontext(box))
    for message in tape.answers.values():
        split = message.body["split"]
        reply = double.ask(message.body["asked"], message.blobs[:split])
        assert (reply.body, tuple(reply.blobs)) == (message.body["answered"], message.blobs[split:])
