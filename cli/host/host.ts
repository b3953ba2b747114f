/**
 * What the command needs from a runtime. On Deno it loads no node: module, which alone would take
 * 20 to 40 ms at every start.
 *
 * @module
 */

/** The signals that are passed on. */
export type SignalName = "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGQUIT";

/** A program to start. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: "inherit" | "pipe";
  readonly stderr: "inherit" | "pipe";
  /** Whether the arguments are already quoted; matters only on Windows. */
  readonly verbatim?: boolean;
}

/** A program that was started. */
export interface Child {
  /** Set when the output was requested as a pipe. */
  readonly stdout?: AsyncIterable<Uint8Array>;
  readonly stderr?: AsyncIterable<Uint8Array>;
  kill(signal: SignalName): void;
  /** Its exit code, 128 + n when signal n ended it. */
  readonly exited: Promise<number>;
}

/** The system did not start a program. */
export class SpawnError extends Error {
  override readonly name = "SpawnError";
  /** The error's name, such as `ENOENT`, `EACCES` or `E2BIG`. */
  readonly code: string;

  constructor(code: string) {
    super(`spawn failed with ${code}`);
    this.code = code;
  }
}

/** A file that is read in pieces. */
export interface PiecewiseFile {
  /** Reads some bytes, and says how many: 0 at the end. */
  read(into: Uint8Array): number;
  close(): void;
}

/** The runtime that the command runs in. */
export interface Host {
  args(): readonly string[];
  /** A copy of the environment. */
  env(): Record<string, string>;
  isTerminal(stream: 0 | 1 | 2): boolean;
  /** The columns of a terminal; 0 when unknown. */
  columns(stream: 1 | 2): number;
  /** Writes everything before it returns. */
  writeSync(stream: 1 | 2, data: string | Uint8Array): void;
  /** Writes everything; signals are handled meanwhile. */
  write(stream: 1 | 2, data: Uint8Array): Promise<void>;
  /** Reads to the end, or until more than `most` bytes were read. */
  readStdin(most: number): Promise<Uint8Array>;
  readFile(path: string): Uint8Array;
  /** Opens a file that may have no end. */
  openFile(path: string): PiecewiseFile;
  onSignal(signal: SignalName, handler: () => void): void;
  /** Loads what {@linkcode Host.spawn} needs, while the process waits anyway. */
  prepareSpawn(): void;
  /** @throws {SpawnError} When the system does not start it. */
  spawn(command: ChildCommand): Promise<Child>;
  /** Ends the process as a signal would, which a shell reports as 128 + n. */
  endBy(signal: SignalName): void;
  exit(code: number): never;
}
