"""Saying yes or no when a box wants another process: the other end of its seccomp filter."""

import errno
import fcntl
import os
import struct

_RECEIVE, _SEND = 0xC050_2100, 0xC018_2101
_REQUEST_BYTES = 80
_CONTINUE = 1


class ForkPermits:
    """Lets as many forks of one box through as were granted, and refuses the others."""

    def __init__(self, listener: int) -> None:
        self.listener = listener
        self.granted = 0

    def decide(self) -> None:
        """Answer the one request that waits."""
        request = bytearray(_REQUEST_BYTES)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, request)
            (identity,) = struct.unpack_from("<Q", request)
            allowed = self.granted > 0
            error, flags = (0, _CONTINUE) if allowed else (-errno.EPERM, 0)
            fcntl.ioctl(self.listener, _SEND, struct.pack("<QqiI", identity, 0, error, flags))
            # After it: a call that a signal interrupted asks again, and has used no leave.
            self.granted -= allowed
        except OSError:
            return  # The process that asked has died meanwhile.

    def close(self) -> None:
        """Refuse all that comes later: without a listener the call fails in the box."""
        os.close(self.listener)
