/**
 * A program that runs as a child.
 *
 * @module
 */

/** How a program ended: by itself, or by a signal. */
export type ProgramEnd = { readonly code: number } | { readonly signal: number };

/** A program that runs. */
export interface Running {
  /** Its output from the pipes. */
  readonly output: readonly {
    readonly stream: 1 | 2;
    readonly chunks: AsyncIterable<Uint8Array>;
  }[];
  /** Called when a signal stops it. */
  onStop: (signal: number) => void;
  readonly ended: Promise<ProgramEnd>;
  /** Sends it a signal, by number. Does nothing after its end. */
  kill(signal: number): void;
}
