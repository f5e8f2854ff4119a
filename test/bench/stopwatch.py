"""Runs programs and says what they cost. Each line of standard input is a job, each line of standard output its result.

A job: words, input and output (paths), count, parallel, directory, seconds (after which everything is killed). Its programs get PATH
and HOME only. A result: walls, a
second for each program from its start to its end; begun and ended on the monotonic clock; and once the programs and all they left
behind have ended: status (how often each exit status came), cpu (seconds, user and system, of all of them).
"""

import ctypes
import json
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGALRM, lambda *_: kill_all())
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


def kill_all():
    """Whoever is orphaned by that becomes a child, and is killed the next time."""
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        for pid in children.read().split():
            os.kill(int(pid), signal.SIGKILL)
    signal.setitimer(signal.ITIMER_REAL, 0.1)


def run(job):
    signal.setitimer(signal.ITIMER_REAL, job["seconds"])
    os.chdir(job["directory"])
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": job["directory"]}
    files = [
        (os.POSIX_SPAWN_OPEN, 0, job["input"], os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, job["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    words = job["words"]
    started, walls, status, cpu, begun, ended = {}, [], {}, 0, time.monotonic(), 0
    left = job["count"]
    while left or started:
        while left and len(started) < job["parallel"]:
            at = time.monotonic()
            started[os.posix_spawn(words[0], words, environment, file_actions=files)] = at
            left -= 1
        pid, code, usage = os.wait4(-1, 0)
        now = time.monotonic()
        cpu += usage.ru_utime + usage.ru_stime
        if pid in started:
            walls.append(now - started.pop(pid))
            ended = now
            name = str(os.waitstatus_to_exitcode(code))
            status[name] = status.get(name, 0) + 1
    while True:
        try:
            usage = os.wait4(-1, 0)[2]
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {"begun": begun, "ended": ended, "walls": walls, "status": status, "cpu": cpu}


main()
