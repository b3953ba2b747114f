/**
 * What every command is given.
 *
 * @module
 */

import type { KeychainClient } from "../src/client/client.ts";
import { env } from "../src/runtime.ts";
import { EXIT } from "./exit_codes.ts";
import type { Host } from "./host/host.ts";
import { counted, printable, printableLines } from "./terminal/printable.ts";

/** Data goes to stdout, everything that is said about it to stderr. */
export class Context {
  readonly host: Host;
  /** A connection that was begun before the arguments were read. */
  readonly early: Promise<KeychainClient> | undefined;
  /** What the process ends with. */
  exitCode: number = EXIT.ok;

  constructor(host: Host, early?: Promise<KeychainClient>) {
    this.host = host;
    this.early = early;
  }

  /** Writes data. */
  print(text: string): void {
    this.host.writeSync(1, text);
  }

  /** Writes a line for people, unless `--quiet`. */
  say(flags: { readonly quiet?: boolean }, text: string): void {
    if (!flags.quiet) this.host.writeSync(2, `${printableLines(text)}\n`);
  }

  /** Writes names, one a line: as they are, or made printable for a terminal. */
  printNames(names: readonly string[]): void {
    const shown = this.host.isTerminal(1) ? names.map(printable) : names;
    this.print(`${shown.join("\n")}\n`);
  }

  /** Writes values to a file that only its owner may read when one was named, else to stdout. */
  async deliver(
    flags: { readonly quiet: boolean; readonly outFile?: string },
    text: string,
    count: number,
  ): Promise<void> {
    if (flags.outFile === undefined) return this.print(text);
    const { writePrivate } = await import("./private_file.ts");
    writePrivate(flags.outFile, text);
    this.say(flags, `Wrote ${counted(count, "secret")} to ${flags.outFile}`);
  }

  /** Whether there is a terminal to ask a question at. */
  get canAsk(): boolean {
    return this.host.isTerminal(0) && this.host.isTerminal(2);
  }

  /** Whether a stream may be coloured: a terminal, and `NO_COLOR` is unset or empty. */
  colours(stream: 1 | 2): boolean {
    return env("NO_COLOR") === undefined && env("TERM") !== "dumb" && this.host.isTerminal(stream);
  }

  /** @returns The columns of a terminal; `undefined` where a stream is none, or does not tell. */
  width(stream: 1 | 2): number | undefined {
    return this.host.isTerminal(stream) ? this.host.columns(stream) || undefined : undefined;
  }
}
