"""The same work on one core, on all cores of this machine, or on a cluster."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from neuralbrain.errors import SettingsError

if TYPE_CHECKING:
    from neuralbrain.backtest.replay import Replayed

ALL_CORES = -1
IDLE_SECONDS = 10  # then a worker ends: the process that started it may have been killed
CONNECT_SECONDS = 30  # to a scheduler; one that is there answers within one


def each(
    work: Callable[[datetime], Replayed], cutoffs: Sequence[datetime], *, workers: int, cluster: str = ""
) -> Iterator[Replayed]:
    """Yield what comes of each cutoff as soon as it is there, in any order.

    Args:
        work: What is done with one; it is sent to the workers, and they need nothing else.
        cutoffs: Which.
        workers: Processes of this machine, -1 for one a core; 1 works in this process.
        cluster: Address of a Dask scheduler whose workers are used instead; empty for this machine.

    Raises:
        SettingsError: If the cluster cannot be used.
    """
    if workers == 1 and not cluster:
        yield from map(work, cutoffs)
        return
    from joblib import Parallel, delayed, parallel_config  # noqa: PLC0415 - only where there is something to part

    # One cutoff a task, and BLAS in one thread: results do not depend on how many work.
    here = {"backend": "loky", "inner_max_num_threads": 1, "idle_worker_timeout": IDLE_SECONDS}
    surroundings = _on_cluster(cluster) if cluster else contextlib.nullcontext(here)
    with surroundings as chosen, parallel_config(**chosen):
        parallel = Parallel(n_jobs=ALL_CORES if cluster else workers, return_as="generator_unordered", batch_size=1)
        outputs = parallel(delayed(work)(cutoff) for cutoff in cutoffs)
        try:
            for came in outputs:  # noqa: UP028 - "yield from" would close it before the warning is silenced
                yield came
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that work is left undone: whoever closes this knows
                outputs.close()


@contextlib.contextmanager
def _on_cluster(address: str) -> Iterator[dict[str, Any]]:
    """Yield how work is sent to the workers of a scheduler.

    Raises:
        SettingsError: If it does not answer, or what talks to it is not installed.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(
            "A backtest on a cluster needs the package distributed, which is not installed.",
            remedy="Install neuralbrain[cluster].",
        ) from None
    try:
        client: Any = cast("Any", Client)(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"No Dask scheduler answers at {address}.", remedy="Give --cluster as tcp://host:8786."
        ) from error
    with client:
        yield {"backend": "dask", "client": client}
