/**
 * Starts a program with posix_spawn(3), which passes on everything that exec(2) does, and notices
 * when it stops.
 *
 * @module
 */

import type { Host } from "../../host/host.ts";
import { type Program, restoreForExec, startFirst } from "../exec/become.ts";
import type { Libc } from "../../libc/libc.ts";
import { STRUCT, WNOHANG, WUNTRACED } from "../../libc/symbols.ts";
import { unblockSignal } from "../exec/signals.ts";
import type { StartTraces } from "../exec/traces.ts";
import type { ProgramEnd, Running } from "./running.ts";
import { onSignal, outputsAreOne, readable } from "./runtime.ts";

/**
 * Starts a program.
 *
 * @param piped The streams to read here.
 * @throws {SpawnError} When the system does not start it.
 */
export function spawnNative(
  host: Host,
  libc: Libc,
  program: Program,
  found: StartTraces,
  piped: readonly (1 | 2)[],
): Running {
  const undo = restoreForExec(libc, found);
  const pipes = new Pipes(libc, piped);
  const child = new Child(libc, () => pipes.open());
  try {
    const id = new Int32Array(new ArrayBuffer(4));
    const bytes = new Uint8Array(id.buffer);
    startFirst(
      libc,
      host,
      program,
      (path, argv, envp) => libc.call("posix_spawn", bytes, path, pipes.actions, 0, argv, envp),
    );
    child.started(id[0]!);
    // Only after the start, because the program must find the signal blocked. Deno inherits the
    // blocked signal and would otherwise wait forever.
    unblockSignal(libc, libc.numbers.SIGCHLD);
  } catch (error) {
    pipes.closeAll();
    child.failed();
    throw error;
  } finally {
    undo();
    pipes.closeWriting();
  }
  return child;
}

/** Pipes as a shell creates them; one for both streams if these were the same. */
class Pipes {
  readonly actions: Uint8Array = structure();
  readonly #libc: Libc;
  readonly #ends: { stream: 1 | 2; reading: number; writing: number }[] = [];

  constructor(libc: Libc, piped: readonly (1 | 2)[]) {
    this.#libc = libc;
    libc.call("posix_spawn_file_actions_init", this.actions);
    const one = piped.length === 2 && outputsAreOne();
    for (const stream of piped) {
      if (stream === 1 || !one) this.#ends.push({ stream, ...this.#make() });
      const { writing } = this.#ends.at(-1)!;
      libc.call("posix_spawn_file_actions_adddup2", this.actions, writing, stream);
    }
  }

  #make(): { reading: number; writing: number } {
    const ends = new Int32Array(new ArrayBuffer(8));
    if (this.#libc.call("pipe", new Uint8Array(ends.buffer)) !== 0) {
      throw new Error(`pipe failed with ${this.#libc.errno()}`);
    }
    for (const end of ends) this.#libc.call("ioctl", end, this.#libc.numbers.FIOCLEX);
    return { reading: ends[0]!, writing: ends[1]! };
  }

  /** The output. */
  open(): Running["output"] {
    return this.#ends.map(({ stream, reading }) => ({
      stream,
      chunks: readable(reading, (fd) => this.#libc.call("close", fd)),
    }));
  }

  closeWriting(): void {
    for (const { writing } of this.#ends) this.#libc.call("close", writing);
    this.#libc.call("posix_spawn_file_actions_destroy", this.actions);
  }

  closeAll(): void {
    for (const { reading } of this.#ends) this.#libc.call("close", reading);
  }
}

class Child implements Running {
  output: Running["output"] = [];
  onStop: (signal: number) => void = () => {};
  readonly ended: Promise<ProgramEnd>;
  readonly #libc: Libc;
  readonly #open: () => Running["output"];
  readonly #status = new Int32Array(new ArrayBuffer(4));
  // Otherwise Node and Bun would end when the output is closed while the program continues.
  readonly #alive = setInterval(() => {}, 2 ** 31 - 1);
  #id = 0;
  #end!: (ending: ProgramEnd) => void;

  constructor(libc: Libc, open: () => Running["output"]) {
    this.#libc = libc;
    this.#open = open;
    this.ended = new Promise((resolve) => this.#end = resolve);
    // Before the start, because the program may end at once.
    onSignal("SIGCHLD", () => this.#look());
  }

  /** Nothing was started. */
  failed(): void {
    clearInterval(this.#alive);
  }

  started(id: number): void {
    this.#id = id;
    this.output = this.#open();
    queueMicrotask(() => this.#look());
  }

  kill(signal: number): void {
    if (this.#id > 0) this.#libc.call("kill", this.#id, signal);
  }

  #look(): void {
    if (this.#id === 0) return;
    const bytes = new Uint8Array(this.#status.buffer);
    while (this.#libc.call("waitpid", this.#id, bytes, WNOHANG | WUNTRACED) === this.#id) {
      const status = this.#status[0]!;
      const [low, high] = [status & 0x7f, status >> 8 & 0xff];
      if ((status & 0xff) === 0x7f) {
        this.onStop(high);
        continue;
      }
      // From now on its number may belong to another process.
      this.#id = 0;
      clearInterval(this.#alive);
      this.#end(low === 0 ? { code: high } : { signal: low });
      return;
    }
  }
}

function structure(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(STRUCT));
}
