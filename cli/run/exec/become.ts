/**
 * Becomes a program: it replaces this process, so that nothing of the runtime is left.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { type Host, SpawnError } from "../../host/host.ts";
import { Block } from "./block.ts";
import type { Libc } from "../../libc/libc.ts";
import { unmark } from "./descriptors.ts";
import { setOpenFiles } from "./open_files.ts";
import { candidates, isElsewhere } from "./paths.ts";
import { dispositions, restoreSignal, setSignal } from "./signals.ts";
import { ERRNO, SIG_DFL, SIG_IGN } from "../../libc/symbols.ts";
import type { StartTraces } from "./traces.ts";

/** A program to become, as bytes. */
export interface Program {
  /** The name as typed, which is also the program's first argument. */
  readonly file: Uint8Array;
  readonly args: readonly Uint8Array[];
  /** `NAME=value` */
  readonly env: readonly Uint8Array[];
  /** PATH of the shell that started kca. */
  readonly path: Uint8Array | undefined;
}

/** What a start needs in addition to the program. */
export interface Means {
  readonly libc: Libc | undefined;
  readonly found: StartTraces;
}

/** Runs files without `#!`. */
const SHELL = new TextEncoder().encode("/bin/sh");

/**
 * Becomes a program. Returns only by throwing.
 *
 * @param libc The calls.
 * @param host Reads the beginning of a file that the system cannot start.
 * @param program The program.
 * @param found How this process was started.
 * @throws {SpawnError} When the system does not start it.
 */
export function become(
  libc: Libc,
  host: Pick<Host, "readFile">,
  program: Program,
  found: StartTraces,
): never {
  restoreForExec(libc, found);
  return startFirst(libc, host, program, (path, argv, envp) => {
    libc.call("execve", path, argv, envp);
    return libc.errno();
  }) as never;
}

/**
 * Tries the files that a program may be, until one starts.
 *
 * @param start Starts one, given addresses. Returns the error number, or 0.
 * @throws {SpawnError} When the system starts none of them.
 */
export function startFirst(
  libc: Libc,
  host: Pick<Host, "readFile">,
  { file, args, env, path }: Program,
  start: (path: bigint, argv: bigint, envp: bigint) => number,
): void {
  const files = candidates(file, path);
  const block = new Block(
    libc,
    Block.sizeOf([file, ...args], env, files, [SHELL, SHELL, ...files, ...args]),
  );
  const argv = block.array([file, ...args]);
  const envp = block.array(env);
  let failure = "ENOENT";
  try {
    for (const candidate of files) {
      let errno = start(block.word(candidate), argv, envp);
      if (errno === ERRNO.ENOEXEC && isText(host, candidate)) {
        errno = start(block.word(SHELL), block.array([SHELL, candidate, ...args]), envp);
      }
      if (errno === 0) return;
      const code = nameOf(errno, libc);
      if (isElsewhere(code, file)) continue;
      failure = code;
      if (code !== "EACCES") break;
    }
  } finally {
    block.wipe();
  }
  throw new SpawnError(failure);
}

/**
 * Undoes the runtime's changes that exec(2) would pass on.
 *
 * @returns A function that makes this process ignore the runtime's signals again.
 */
export function restoreForExec(libc: Libc, found: StartTraces): () => void {
  const { reset, ignore } = dispositions(runtime.name, found);
  const before = reset.map((signal) => [signal, setSignal(libc, signal, SIG_DFL)] as const);
  for (const signal of ignore) setSignal(libc, signal, SIG_IGN);
  if (found.openFiles !== undefined) setOpenFiles(libc, found.openFiles);
  for (const fd of found.marked) unmark(libc, fd);
  return () => before.forEach(([signal, action]) => restoreSignal(libc, signal, action));
}

/**
 * Bash's rule: a file with a NUL in the first line of its first 80 bytes is not a script.
 *
 * @throws {SpawnError} When it cannot be read, which a shell would need.
 */
function isText(host: Pick<Host, "readFile">, file: Uint8Array): boolean {
  try {
    const start = host.readFile(new TextDecoder("utf-8", { fatal: true }).decode(file))
      .subarray(0, 80);
    const line = start.indexOf(0x0a);
    return !(line < 0 ? start : start.subarray(0, line)).includes(0);
  } catch (error) {
    if ((error as { code?: string }).code === "EACCES") throw new SpawnError("EACCES");
    // Its name is not UTF-8, so leave the check to the shell.
    return true;
  }
}

function nameOf(errno: number, libc: Libc): string {
  const names = Object.entries({ ...ERRNO, ...libc.numbers });
  return names.find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}
