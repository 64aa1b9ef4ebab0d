"""The judge as a process of its own, over real sockets, against a box that answers from a dict."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import torch

from autograder.asking.tensors import freeze, thaw
from autograder.evidence.frames import Channel
from autograder.evidence.values import Unreadable, decode, encode

VISIBLE = '''
"""Visible."""
import pytest
import torch
from autograder.checks import NotReached, above, close, exercise, points, tensor
pytestmark = exercise("curve")
@points(1, hint="use the cosine")
def check_x(student):
    """x is right."""
    close("x", student["x"], torch.arange(3.))
@points(2)
@pytest.mark.parametrize("factor", [1, 2])
def check_f(student, factor):
    """f doubles.

    Not part of the title.
    """
    close("f(x)", student.call("f", torch.ones(2) * factor), [2. * factor] * 2)
@points(1, hint="look closer")
def check_plain(student):
    """a plain assert."""
    assert student["x"].sum() == 99
@points(1)
def check_words(student):
    """an assert with words."""
    assert student["x"].sum() == 99, "x should sum to something else"
@points(1)
def check_library(student):
    """an assert of a library."""
    torch.testing.assert_close(student["x"].sum(), torch.tensor(99.))
@points(4)
def check_share(student):
    """a share."""
    above("the score", student["score"], full=1, none=0)

@pytest.fixture
def broken():
    assert False, "a fixture of ours"
@points(1)
def check_fixture(broken):
    """a broken fixture."""
@points(1)
def check_skips():
    """a skip."""
    pytest.skip("for the judge to see that a skip earns nothing")
@points(1)
@pytest.mark.xfail(run=False, reason="likewise, for a failure that is expected")
def check_xfails():
    """an xfail."""
@points(1)
def check_typo():
    """a typo."""
    nonsense
@points(1)
def check_exits():
    """an exit."""
    pytest.exit("bye")
@points(1)
async def check_async():
    """a coroutine."""
    assert False
'''
HIDDEN = '''
"""Hidden."""
import torch
from autograder.checks import close, exercise, points
pytestmark = exercise("curve")

@points(1)
def check_same(student):
    """what a visible check has asked."""
    close("x", student["x"], torch.arange(3.))

@points(1)
def check_again(student, rng, data, device):
    """again with another t."""
    t = torch.rand(5, generator=rng)
    print("noise", device, (data / "rows.csv").read_text())
    close("x", student.rerun("curve", t=t)["x"], t + 1)
    assert student.source("curve") == "x = t + 1" and student.printed("curve") == "hi"
'''

Answer = Callable[[dict[str, Any], dict[str, Any]], Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checks of one exercise, and a configuration that nobody may read."""
    root = tmp_path_factory.mktemp("course")
    for part, text in (("visible", VISIBLE), ("hidden", HIDDEN)):
        (root / "checks" / part).mkdir(parents=True)
        (root / "checks" / part / "check_curve.py").write_text(text)
    (root / "rows.csv").write_text("1")
    (root / "checks" / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    return root / "checks"


class Clerk:
    """The other end of a judge's template."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.told = json.loads(control.recv(1 << 20))
        self.probes: list[dict[str, Any]] = []
        self.asked: dict[str, list[int]] = {}

    def judge(
        self, answer: Answer, exercise: str = "curve", seed: str = "s"
    ) -> dict[str, dict[str, Any]]:
        """The findings of one submission, whose box is a function."""
        ours, theirs = socket.socketpair()
        request = json.dumps({"do": "fork", "seed": seed}).encode()
        socket.send_fds(self.control, [request], [theirs.fileno()])
        theirs.close()
        ours.settimeout(60)
        channel = Channel(ours)
        channel.send({"exercise": exercise, "source": "x = t + 1", "printed": "hi"})
        findings = {}
        while (message := channel.receive()) is not None and "judged" not in message.body:
            if "finding" in message.body:
                found = message.body["finding"]
                self.asked[found["check"]["id"]] = message.body["asked"]
                findings[found.pop("check")["id"]] = found
            else:
                probe = message.body["probe"]
                self.probes.append(probe)
                payload = thaw(decode(message.body["payload"], message.blobs))
                reply = answer(probe, payload)
                value = reply.get("answer")
                told = value if isinstance(value, Unreadable) else freeze(value)
                tree, blobs = encode(told)
                channel.send({"answer": tree} if "answer" in reply else reply, blobs)
        ours.close()
        assert message is not None
        return findings


@contextmanager
def template(folder: Path) -> Iterator[Clerk]:
    """A judge's template, ended and looked after when done with."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(60)
    settings = {"folder": str(folder), "data": str(folder.parent), "assignment": "a"}
    process = subprocess.Popen(
        [
            *(sys.executable, "-I", "-m", "autograder.judging.judge"),
            str(theirs.fileno()),
        ],
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    ours.send(json.dumps(settings).encode())
    try:
        clerk = Clerk(ours)
        yield clerk
    finally:
        ours.close()
        code = process.wait(timeout=20)
    assert code == (1 if "problems" in clerk.told else 0)


@pytest.fixture(scope="module")
def clerk(folder: Path) -> Iterator[Clerk]:
    """One template for all tests of this file."""
    with template(folder) as held:
        yield held


def right(probe: dict[str, Any], payload: dict[str, Any]) -> Any:
    """A box with everything right."""
    match probe:
        case {"rerun": "curve"}:
            return {"answer": [payload["replaced"]["t"] + 1]}
        case {"ask": "value", "names": ["score"]}:
            return {"answer": [0.25]}
        case {"ask": "value"}:
            return {"answer": [torch.arange(3.0)]}
    return {"answer": payload["arguments"][0] * 2}


def test_checks_are_listed_once_in_order(clerk: Clerk) -> None:
    """Visible checks come first, parametrized ones once per case, each with its own id."""
    ids = [check["id"] for check in clerk.told["checks"]]
    assert ids[:3] == ["curve.x", "curve.f[1]", "curve.f[2]"]
    assert ids[-1] == "curve.again"
    assert clerk.told["checks"][1]["title"] == "f doubles (1)"
    assert [check["hidden"] for check in clerk.told["checks"]][-3:] == [False, True, True]


def test_right_answers_earn_their_share(clerk: Clerk) -> None:
    """Passed checks earn all, shares a part, and the findings are the same a second time."""
    findings = clerk.judge(right)
    for passed in ("x", "f[1]", "f[2]", "again"):
        assert findings[f"curve.{passed}"]["verdict"] == "passed"
        assert findings[f"curve.{passed}"]["share"] == 1
    assert findings["curve.share"]["share"] == 0.25
    assert clerk.judge(right) == findings


def test_a_failed_assert_says_no_more_than_its_author(clerk: Clerk) -> None:
    """A plain assert and a library's are wordless; what the author wrote is shown."""
    findings = clerk.judge(right)
    plain = findings["curve.plain"]
    said = {"sentence": "", "hint": "look closer"}
    assert plain == {"verdict": "failed", "share": 0, "measured": []} | said
    assert findings["curve.words"]["sentence"] == "x should sum to something else"
    assert findings["curve.library"]["verdict"] == "failed"
    assert findings["curve.library"]["sentence"] == ""


@pytest.mark.parametrize("name", ["fixture", "skips", "xfails", "typo", "exits", "async"])
def test_our_own_mistakes_are_inconclusive(clerk: Clerk, name: str) -> None:
    """Broken fixtures, skips, xfails, typos, exits and coroutines never decide."""
    found = clerk.judge(right)[f"curve.{name}"]
    assert found["verdict"] == "inconclusive"
    assert found["share"] == 0
    assert found["sentence"]


def test_a_mistake_is_findable(clerk: Clerk) -> None:
    """The maintainer reads the exception and the line of the check."""
    line = VISIBLE.splitlines().index("    nonsense") + 1
    sentence = clerk.judge(right)["curve.typo"]["sentence"]
    assert sentence == f"NameError: name 'nonsense' is not defined (check_curve.py, line {line})"


@pytest.mark.parametrize(
    ("reply", "verdict", "sentence"),
    [
        ({"missing": "x"}, "not reached", "x is not defined"),
        ({"gone": "the box timed out"}, "not reached", "the box timed out"),
        (
            {"withheld": "no time"},
            "inconclusive",
            "no time",
        ),
        (
            {"raised": {"type": "TypeError", "message": "no\nway", "kinds": []}},
            "failed",
            "x raised TypeError: no way",
        ),
        ({"missing": "t_is_0_25"}, "not reached", "a name is not defined"),
        ({"answer": []}, "failed", "x could not be read"),
        ({"answer": 7}, "failed", "x could not be read"),
        ({"answer": ["text"]}, "failed", "x is a string, a tensor was expected"),
        ({"nonsense": 1}, "inconclusive", None),
    ],
)
def test_every_reply_has_its_verdict(
    clerk: Clerk, reply: dict[str, Any], verdict: str, sentence: str | None
) -> None:
    """Missing names, lost boxes, raised errors and unreadable answers are told apart."""
    found = clerk.judge(lambda probe, payload: reply)["curve.x"]
    assert found["verdict"] == verdict
    assert sentence is None or found["sentence"] == sentence


@pytest.mark.parametrize(
    "reply",
    [
        {"missing": "t_is_0_25"},
        {"answer": Unreadable("a t_is_0_25")},
        {"raised": {"type": "t_is_0_25", "message": "t_is_0_25", "kinds": []}},
        {"answer": "0.625 times t + 1"},
    ],
)
def test_no_word_of_a_box_leaves_a_hidden_check(clerk: Clerk, reply: dict[str, Any]) -> None:
    """A box has seen hidden inputs; neither its words nor a number of its choice are shown."""

    def tell(probe: dict[str, Any], payload: dict[str, Any]) -> Any:
        if "rerun" not in probe:
            return right(probe, payload)
        if reply.get("answer") == "0.625 times t + 1":
            return {"answer": [0.625 * (payload["replaced"]["t"] + 1)]}
        return reply

    found = clerk.judge(tell)["curve.again"]
    assert found["verdict"] in {"failed", "not reached"}
    assert found["sentence"]
    assert "0_25" not in found["sentence"]
    assert "0.625" not in found["sentence"]


def test_probes_have_seeds_of_their_own(clerk: Clerk) -> None:
    """Every probe is seeded, differently, and the same the next time."""
    clerk.probes.clear()
    clerk.judge(right)
    seeds = [probe["seed"] for probe in clerk.probes]
    clerk.probes.clear()
    clerk.judge(right)
    assert len(set(seeds)) == len(seeds)
    assert [probe["seed"] for probe in clerk.probes] == seeds
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_question_is_put_once_for_all_checks(clerk: Clerk) -> None:
    """A later check has the answer that an earlier one got, has asked it too, and words it anew."""
    clerk.probes.clear()
    reply = {"raised": {"type": "TypeError", "message": "no way", "kinds": []}}
    findings = clerk.judge(lambda probe, payload: reply)
    assert [probe.get("names") for probe in clerk.probes].count(["x"]) == 2  # and once for `again`
    assert findings["curve.x"]["sentence"] == "x raised TypeError: no way"
    assert findings["curve.same"]["sentence"] == "x raised TypeError"
    assert clerk.asked["curve.x"] == clerk.asked["curve.same"] == [0]
    assert clerk.asked["curve.f[2]"] == [2]


def test_nothing_is_remembered_of_another_submission(clerk: Clerk) -> None:
    """The next student, and the same one at the next exercise, is asked everything."""
    counts = []
    for _ in range(2):
        clerk.probes.clear()
        clerk.judge(right)
        counts.append(len(clerk.probes))
    assert counts[0] == counts[1] > 0


def test_nothing_is_written_beside_the_checks(clerk: Clerk, folder: Path) -> None:
    """No bytecode, no cache."""
    clerk.judge(right)
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    assert files == {"check_curve.py", "pytest.ini"}


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Missing marks, docstrings and unreadable files are listed together."""
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "check_a.py").write_text("import no_such_module\n")
    (folder / "check_b.py").write_text(
        dedent('''
        from autograder.checks import exercise, points
        def check_bare(student): pass
        @points(1)
        @exercise("e")
        def check_same():
            """One."""
        ''')
    )
    same = (folder / "check_b.py").read_text().replace("check_bare", "helper")
    (folder / "check_c.py").write_text(same)
    with template(folder) as clerk:
        told = [f"{problem['where']}: {problem['what']}" for problem in clerk.told["problems"]]
    assert told == [
        "check_a.py: ModuleNotFoundError: No module named 'no_such_module'",
        "check_b.py, check_bare: belongs to no exercise",
        "check_b.py, check_bare: has no points",
        "check_b.py, check_bare: has no docstring",
        "check_c.py, check_same: has the name of another check of its exercise",
    ]


def test_a_folder_without_checks_is_a_problem(tmp_path: Path) -> None:
    """Nothing to judge with is said, not passed over."""
    (tmp_path / "checks").mkdir()
    with template(tmp_path / "checks") as clerk:
        assert clerk.told["problems"][0]["what"] == "there are no checks"


def test_each_fork_has_a_seed_of_its_own(clerk: Clerk) -> None:
    """One template judges by any seed, and forgets it: the next one draws by its own."""
    drawn = []
    for seed in ("s", "another", "s"):
        clerk.probes.clear()
        clerk.judge(right, seed=seed)
        drawn.append([probe["seed"] for probe in clerk.probes])
    assert drawn[0] == drawn[2]
    assert not set(drawn[0]) & set(drawn[1])


def test_what_thresholds_were_held_against_is_told(clerk: Clerk) -> None:
    """Authors get the value beside full and none, and for tolerances how much of them it took."""
    findings = clerk.judge(right)
    assert findings["curve.share"]["measured"] == [
        {"name": "the score", "value": 0.25, "full": 1, "none": 0}
    ]
    assert findings["curve.x"]["measured"] == [
        {"name": "x, in tolerances", "value": 0, "full": 1, "none": 1}
    ]
