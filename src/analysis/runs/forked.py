"""Kernels forked from one warmed-up process: real kernels with memory of their own, without the seconds of imports.

`papermill` and `nbclient` work with them unchanged: only the way the process comes to life differs. Where a system has
no fork, `manager_class` returns None and a plain kernel is started instead.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

_NAME = "workbench-forked"
# a process that forks must have no thread: neither those of BLAS nor the one of Arrow's memory allocator
_PARENTS_OWN = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the kernel's debugger would warn on import, where all can read it
}
_STOP = 5.0  # seconds a process has to end on request


class WarmParent:
    """The process kernels are forked from; one for a command, started when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._ready = False

    def start(self) -> None:
        """Start the process, where kernels are forked, and return at once; it warms up while the command goes on."""
        if manager_class() is not None:
            with self._lock:
                self._start()

    def _start(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._ready = False
            self._process = subprocess.Popen(
                [sys.executable, "-m", "analysis.runs.warm_parent"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **_PARENTS_OWN},
                start_new_session=True,
            )
        return self._process

    def ask(self, request: dict[str, Any]) -> int:
        """Return the process number of a new kernel, or of a process that does some other work (`runs.warm_parent`).

        Raises
        ------
        RuntimeError
            The parent is gone.
        """
        with self._lock:
            process = self._start()
            assert process.stdin is not None and process.stdout is not None
            if not self._ready:
                self._ready = process.stdout.readline().strip() == "ready"
            try:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                return int(process.stdout.readline())
            except (OSError, ValueError) as error:
                raise RuntimeError(f"warm parent: {error}") from error

    def stop(self) -> None:
        """End the process, and with it what kernels are left."""
        with self._lock:
            if self._process is None:
                return
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            try:
                self._process.wait(_STOP if self._ready else 0)  # one that still imports does not listen yet
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()
            self._process = None


PARENT = WarmParent()
atexit.register(PARENT.stop)


class ForkedProcess:
    """What a provisioner needs of a `Popen`, for a process that is no child of ours (Linux: pidfd)."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle: int | None
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:  # already gone
            self._handle = None

    def poll(self) -> int | None:
        """Return None while the process lives, else 0: its own code stays with its parent."""
        if self._handle is None:
            return 0
        if not select.select([self._handle], [], [], 0)[0]:
            return None
        os.close(self._handle)
        self._handle = None
        return 0

    def wait(self) -> int:
        """Return once the process has ended."""
        if self._handle is not None:
            select.select([self._handle], [], [])
        return self.poll() or 0

    def send_signal(self, signum: int) -> None:
        """Send a signal to this very process, never to another that got its number."""
        if self._handle is not None:
            signal.pidfd_send_signal(self._handle, signum)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by asking the warm parent to fork."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel instead of running the command; its arguments after the module's name are kept."""
        argv = [*cmd[cmd.index("ipykernel_launcher") + 1 :], "--HistoryManager.enabled=False"]
        env, cwd = dict(kwargs.get("env") or os.environ), str(kwargs.get("cwd") or os.getcwd())
        pid = await asyncio.to_thread(PARENT.ask, {"argv": argv, "env": env, "cwd": cwd})
        self.process = ForkedProcess(pid)  # type: ignore[assignment]
        self.pid = self.pgid = pid
        self.cwd = cwd
        return self.connection_info


class ForkingKernelManager(AsyncKernelManager):
    """A kernel manager whose kernels are forked."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """Return the specification of the Python kernel, with our provisioner in it."""
        spec = super().kernel_spec
        if spec is not None:
            spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": _NAME}}
        return spec


def manager_class() -> type[AsyncKernelManager] | None:
    """Return the kernel manager to use, None for the plain one: no fork here, or `WORKBENCH_KERNELS=plain`."""
    able = hasattr(os, "fork") and hasattr(os, "pidfd_open")
    return ForkingKernelManager if able and os.environ.get("WORKBENCH_KERNELS") != "plain" else None
