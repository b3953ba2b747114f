/**
 * The rooms of the source and their order. A file imports from its own room and from rooms below it,
 * so that a reader follows a call downwards and never comes back up.
 */
import type { ImportGraph } from "./import_graph.ts";

/** A group of files with one job. */
export interface Room {
  /** The name, as docs/architecture.md shows it. */
  readonly name: string;
  /** The paths of its files, relative to the root. */
  readonly files: RegExp;
  /** What it is for. */
  readonly purpose: string;
}

/** The rooms, bottom first. Rooms of one floor do not import one another. */
export const FLOORS: readonly (readonly Room[])[] = [
  [{
    name: "src/errors",
    files: /^src\/errors\//,
    purpose: "One class for each kind of failure, all derived from `KeychainAuthError`.",
  }],
  [{
    name: "src/protocol",
    files: /^src\/protocol\//,
    purpose: "Requests as bytes, bytes as replies, and the queue of one connection. No I/O.",
  }],
  [{
    name: "src",
    files: /^src\/[^/]+\.ts$/,
    purpose: "What the client needs from outside: the clock, the runtime, and the interfaces " +
      "`Transport` and `SystemServices`.",
  }],
  [{
    name: "src/client",
    files: /^src\/client\//,
    purpose: "The two clients: options, sessions, connections, and one file for each operation.",
  }],
  [
    {
      name: "net",
      files: /^net\//,
      purpose: "Transports over the sockets of the runtime: `Deno.connect` and node:net.",
    },
    {
      name: "ffi",
      files: /^ffi\//,
      purpose:
        "The transport over direct system calls: `posix/`, `windows/`, and one binding for " +
        "each runtime.",
    },
  ],
  [{
    name: "connect",
    files: /^connect\//,
    purpose: "`connect()` and `connectSync()`: they choose the endpoint and the transport, and " +
      "know the calling program and what Deno permits.",
  }],
  [{
    name: "entries",
    files: /^(?:mod|sync|core)\.ts$/,
    purpose: "The entries `.`, `./sync` and `./core`: exports only.",
  }],
  [{
    name: "project",
    files: /^project\//,
    purpose: "The entry `./project`: what a project declares, checked, read and typed.",
  }],
  [
    {
      name: "testing",
      files: /^testing\//,
      purpose: "The embedded daemon for tests, `./testing`.",
    },
    {
      name: "kits",
      files: /^(?:conformance|keytar|bun_secrets|drop_in|env)(?:\/|\.ts$)/,
      purpose: "Further entries that are built on the client.",
    },
  ],
  [{
    name: "cli",
    files: /^cli\//,
    purpose: "The command `kca`: one file for each command.",
  }],
];

/** The room of a file. */
export function roomOf(file: string, floors = FLOORS): Room | undefined {
  return floors.flat().find(({ files }) => files.test(file));
}

/** Lists imports that do not point down, and files that belong to no room. */
export function checkRooms(graph: ImportGraph, floors = FLOORS): string[] {
  const floorOf = (room: Room): number => floors.findIndex((floor) => floor.includes(room));
  const problems: string[] = [];
  for (const [file, imports] of graph) {
    const room = roomOf(file, floors);
    if (room === undefined) {
      problems.push(`${file} belongs to no room; list it in tests/checks/rooms.ts`);
      continue;
    }
    for (const { file: target, line } of imports) {
      const other = target === undefined ? undefined : roomOf(target, floors);
      if (target === undefined || other === room) continue;
      if (other !== undefined && floorOf(other) < floorOf(room)) continue;
      const where = other === undefined ? "which belongs to no room" : `up to ${other.name}`;
      problems.push(`${file}:${line} imports ${target}, ${where}`);
    }
  }
  return problems;
}
