/**
 * A program that runs as a child.
 *
 * @module
 */

/** How a program ended: by itself, or by a signal. */
export type ProgramEnd = { readonly code: number } | { readonly signal: number };

/** A program that runs. */
export interface Running {
  /** What it writes to the streams that are piped. */
  readonly output: readonly {
    readonly stream: 1 | 2;
    readonly chunks: AsyncIterable<Uint8Array>;
  }[];
  /** Called when a signal stops it. */
  onStop: (signal: number) => void;
  readonly ended: Promise<ProgramEnd>;
  /** Sends it a signal, by its number. Nothing happens when it has ended. */
  kill(signal: number): void;
}
