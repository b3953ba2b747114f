"""Writes as JSON all that a program can see of its start and its surroundings, on Linux.

Started as `report.py FILE ARGUMENTS...`; the report goes to FILE, because standard output is part of
what is looked at. Numbers that differ from one start to the next are left out: process ids, inodes,
terminals' numbers, time that has passed.
"""
import fcntl
import json
import os
import re
import signal
import sys
import termios


def text(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode("latin1")
    except OSError as error:
        return error.strerror


def descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + name)
            info = text("/proc/self/fdinfo/" + name).split("\n")
            flags = fcntl.fcntl(int(name), fcntl.F_GETFD)
        except OSError:
            continue  # That of the listing itself.
        target = re.sub(r"\[\d+\]|/dev/pts/\d+", "[]", target)
        found[name] = [target, *(line for line in info if line.startswith(("flags", "pos"))), flags]
    return found


def terminal(fd):
    try:
        modes = termios.tcgetattr(fd)
        front = os.tcgetpgrp(fd) == os.getpgrp()
        return {"modes": repr(modes), "front": front, "size": list(os.get_terminal_size(fd))}
    except (OSError, termios.error) as error:
        return str(error)


STATUS = """
    Umask Uid Gid Groups Threads SigPnd ShdPnd SigBlk SigIgn CapInh CapPrm CapEff CapBnd
    CapAmb NoNewPrivs Seccomp Seccomp_filters THP_enabled untag_mask Speculation_Store_Bypass
    SpeculationIndirectBranch Cpus_allowed_list Mems_allowed_list TracerPid CoreDumping
""".split()
FILES = """
    oom_score_adj timerslack_ns personality cgroup coredump_filter loginuid sessionid uid_map
    gid_map attr/current mounts comm
""".split()
status = dict(line.split(":\t", 1) for line in text("/proc/self/status").split("\n") if ":\t" in line)
# Without the two that the C library keeps for its threads.
ignored = int(status["SigIgn"], 16) & ~(3 << 31)
status["SigIgn"] = [number for number in range(1, 65) if ignored >> number - 1 & 1]
stat = text("/proc/self/stat")
stat = stat[stat.rindex(")") + 2:].split()
report = {
    "pid": os.getpid(),
    "parent": os.getppid(),
    "leads its group": os.getpgid(0) == os.getpid(),
    "leads its session": os.getsid(0) == os.getpid(),
    "has a terminal": stat[4] != "0",
    "exit signal": stat[35],
    "nice": stat[16],
    "scheduling": stat[37:39],
    "arguments": text("/proc/self/cmdline").split("\0"),
    "environment": sorted(text("/proc/self/environ").split("\0")),
    "cwd": os.getcwd(),
    "root": os.readlink("/proc/self/root"),
    "limits": {line[:26].strip(): line[26:] for line in text("/proc/self/limits").split("\n")},
    "status": {name: status.get(name) for name in STATUS},
    "files": {name: text("/proc/self/" + name) for name in FILES},
    "namespaces": {name: os.readlink("/proc/self/ns/" + name) for name in os.listdir("/proc/self/ns")},
    "descriptors": descriptors(),
    "terminals": [terminal(fd) for fd in range(3)],
    "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    "children": text(f"/proc/self/task/{os.getpid()}/children"),
}
with open(sys.argv[1], "w", encoding="ascii") as file:
    json.dump(report, file)
