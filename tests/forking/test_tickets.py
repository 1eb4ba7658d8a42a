"""Tickets are drawn by several processes, each ticket once."""

import os

import pytest

from layerscope.forking.tickets import TICKETS_LIMIT, Tickets

# Python warns from 3.12 on; what these forks do needs nothing that another thread could hold.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def test_three_processes_draw_each_number_once() -> None:
    tickets = Tickets(TICKETS_LIMIT)
    drawn, theirs = os.pipe()
    processes = []
    for _ in range(2):
        process = os.fork()
        if not process:
            while (number := tickets.draw()) is not None:
                os.write(theirs, b"%d\n" % number)
            os._exit(0)
        processes.append(process)
    ours = list(iter(tickets.draw, None))
    os.close(theirs)
    with os.fdopen(drawn) as lines:
        others = list(map(int, lines))
    for process in processes:
        assert os.waitpid(process, 0)[1] == 0
    assert sorted(ours + others) == list(range(TICKETS_LIMIT))
    tickets.close()


def test_no_tickets() -> None:
    tickets = Tickets(0)
    assert tickets.draw() is None
    tickets.close()
