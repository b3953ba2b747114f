/**
 * What the parent of a program needs from a runtime, beyond the command's host.
 *
 * @module
 */

import { builtin } from "../../host/process.ts";

interface Globals {
  readonly Deno?: {
    readonly pid: number;
    addSignalListener(signal: string, handler: () => void): void;
    openSync(path: string): { readonly readable: AsyncIterable<Uint8Array> };
    statSync(path: string): { readonly dev: number; readonly ino: number | null };
  };
  readonly Bun?: { file(fd: number): { stream(): AsyncIterable<Uint8Array> } };
  readonly process: {
    readonly pid: number;
    on(signal: string, handler: () => void): void;
    removeAllListeners(signal: string): Globals["process"];
  };
}

const globals = globalThis as unknown as Globals;
const { Bun, Deno } = globals;

/**
 * Calls back at each arrival of a signal, and removes other listeners. @returns Whether this
 * runtime can catch it.
 */
export function onSignal(signal: string, handler: () => void): boolean {
  try {
    if (Deno) Deno.addSignalListener(signal, handler);
    else globals.process.removeAllListeners(signal).on(signal, handler);
    return true;
  } catch {
    return false;
  }
}

/** This process. */
export function processId(): number {
  return (Deno ?? globals.process).pid;
}

/**
 * The output of a pipe, without a thread that waits for it.
 *
 * @param fd The end to read. It is closed when the iteration ends.
 * @param close Closes it.
 */
export function readable(fd: number, close: (fd: number) => void): AsyncIterable<Uint8Array> {
  if (Deno) {
    const file = Deno.openSync(`/dev/fd/${fd}`);
    close(fd);
    return file.readable;
  }
  if (Bun) return closedAfter(Bun.file(fd).stream(), () => close(fd));
  const { Socket } = builtin("node:net");
  return new Socket({ fd, readable: true, writable: false });
}

/** Bun does not close a descriptor that it did not open itself. */
async function* closedAfter(
  stream: AsyncIterable<Uint8Array>,
  close: () => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* stream;
  } finally {
    close();
  }
}

/** Whether stdout and stderr are the same, as with `2>&1`. */
export function outputsAreOne(): boolean {
  try {
    const stat = Deno
      ? (fd: number) => Deno.statSync(`/dev/fd/${fd}`)
      : (fd: number) => builtin("node:fs").fstatSync(fd);
    const [out, err] = [stat(1), stat(2)];
    return out.dev === err.dev && out.ino === err.ino;
  } catch {
    return false;
  }
}
