/**
 * Writes everything, even to a stream that another program made non-blocking and whose reader is
 * slow: the system then accepts a part or refuses for the moment.
 *
 * @module
 */

/** Milliseconds between two attempts. */
const PAUSE = 5;

/** Writes everything before it returns. @param write Writes some bytes and returns how many. */
export function writeAllSync(
  data: string | Uint8Array,
  write: (bytes: Uint8Array) => number,
): void {
  let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(rest));
    } catch (error) {
      if (!wouldBlock(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}

/** The same without blocking the event loop. */
export async function writeAll(
  data: Uint8Array,
  write: (bytes: Uint8Array) => Promise<number>,
): Promise<void> {
  let rest = data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(await write(rest));
    } catch (error) {
      if (!wouldBlock(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

function wouldBlock(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === "EAGAIN" || name === "WouldBlock";
}
