"""Permits and refuses new processes and threads of a box: the clerk's end of its filter."""

import errno
import fcntl
import os
import struct
import time

from autograder.boxes.procfs import threads

THREADS = 256  # as the guest's limit, where that counts for one box alone
REFUSAL_SECONDS = 0.001
_RECEIVE, _SEND = 0xC050_2100, 0xC018_2101
_REQUEST_BYTES = 80
_FLAGS_AT = 32  # the first argument of the call that waits
_CONTINUE = 1
_CLONE_THREAD = 0x0001_0000


class ForkPermits:
    """Permits the granted number of forks of one box, and threads up to their limit.

    The kernel asks about threads only where it cannot count those of one box by itself.
    """

    def __init__(self, listener: int) -> None:
        self.listener = listener
        self.granted = 0

    def decide(self) -> None:
        """Answer the one request that waits."""
        request = bytearray(_REQUEST_BYTES)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, request)
            identity, asking = struct.unpack_from("<QI", request)
            (flags,) = struct.unpack_from("<Q", request, _FLAGS_AT)
            thread = bool(flags & _CLONE_THREAD)
            allowed = threads(asking) < THREADS if thread else self.granted > 0
            refusal = -(errno.EAGAIN if thread else errno.EPERM)
            error, go_on = (0, _CONTINUE) if allowed else (refusal, 0)
            fcntl.ioctl(self.listener, _SEND, struct.pack("<QqiI", identity, 0, error, go_on))
            # After it: a call that a signal interrupted asks again, and has used no leave.
            self.granted -= allowed and not thread
            if not allowed:
                time.sleep(REFUSAL_SECONDS)  # whoever asks on and on costs us little
        except OSError:
            return  # The process that asked has died meanwhile.

    def close(self) -> None:
        """Refuse all later calls: without a listener they fail in the box."""
        os.close(self.listener)
