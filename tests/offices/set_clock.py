"""A clock that is set to other days while processes run: the time of day jumps, the time since the start does not.

libfaketime cannot do it for Python, whose sleeps it breaks; so the few calls that tell or await a time of day are
replaced in a library that is loaded before all others.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import missing

_SOURCE = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
    char text[32] = {0};
    int file = open(getenv("SET_CLOCK"), O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
    close(file);
    return atol(text);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, clock, now), before = errno;
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec += ahead();
    errno = before;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    struct timespec now, nap = {0, 5000000};
    while (sem_trywait(semaphore)) {
        if (errno != EAGAIN && errno != EINTR) return -1;
        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec > until->tv_sec || (now.tv_sec == until->tv_sec && now.tv_nsec >= until->tv_nsec)) {
            errno = ETIMEDOUT;
            return -1;
        }
        nanosleep(&nap, NULL);
    }
    return 0;
}
"""
DAY = 86_400


class SetClock:
    """A clock of the processes that get its ``settings``; it shows the true time at first."""

    def __init__(self, folder: Path) -> None:
        self._file, self._library = folder / "clock", folder / "set_clock.so"
        compiler = shutil.which("cc") or shutil.which("gcc") or ""
        if not compiler:
            missing("no C compiler is installed: apt-get install gcc libc6-dev")
        source = folder / "set_clock.c"
        source.write_text(_SOURCE)
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", self._library, source], check=True)
        self.set(0)

    def set(self, days: float) -> None:
        """Let the clock be so many days ahead of the true time."""
        written = self._file.with_suffix(".new")
        written.write_text(str(round(days * DAY)))
        written.replace(self._file)

    @property
    def settings(self) -> Mapping[str, str]:
        """The variables of processes that have this clock."""
        return {"LD_PRELOAD": str(self._library), "SET_CLOCK": str(self._file)}
