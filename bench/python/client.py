"""The published Python client's way, written anew: 1,024 bytes at a time into a growing bytes
object, all of which is searched for the newline after each piece.

client.py SOCKET     then one "exact COUNT" a line on standard input, one JSON line out for each
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


def main():
    connection = connect(sys.argv[1])
    for line in sys.stdin:
        _, count = line.split()
        ns, wrong = [], 0
        for i in range(int(count)):
            start = perf_counter_ns()
            ok = exact(connection, [NAMES[i % 1000]])
            ns.append(perf_counter_ns() - start)
            wrong += not ok
        print(json.dumps({"wrong": wrong, "ns": ns}), flush=True)


if __name__ == "__main__":
    main()
