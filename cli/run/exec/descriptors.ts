/**
 * Inherited descriptors that a runtime marked close-on-exec at its start: Bun all of them, Node the
 * standard streams and those up to 16 or so.
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
  /** The target of the link: a path, or `pipe:[inode]`, `socket:[inode]`, `anon_inode:[…]`. */
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
/** Descriptors of a runtime's event loops. Others of this kind, such as inotify, are inherited. */
const LOOPS = /^anon_inode:\[(?:eventpoll|eventfd|io_uring|timerfd)\]$/;

/**
 * Finds marked descriptors that were inherited. The runtime's own are excluded: event queues and,
 * on Node, pipes with both ends in this process.
 *
 * @param all The open descriptors.
 * @param parents Open files of the parent process, to recognise an inherited pipe.
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
 * Node's event loops wake themselves with pipes: one that blocks, a lock, and several that do not.
 * An inherited pipe has its other end elsewhere or at an unmarked descriptor, or is a standard
 * stream, or is also open in the parent, like that of make's job server.
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
  // The lock is created right before the first of them, so their numbers are adjacent.
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
 * @returns The inherited descriptors and the runtime's, on Linux, without those of event loops,
 * which are half of them.
 */
function openDescriptors(): Descriptor[] {
  const { readFileSync } = builtin("node:fs");
  const found: Descriptor[] = [];
  for (const [fd, target] of openAtStart()) {
    if (LOOPS.test(target)) continue;
    try {
      // Node reads UTF-8 with one native call, and anything else with several.
      const info = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      const [, flags = ""] = /^flags:\s*([0-7]+)$/m.exec(info) ?? [];
      found.push({ fd, target, flags: parseInt(flags, 8) });
    } catch {
      // Closed in the meantime.
    }
  }
  return found;
}

/**
 * Descriptors that must be inherited by a program, so their mark is removed. The connection is
 * already open and is closed before the program starts.
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
  // Deno marks none, and Bun only on Linux.
  if (name === "deno" || (name === "bun" && system !== "linux")) return [];
  if (system !== "linux") return filesOnDarwin();
  if (name === "bun") return libc === undefined ? [] : markedByBun(libc, status());
  return handedIn(openDescriptors(), targetsOf(parent));
}

/** All descriptors except Bun's event queue, its only own one. */
function markedByBun(libc: Libc, status: string | undefined): number[] {
  return openByPoll(libc, status).filter((fd) => {
    const target = linkByLibc(libc, `/proc/self/fd/${fd}`);
    return target !== undefined && !LOOPS.test(target);
  });
}

/** poll.h: a descriptor that is not open, or that was opened with O_PATH. */
const POLLNVAL = 0x20;
/**
 * Numbers below this are also checked one by one; for all numbers that would take a millisecond.
 */
const LOW = 32;

/** Checks with one call which numbers are open. */
function openByPoll(libc: Libc, status = ""): number[] {
  // The size of the system's table of descriptors.
  const size = Number(/^FDSize:\t(\d+)$/m.exec(status)?.[1] ?? 256);
  // `struct pollfd`: the descriptor; the requested events and, in the upper half, the returned
  // ones.
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

/** Removes the mark close-on-exec. */
export function unmark(libc: Libc, fd: number): void {
  // Linux refuses ioctl(2) for descriptors opened with O_PATH, and fcntl(2) cannot be called on
  // Apple's arm64.
  if (runtime.system === "linux") libc.call("fcntl", fd, F_SETFD, 0);
  else libc.call("ioctl", fd, libc.numbers.FIONCLEX);
}

/** @returns The open files of a process; none when they cannot be read. */
function targetsOf(pid: number): Set<string> {
  const fs = builtin("node:fs");
  const targets = new Set<string>();
  try {
    for (const name of fs.readdirSync(`/proc/${pid}/fd`)) {
      try {
        targets.add(fs.readlinkSync(`/proc/${pid}/fd/${name}`));
      } catch {
        // Closed in the meantime.
      }
    }
  } catch {
    // The process belongs to another user.
  }
  return targets;
}

/** @returns Inherited descriptors on macOS, which reports only their kind. */
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
