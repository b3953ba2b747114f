/**
 * The context of every command.
 *
 * @module
 */

import type { KeychainClient } from "../src/client/client.ts";
import { env } from "../src/runtime.ts";
import { EXIT } from "./exit_codes.ts";
import type { Host } from "./host/host.ts";
import { counted, printable, printableLines } from "./terminal/printable.ts";

/** Data goes to stdout, messages go to stderr. */
export class Context {
  readonly host: Host;
  /** A connection that was opened before the arguments were parsed. */
  readonly early: Promise<KeychainClient> | undefined;
  /** The exit code of the process. */
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

  /** Writes names, one a line: unchanged, or printable for a terminal. */
  printNames(names: readonly string[]): void {
    const shown = this.host.isTerminal(1) ? names.map(printable) : names;
    this.print(`${shown.join("\n")}\n`);
  }

  /** Writes values to the file of `--out-file`, which only its owner may read, else to stdout. */
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

  /** Whether a terminal is available to ask a question. */
  get canAsk(): boolean {
    return this.host.isTerminal(0) && this.host.isTerminal(2);
  }

  /** Whether a stream may be coloured: a terminal, and `NO_COLOR` is unset or empty. */
  colours(stream: 1 | 2): boolean {
    return env("NO_COLOR") === undefined && env("TERM") !== "dumb" && this.host.isTerminal(stream);
  }

  /**
   * @returns The columns of a terminal; `undefined` when the stream is not a terminal or its width
   * is unknown.
   */
  width(stream: 1 | 2): number | undefined {
    return this.host.isTerminal(stream) ? this.host.columns(stream) || undefined : undefined;
  }
}
