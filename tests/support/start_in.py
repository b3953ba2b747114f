"""Starts a command in surroundings of its own, and waits for its end: start_in.py CASE COMMAND...

Ends with 0 when the command did. Its process id goes to standard output.
"""
import ctypes
import fcntl
import os
import pty
import resource
import signal
import socket
import sys
import termios


def plain():
    pass


def from_file():
    os.dup2(os.open("/etc/passwd", os.O_RDONLY | os.O_APPEND), 0)
    os.dup2(os.open(os.environ["OUTPUT"], os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK), 1)
    os.dup2(1, 2)


def from_pipe():
    reading, writing = os.pipe()
    os.write(writing, b"to be read")
    os.dup2(reading, 0)
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    os.dup2(writing, 1)
    os.dup2(writing, 2)


def not_blocking():
    from_pipe()
    fcntl.fcntl(0, fcntl.F_SETFL, os.O_NONBLOCK)
    fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)


def from_socket():
    one, other = socket.socketpair()
    other.set_inheritable(True)
    for fd in range(3):
        os.dup2(one.fileno(), fd)


def descriptors():
    os.dup2(os.open("/etc/passwd", os.O_RDONLY), 5)
    os.lseek(5, 7, os.SEEK_SET)
    os.dup2(os.open("/tmp", os.O_RDONLY), 9)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 12)
    one, other = socket.socketpair()
    os.dup2(one.fileno(), 14)
    os.dup2(other.fileno(), 40)
    # Of a job server, and one whose other end nobody has.
    reading, writing = os.pipe()
    os.dup2(reading, 7)
    os.dup2(writing, 8)
    reading, writing = os.pipe()
    os.dup2(writing, 11)
    os.dup2(os.open("/dev/null", os.O_RDWR), 250)
    os.dup2(os.open("/tmp", os.O_PATH), 10)
    os.dup2(ctypes.CDLL(None).inotify_init1(0), 6)
    # That does not block, as those do by which Node wakes itself.
    reading, writing = os.pipe2(os.O_NONBLOCK)
    os.dup2(reading, 41)
    os.dup2(writing, 13)


def attributes():
    os.umask(0o027)
    os.nice(3)
    signal.setitimer(signal.ITIMER_REAL, 900)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_STACK, (1 << 24, 1 << 26))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for name, value in ("oom_score_adj", "300"), ("timerslack_ns", "70000"), ("coredump_filter", "0x11"):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(value)


def own_group():
    os.setpgid(0, 0)


def ignored():
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR2, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def blocked():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1, signal.SIGRTMIN + 3})


def deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})


def closed():
    os.close(0)


def terminal():
    modes = termios.tcgetattr(0)
    modes[3] &= ~termios.ECHOE
    modes[6][termios.VERASE] = b"\x08"
    termios.tcsetattr(0, termios.TCSANOW, modes)


def background():
    terminal()
    reading, writing = os.pipe()
    if os.fork() == 0:
        # Takes the terminal, until its session's end takes it away.
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        os.write(writing, b".")
        signal.pause()
    os.read(reading, 1)


def nohup():
    os.execvp("sh", ["sh", "-c", 'exec nohup "$@"', "sh", *command])


def limited():
    os.execvp("sh", ["sh", "-c", 'ulimit -Sn 77; trap "" HUP USR2; "$@"; exit $?', "sh", *command])


case, command = sys.argv[1], sys.argv[2:]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
in_terminal = case in ("terminal", "background", "nohup")
pid, screen = pty.fork() if in_terminal else (os.fork(), -1)
if pid == 0:
    # Python's own.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    globals()[case]()
    os.execvp(command[0], command)
print(pid, flush=True)
while in_terminal:
    try:
        if not os.read(screen, 65536):
            break
    except OSError:
        break
_, ending = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(ending) & 255)
