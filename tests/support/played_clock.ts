/** A clock that goes on only where a test says so. */

/**
 * Runs `body` while `performance.now()` gives what `time` says. Afterwards the runtime's clock is
 * back: on Bun, the other tests of this process use it too.
 */
export async function withClock(
  time: () => number,
  body: () => void | Promise<void>,
): Promise<void> {
  const { now } = performance;
  performance.now = time;
  try {
    await body();
  } finally {
    performance.now = now;
  }
}
