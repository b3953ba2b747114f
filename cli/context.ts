/**
 * What every command is given.
 *
 * @module
 */

import type { CommandContext } from "@stricli/core";
import type { KeychainClient } from "../src/client/client.ts";
import { env } from "../src/runtime.ts";
import type { Host } from "./host/host.ts";
import { printable, printableLines } from "./printable.ts";

/** Data goes to stdout, everything that is said about it to stderr. */
export class Context implements CommandContext {
  readonly host: Host;
  /** A connection that was begun before the arguments were read. */
  readonly early: Promise<KeychainClient> | undefined;
  readonly process: {
    readonly stdout: { write(text: string): void };
    readonly stderr: { write(text: string): void };
    exitCode?: number | string | null;
  };

  constructor(host: Host, early?: Promise<KeychainClient>) {
    this.host = host;
    this.early = early;
    this.process = {
      stdout: { write: (text) => host.writeSync(1, text) },
      stderr: { write: (text) => host.writeSync(2, text) },
    };
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

  /** Whether a stream may be coloured: a terminal, and `NO_COLOR` is unset or empty. */
  colours(stream: 1 | 2): boolean {
    return env("NO_COLOR") === undefined && env("TERM") !== "dumb" && this.host.isTerminal(stream);
  }
}
