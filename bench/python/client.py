"""The published Python client's way, written anew: 1,024 bytes at a time into a growing bytes
object, all of which is searched for the newline after each piece.

client.py SOCKET     then one "TASK COUNT" a line on standard input, one JSON line out for each
"""

import json
import socket
import sys
from time import perf_counter_ns

NAMES = [f"name:{i:05}" for i in range(1000)]


def connect(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    return connection


def round_trip(connection, request):
    connection.sendall(json.dumps(request).encode() + b"\n")
    data = b""
    while b"\n" not in data:
        piece = connection.recv(1024)
        if not piece:
            raise ConnectionError("closed")
        data += piece
    return json.loads(data)


def exact(connection, names):
    request = {"type": "REQUEST", "action": "read", "service": "bench", "targets": names}
    results = round_trip(connection, request).get("results", [])
    return [(r["target"], r["value"]) for r in results] == [(n, "secret-" + n) for n in names]


def prefix(connection):
    request = {
        "type": "REQUEST",
        "action": "read",
        "service": "bench",
        "match": "prefix",
        "targets": ["big:"],
    }
    results = round_trip(connection, request).get("results", [])
    return len(results) == 10000 and all(
        len(r["value"]) == 166 and r["value"].startswith("secret-" + r["target"]) for r in results
    )


def write(connection):
    request = {
        "type": "REQUEST",
        "action": "write",
        "service": "bench",
        "targets": NAMES[:500],
        "values": ["secret-" + name for name in NAMES[:500]],
    }
    return round_trip(connection, request)["status"] == "success"


def run(connection, task, i):
    if task == "exact":
        return exact(connection, [NAMES[i % 1000]])
    if task == "read":
        return exact(connection, NAMES)
    return {"prefix": prefix, "write": write}[task](connection)


def main():
    connection = connect(sys.argv[1])
    for line in sys.stdin:
        task, count = line.split()
        ns, wrong = [], 0
        whole = perf_counter_ns()
        for i in range(int(count)):
            start = perf_counter_ns()
            ok = run(connection, "exact" if task == "sequential" else task, i)
            ns.append(perf_counter_ns() - start)
            wrong += not ok
        if task == "sequential":
            ns = [perf_counter_ns() - whole]
        print(json.dumps({"wrong": wrong, "ns": ns}), flush=True)


if __name__ == "__main__":
    main()
