"""Pools without processes, in a process of their own: what is replaced is replaced for all."""

import subprocess
import sys

START = """
import sys
from multiprocessing.pool import Pool as Early
from concurrent.futures import ProcessPoolExecutor as Earlier
from autograder.guest.serial import work_in_one_process
work_in_one_process()
"""
POOLS = """
import multiprocessing, os
from concurrent.futures import ProcessPoolExecutor, as_completed, wait
from multiprocessing import Pool, get_context
from multiprocessing.pool import Pool as Second, ThreadPool

def ten(v): return 10 * v
def join(a, b="c"): return a + b
def grow(v): v.append(os.getpid()); return len(v)
def fail(v): raise KeyError(v)

made = []
for make in (Pool, multiprocessing.Pool, get_context("spawn").Pool, Second, Early):
    with make(processes=2, initializer=made.append, initargs=(make,)) as pool:
        assert pool.map(ten, range(3), chunksize=2) == [0, 10, 20]
        assert pool.starmap(join, [("a", "b"), ("c", "d")]) == ["ab", "cd"]
        assert list(pool.imap(ten, [1, 2])) == list(pool.imap_unordered(ten, [1, 2])) == [10, 20]
        assert pool.imap(ten, [3]).next(timeout=1) == 30
        assert pool.apply(join, ("a",), {"b": "x"}) == "ax"
        later = pool.apply_async(join, ("a",), callback=made.append)
        assert (later.get(timeout=1), later.ready(), later.successful()) == ("ac", True, True)
        assert pool.map_async(ten, [1]).get() == pool.starmap_async(ten, [(1,)]).get() == [10]
        failed = pool.apply_async(fail, (1,), {}, made.append, lambda p: made.append(str(p)))
        assert not failed.successful()
        try:
            failed.get()
        except KeyError as problem:
            made.append(problem.args)
    pool.join()
    try:
        pool.map(ten, [1])
    except ValueError:
        made.append("closed")
assert len(made) == 5 * 5 and made[1:5] == ["ac", "1", (1,), "closed"], made

with ThreadPool(2) as pool:
    assert pool.map(ten, range(3)) == [0, 10, 20] and isinstance(pool, ThreadPool)

# Another process has copies.
mine = [[], [1]]
assert Pool().map(grow, mine) == [1, 2] and mine == [[], [1]]
assert Earlier().submit(ten, 4).result() == 40
with ProcessPoolExecutor(max_workers=2) as pool:
    assert list(pool.map(ten, [1, 2], chunksize=2)) == [10, 20]
    futures = [pool.submit(join, one, b="!") for one in "xy"]
    assert sorted(one.result() for one in as_completed(futures)) == ["x!", "y!"]
    assert wait(futures).not_done == set()
    assert isinstance(pool.submit(fail, 2).exception(), KeyError)
"""
WORKERS = """
import os, sys
from joblib import Parallel, delayed, parallel_config

def place(v): return v, os.getpid()

here = os.getpid()
for asked in ({"n_jobs": 2}, {"n_jobs": -1, "backend": "multiprocessing"}, {}):
    with parallel_config(n_jobs=2):
        assert Parallel(**asked)(delayed(place)(v) for v in "ab") == [("a", here), ("b", here)]
assert Parallel(4, "loky", verbose=0)(delayed(place)(v) for v in range(1)) == [(0, here)]
"""
REFUSED = """
import multiprocessing, os, subprocess

def refuse(*_, **__): raise PermissionError(1, "Operation not permitted")

for owner, name in ((os, "fork"), (subprocess.Popen, "_execute_child")):
    setattr(owner, name, refuse)
work_in_one_process()
starts = [
    os.fork, multiprocessing.Process(target=print).start,
    lambda: subprocess.run(["ls"]), lambda: subprocess.check_output("ls", shell=True),
    lambda: os.popen("ls"),
]
for start in starts:
    try:
        start()
    except PermissionError as problem:
        assert str(problem).startswith("this notebook is graded in one process"), problem
    else:
        raise AssertionError(start)
assert os.system("ls") != 0
"""


def run(script: str) -> str:
    """What a script writes to its second stream when it has run to its end."""
    done = subprocess.run(
        [sys.executable, "-c", START + script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_pool_gives_what_processes_would() -> None:
    """However it is made: results, callbacks, exceptions, copies of arguments, and its end."""
    assert run(POOLS) == ""


def test_joblib_has_one_worker() -> None:
    """Whatever is asked for, work is done here, in order and without a warning."""
    assert run(WORKERS) == ""


def test_who_is_refused_a_process_is_told_why() -> None:
    """A fork, a program, a process of multiprocessing: each says that there is one for all."""
    assert run(REFUSED) == "this notebook is graded in one process: ls was not run\n"
