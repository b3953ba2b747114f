/**
 * Descriptors that were handed in and that a runtime marked close-on-exec at its start: Bun all of
 * them, Node the standard streams and those up to 16 or so.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { builtin } from "../../host/process.ts";
import { linkByLibc } from "../../libc/files.ts";
import type { Libc } from "../../libc/libc.ts";
import { F_GETFD, F_SETFD } from "../../libc/symbols.ts";
import { openAtStart } from "./open_at_start.ts";

/** An open descriptor, from /proc/self/fd and /proc/self/fdinfo. */
export interface Descriptor {
  readonly fd: number;
  /** What the link says: a path, or `pipe:[inode]`, `socket:[inode]`, `anon_inode:[…]`. */
  readonly target: string;
  /** Flags of open(2), with O_CLOEXEC for close-on-exec. */
  readonly flags: number;
}

/** fcntl.h of Linux. */
const O_ACCMODE = 0o3;
const O_RDWR = 0o2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

const PIPE = /^pipe:\[(\d+)\]$/;
/** What a runtime opens for its event loops. Others of their kind, such as inotify, are handed in. */
const LOOPS = /^anon_inode:\[(?:eventpoll|eventfd|io_uring|timerfd)\]$/;

/**
 * Those that the runtime marked and a program would have found open: not the runtime's own, which
 * are event queues and, on Node, pipes with both ends here.
 *
 * @param all The open descriptors.
 * @param parents What the parent process has open, to tell an inherited pipe by.
 */
export function handedIn(
  all: readonly Descriptor[],
  parents: ReadonlySet<string>,
): readonly number[] {
  const own = ownPipes(all, parents);
  return all
    .filter(({ target, flags }) =>
      (flags & O_CLOEXEC) !== 0 && !LOOPS.test(target) && !own.has(target)
    )
    .map(({ fd }) => fd);
}

/**
 * Node's loops wake themselves by pipes: one that blocks, a lock, and several that do not. A pipe
 * that was handed in has its other end elsewhere, or where Node marks none, or is a standard stream,
 * or is open in the parent as well, as that of make's job server is.
 */
function ownPipes(all: readonly Descriptor[], parents: ReadonlySet<string>): Set<string> {
  const ends = new Map<string, Descriptor[]>();
  for (const descriptor of all) {
    const { fd, target, flags } = descriptor;
    if (!PIPE.test(target) || (flags & O_ACCMODE) === O_RDWR || parents.has(target)) continue;
    if (fd <= 2 || (flags & O_CLOEXEC) === 0) continue;
    ends.set(target, [...ends.get(target) ?? [], descriptor]);
  }
  const both = [...ends].filter(([, ends]) => ends.length === 2 && oneOfEach(ends));
  const waking = both.filter(([, ends]) => ends.every(({ flags }) => flags & O_NONBLOCK));
  const own = new Set(waking.map(([target]) => target));
  const [first] = waking;
  if (first === undefined) return own;
  // The lock is made right before the first of them, so its number is the next one.
  const distance = ([target]: [string, unknown]): number =>
    Math.abs(inode(target) - inode(first[0]));
  const [lock] = both.filter(([target]) => !own.has(target))
    .sort((a, b) => distance(a) - distance(b));
  if (lock !== undefined) own.add(lock[0]);
  return own;
}

function oneOfEach([a, b]: Descriptor[]): boolean {
  return (a!.flags & O_ACCMODE) + (b!.flags & O_ACCMODE) === 1;
}

function inode(target: string): number {
  return Number(PIPE.exec(target)![1]);
}

/**
 * @returns The descriptors that this process was started with and its runtime's, on Linux, but for
 * what loops wait with, which is half of them.
 */
function openDescriptors(): Descriptor[] {
  const { readFileSync } = builtin("node:fs");
  const found: Descriptor[] = [];
  for (const [fd, target] of openAtStart()) {
    if (LOOPS.test(target)) continue;
    try {
      // Node reads what is UTF-8 by one call of its own, and anything else by several.
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      const [, flags = ""] = /^flags:\s*([0-7]+)$/m.exec(info) ?? [];
      found.push({ fd, target, flags: parseInt(flags, 8) });
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

/**
 * Descriptors whose mark a program must not find. The connection is open already, and closed before
 * the program starts.
 *
 * @param parent The number of the parent process.
 * @param libc The calls, which Bun has.
 * @param status Gives the text of `/proc/self/status`.
 */
export function markedDescriptors(
  parent: number,
  libc: Libc | undefined,
  status: () => string | undefined,
): readonly number[] {
  const { name, system } = runtime;
  // Deno marks none, and Bun does that on Linux alone.
  if (name === "deno" || (name === "bun" && system !== "linux")) return [];
  if (system !== "linux") return filesOnDarwin();
  if (name === "bun") return libc === undefined ? [] : markedByBun(libc, status());
  return handedIn(openDescriptors(), targetsOf(parent));
}

/** Everything but its event queue: Bun has no other descriptors of its own. */
function markedByBun(libc: Libc, status: string | undefined): number[] {
  return openByPoll(libc, status).filter((fd) => {
    const target = linkByLibc(libc, `/proc/self/fd/${fd}`);
    return target !== undefined && !LOOPS.test(target);
  });
}

/** poll.h: a descriptor that is not open, or that was opened with O_PATH. */
const POLLNVAL = 0x20;
/** Numbers below it are asked for one by one as well, which for all of them takes a millisecond. */
const LOW = 32;

/** Asks for every number at once whether it is open. */
function openByPoll(libc: Libc, status = ""): number[] {
  // The size of the table in which the system keeps them.
  const size = Number(/^FDSize:\t(\d+)$/m.exec(status)?.[1] ?? 256);
  // `struct pollfd`: the descriptor; what is waited for, and in the upper half what has happened.
  const table = new Int32Array(2 * size);
  for (let fd = 0; fd < size; fd++) table[2 * fd] = fd;
  if (libc.call("poll", new Uint8Array(table.buffer), size, 0) < 0) return [];
  const open: number[] = [];
  for (let fd = 0; fd < size; fd++) {
    const answered = (table[2 * fd + 1]! >> 16 & POLLNVAL) === 0;
    if (answered || (fd < LOW && libc.call("fcntl", fd, F_GETFD, 0) >= 0)) open.push(fd);
  }
  return open;
}

/** Takes the mark away. */
export function unmark(libc: Libc, fd: number): void {
  // Linux refuses ioctl(2) for what was opened with O_PATH, and Apple's arm64 cannot call fcntl(2).
  if (runtime.system === "linux") libc.call("fcntl", fd, F_SETFD, 0);
  else libc.call("ioctl", fd, libc.numbers.FIONCLEX);
}

/** @returns What a process has open, or nothing when that may not be seen. */
function targetsOf(pid: number): Set<string> {
  const fs = builtin("node:fs");
  const targets = new Set<string>();
  try {
    for (const name of fs.readdirSync(`/proc/${pid}/fd`)) {
      try {
        targets.add(fs.readlinkSync(`/proc/${pid}/fd/${name}`));
      } catch {
        // Closed meanwhile.
      }
    }
  } catch {
    // Another user's.
  }
  return targets;
}

/** @returns Descriptors on macOS, which says of them no more than what they are. */
function filesOnDarwin(): number[] {
  const fs = builtin("node:fs");
  return fs.readdirSync("/dev/fd").map(Number).filter((fd) => {
    try {
      const stat = fs.fstatSync(fd);
      // Node wakes itself by pipes there.
      return fd <= 2 || !stat.isFIFO();
    } catch {
      return false;
    }
  });
}
