"""A class graded in parallel: one thread per worker, each with one box and one judge at a time."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from threading import Barrier

from autograder.grading.graded_submission import Graded
from autograder.grading.tapes import Tape
from autograder.grading.workshop import Workshop


def grade(
    workshop: Workshop,
    students: Iterable[str],
    kept: Callable[[str], Tape | None] = lambda _: None,
) -> Generator[Graded, None, None]:
    """Grade a class, each submission handed on as soon as it is done.

    `kept` gives the evidence that there is.  What lacked something that others may have had is
    graded once more, alone, and that counts.  Close it to stop: what runs is ended.
    """
    jobs, stalled = workshop.options.jobs, []
    work = partial(workshop.grade, alone=jobs == 1)
    waiting = iter(students)
    running: set[Future[Graded]] = set()
    with ThreadPoolExecutor(jobs, thread_name_prefix="worker") as pool:
        try:
            # Now there is room for its threads, and whatever boxes take later, they have them.
            list(pool.map(lambda together: together.wait(), [Barrier(jobs, timeout=60)] * jobs))
            while True:
                # One in reserve for each worker: not all at once, for their evidence takes memory.
                for student in islice(waiting, 2 * jobs - len(running)):
                    running.add(pool.submit(work, student, kept(student)))
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                while done:
                    graded = done.pop().result()
                    if graded.stalled and jobs > 1:
                        stalled.append(graded.grade.student)
                    else:
                        yield graded
        except BaseException:
            for future in running:
                future.cancel()
            workshop.close()
            raise
    for student in stalled:
        yield workshop.grade(student, kept(student))
