/**
 * Reads the output of a program up to its end. A background process may hold the pipe open forever,
 * so output after the end is awaited only for a while.
 *
 * @module
 */

/** Milliseconds to wait for output after the program has ended, in total. */
const GRACE = 1_000;
/**
 * Bytes to read after the end: the most that a pipe holds, so the program's own output is included.
 */
const LEFT_BEHIND = 1_048_576;

/**
 * Yields a program's output. Time spent outside, for example with a slow reader, does not count.
 *
 * @param stream The program's output. It is closed when the iteration ends.
 * @param ended When the program has ended.
 */
export async function* untilEnd(
  stream: AsyncIterable<Uint8Array>,
  ended: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  let grace = Infinity;
  let left = Infinity;
  let hurry = (): void => {};
  void ended.then(() => {
    grace = GRACE;
    left = LEFT_BEHIND;
    hurry();
  });
  /** @returns `undefined` when it took too long. */
  const next = async (): Promise<IteratorResult<Uint8Array> | undefined> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let began = 0;
    try {
      return await new Promise((resolve, reject) => {
        hurry = () => {
          began = performance.now();
          // After a standstill of the machine nothing has been read, so let the event loop read
          // first.
          timer = setTimeout(() => setImmediate(() => resolve(undefined)), grace);
        };
        if (grace !== Infinity) hurry();
        iterator.next().then(resolve, reject);
      });
    } finally {
      hurry = () => {};
      clearTimeout(timer);
      if (timer !== undefined) grace -= performance.now() - began;
    }
  };
  let waiting = false;
  try {
    while (left > 0 && grace > 0) {
      waiting = true;
      const result = await next();
      if (result === undefined) return;
      waiting = false;
      if (result.done) return;
      left -= result.value.length;
      yield result.value;
    }
  } finally {
    // It would wait for the pending read.
    if (!waiting) await iterator.return?.();
  }
}
