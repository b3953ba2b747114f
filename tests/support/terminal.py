"""Runs a command in a pseudo-terminal and plays a person: waits for texts, types, sends signals.

Reads {"command", "env", "cwd", "steps", "timeout", "columns"?} as JSON from standard input. A step is
{"expect": text}, {"send": text}, {"kill": signal number}, {"pause": seconds} or {"columns": number}. Prints
{"output", "code", "missing", "echo"} as JSON; code is 128 + n when signal n ended the command, echo
is whether the terminal shows what is typed after it, or null where nobody can tell.
"""
import json
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

job = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    # A shell in the background has these ignored, and a terminal's own shell does not.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    if "columns" in job:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, job["columns"], 0, 0))
    os.chdir(job["cwd"])
    os.execvpe(job["command"][0], job["command"], job["env"])

output = b""
missing = None
end = time.monotonic() + job["timeout"]


def read(seconds):
    """Reads what has come; False at the end."""
    global output
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return True
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        return False
    output += chunk
    return chunk != b""


seen = 0
for step in job["steps"]:
    if "expect" in step:
        wanted = step["expect"].encode()
        while wanted not in output[seen:]:
            if time.monotonic() > end or not read(0.05):
                missing = step["expect"]
                break
        if missing is not None:
            break
        seen = output.index(wanted, seen) + len(wanted)
    elif "send" in step:
        left = step["send"].encode()
        while left:
            left = left[os.write(terminal, left[:512]):]
            read(0)
    elif "kill" in step:
        os.kill(pid, step["kill"])
    elif "columns" in step:
        size = struct.pack("HHHH", 24, step["columns"], 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    else:
        until = time.monotonic() + step["pause"]
        while time.monotonic() < until and read(0.02):
            pass

if missing is not None:
    os.kill(pid, signal.SIGKILL)
while time.monotonic() < end and read(0.05):
    pass
if time.monotonic() >= end:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
try:
    echo = termios.tcgetattr(terminal)[3] & termios.ECHO != 0
except (OSError, termios.error):
    echo = None
text = output.decode(errors="replace")
print(json.dumps({"output": text, "code": code, "missing": missing, "echo": echo}))
