"""Numbers of jobs that several processes draw, each of them once."""

import os

# All of them fit into the smallest pipe there is.
TICKETS_LIMIT = 1_000
_TICKET_BYTES = 2


class Tickets:
    """The numbers below a count, at most TICKETS_LIMIT; whoever comes first has one, before and after a fork.

    They lie in a pipe, which the kernel hands out under a lock.
    """

    def __init__(self, count: int) -> None:
        self._descriptor, filling = os.pipe()
        try:
            os.write(filling, b"".join(number.to_bytes(_TICKET_BYTES, "little") for number in range(count)))
        finally:
            # So that an empty pipe is at its end.
            os.close(filling)

    def draw(self) -> int | None:
        """The next number, None where all are drawn."""
        ticket = os.read(self._descriptor, _TICKET_BYTES)
        return int.from_bytes(ticket, "little") if ticket else None

    def close(self) -> None:
        """Give this process's end back."""
        os.close(self._descriptor)
