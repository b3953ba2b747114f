/**
 * The host on Deno, with only its own functions.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { type Child, type Host, type SignalName, SpawnError } from "./host.ts";
import { writeAll, writeAllSync } from "./write_all.ts";

interface Stream {
  isTerminal(): boolean;
}

interface Output extends Stream {
  write(data: Uint8Array): Promise<number>;
  writeSync(data: Uint8Array): number;
}

interface DenoGlobal {
  readonly args: string[];
  readonly env: { toObject(): Record<string, string> };
  readonly stdin: Stream & { readonly readable: AsyncIterable<Uint8Array> };
  readonly stdout: Output;
  readonly stderr: Output;
  readFileSync(path: string): Uint8Array;
  openSync(path: string): { readSync(into: Uint8Array): number | null; close(): void };
  addSignalListener(signal: SignalName, handler: () => void): void;
  consoleSize(): { readonly columns: number };
  exit(code: number): never;
  readonly Command: new (file: string, options: object) => {
    spawn(): {
      readonly stdout: AsyncIterable<Uint8Array>;
      readonly stderr: AsyncIterable<Uint8Array>;
      readonly status: Promise<{ readonly code: number }>;
      kill(signal: SignalName): void;
    };
  };
}

const { Deno } = globalThis as unknown as { Deno: DenoGlobal };

const NUMBERS: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
};

/**
 * Bytes that a pipe accepts completely or not at all, PIPE_BUF. Deno writes until everything is
 * written and does not say how much was written when that fails.
 */
const WHOLE = runtime.system === "linux" ? 4_096 : 512;

const outputOf = (stream: 1 | 2): Output => stream === 1 ? Deno.stdout : Deno.stderr;

/** The command's host on Deno. */
export const denoHost: Host = {
  args: () => Deno.args,
  env: () => Deno.env.toObject(),
  isTerminal: (stream) => [Deno.stdin, Deno.stdout, Deno.stderr][stream]!.isTerminal(),
  columns() {
    try {
      return Deno.consoleSize().columns;
    } catch {
      return 0;
    }
  },
  writeSync: (stream, data) =>
    writeAllSync(data, (bytes) => outputOf(stream).writeSync(bytes.subarray(0, WHOLE))),
  write: (stream, data) =>
    writeAll(data, (bytes) => outputOf(stream).write(bytes.subarray(0, WHOLE))),
  async readStdin(most) {
    const { readUpTo } = await import("./read_up_to.ts");
    return await readUpTo(Deno.stdin.readable, most);
  },
  readFile: (path) => Deno.readFileSync(path),
  openFile(path) {
    const file = Deno.openSync(path);
    return { read: (into) => file.readSync(into) ?? 0, close: () => file.close() };
  },
  onSignal: (signal, handler) => Deno.addSignalListener(signal, handler),
  // The first access loads its module, which takes 3 to 10 ms.
  prepareSpawn: () => void Deno.Command,
  spawn({ file, args, env, stdout, stderr, verbatim = false }) {
    let child;
    try {
      child = new Deno.Command(file, {
        args: [...args],
        env,
        clearEnv: true,
        stdin: "inherit",
        stdout: stdout === "pipe" ? "piped" : "inherit",
        stderr: stderr === "pipe" ? "piped" : "inherit",
        windowsRawArguments: verbatim,
      }).spawn();
    } catch (error) {
      return Promise.reject(new SpawnError(codeOf(error)));
    }
    const result: Child = {
      ...(stdout === "pipe" && { stdout: child.stdout }),
      ...(stderr === "pipe" && { stderr: child.stderr }),
      kill: (signal) => child.kill(signal),
      exited: child.status.then(({ code }) => code),
    };
    return Promise.resolve(result);
  },
  // For a shell, this is the same as an end by the signal.
  endBy: (signal) => Deno.exit(128 + NUMBERS[signal]),
  exit: (code) => Deno.exit(code),
};

function codeOf(error: unknown): string {
  const { code, name, message } = error as { code?: string; name: string; message: string };
  if (code !== undefined) return code;
  if (name === "NotFound") return "ENOENT";
  if (name === "NotCapable") return message;
  if (name === "PermissionDenied") return "EACCES";
  return /os error 7\b/.test(message) ? "E2BIG" : name;
}
