"""What a box wrote where no size limit of its own /tmp holds it."""

import errno
import os
from contextlib import suppress
from pathlib import Path

DISK_MIB, FILES, DEPTH = 320, 20_000, 1500
# Nobody honest makes a path of 4096 bytes, or a folder that its owner may not read.  Walking down a
# thousand folders takes a tenth of a second.
_HIDDEN = {errno.ENAMETOOLONG, errno.EACCES}


def is_full(folder: Path) -> bool:
    """Whether a folder is too large or cannot be read; it may change meanwhile."""
    files = size = 0
    waiting = [(str(folder), 0)]
    while waiting:
        place, depth = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    files += 1
                    with suppress(FileNotFoundError):
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
                    if size > DISK_MIB << 20 or files > FILES or depth >= DEPTH:
                        return True
        except OSError as problem:
            if problem.errno in _HIDDEN:
                return True
    return False
