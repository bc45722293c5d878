"""Calls that may wait for a disk run away from the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from neuralbrain.threads import OneAtATime, in_daemon_thread


def test_the_value_comes_back():
    """What the call returns is returned, and it ran in a daemon thread of its own."""

    async def main():
        return await in_daemon_thread(threading.current_thread)

    thread = asyncio.run(main())
    assert thread is not threading.main_thread()
    assert thread.daemon


@pytest.mark.parametrize("error", [ValueError("x"), MemoryError(), RecursionError(), OSError(5, "I/O")])
def test_what_it_raises_comes_back(error):
    """What the call raises is raised to whoever waits."""

    def fail():
        raise error

    async def main():
        await in_daemon_thread(fail)

    with pytest.raises(type(error)):
        asyncio.run(main())


def test_the_loop_goes_on_meanwhile():
    """While a call waits, the event loop does not."""
    released = threading.Event()

    async def main():
        waiting = asyncio.ensure_future(in_daemon_thread(released.wait))
        await asyncio.sleep(0)
        assert not waiting.done()
        released.set()
        assert await waiting is True

    asyncio.run(main())


def test_whoever_waits_can_give_up():
    """A call that never comes back is given up after as long as whoever waits says, and nothing else is held up."""
    released = threading.Event()
    ended = threading.Event()

    def hang():
        released.wait()
        ended.set()

    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_daemon_thread(hang), 0.01)
        assert await in_daemon_thread(lambda: 7) == 7
        released.set()

    asyncio.run(main())
    assert ended.wait(5), "it ended later, into a loop that is closed, without a word"


@pytest.mark.parametrize("error", [StopIteration(), SystemExit(1), asyncio.CancelledError(), KeyboardInterrupt()])
def test_what_a_future_would_misread_is_a_failure(error):
    """What a call raises and a future takes for something else reaches whoever waits, as a failure."""

    def fail():
        raise error

    async def main():
        await asyncio.wait_for(in_daemon_thread(fail), 5)

    with pytest.raises(RuntimeError, match=type(error).__name__):
        asyncio.run(main())


def test_threads_do_not_pile_up():
    """While one call hangs the next of the same caller fails at once, and starts no thread; after it, all is well."""
    release = threading.Event()

    async def main():
        one_at_a_time = OneAtATime()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one_at_a_time(release.wait), 0.01)
        threads = threading.active_count()
        for _ in range(5):
            with pytest.raises(TimeoutError, match="an earlier call"):
                await one_at_a_time(lambda: 1)
        assert threading.active_count() == threads
        release.set()
        while one_at_a_time._running is not None and not one_at_a_time._running.done():
            await asyncio.sleep(0)
        assert await one_at_a_time(lambda: 2) == 2

    asyncio.run(main())
