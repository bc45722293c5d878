"""A block that takes too long is ended, and nothing else is."""

from __future__ import annotations

import signal
import threading

import pytest

from neuralbrain.deadline import DeadlineReached, deadline


def spin():
    """Do nothing, for ever."""
    while True:
        pass


def test_in_time_nothing_happens():
    """A block that ends in time leaves neither timer nor handler behind."""
    before = signal.getsignal(signal.SIGALRM)
    with deadline(60):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_too_long_is_ended():
    """A block that spins is ended, and afterwards neither timer nor handler is left."""
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(DeadlineReached), deadline(0.05):
        spin()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_lock_is_waited_for_no_longer():
    """A block that waits for a lock of Python's is ended too."""
    taken = threading.Lock()
    taken.acquire()
    with pytest.raises(DeadlineReached), deadline(0.05):
        taken.acquire()


def test_what_catches_everything_does_not_catch_it():
    """It passes whatever catches every exception, as an interruption does."""

    def stubborn():
        try:
            spin()
        except Exception:  # noqa: BLE001 - as a step's edge does
            return "caught"

    with pytest.raises(DeadlineReached), deadline(0.05):
        stubborn()


def test_swallowed_once_it_strikes_again():
    """A block that swallows the first strike is ended by the next one."""
    struck = []

    def very_stubborn():
        try:
            spin()
        except BaseException:  # noqa: BLE001 - as bad code does
            struck.append(1)
        spin()

    with pytest.raises(DeadlineReached), deadline(0.05):
        very_stubborn()
    assert struck == [1]


def test_an_error_of_the_block_passes():
    """What the block raises is what comes out, and the timer is gone."""
    with pytest.raises(ZeroDivisionError), deadline(60):
        raise ZeroDivisionError
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_elsewhere_the_block_runs_as_it_will():
    """In another thread than the first no signal can end a block, and it runs without a deadline."""
    ended = []
    before = signal.getsignal(signal.SIGALRM)

    def work():
        with deadline(0.001):
            ended.append(signal.getsignal(signal.SIGALRM) is before)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]
