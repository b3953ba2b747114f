/**
 * The output of a program, up to its end. A program that it left behind in the background may hold
 * the pipe open for ever, so what comes after the end is waited for only for a while.
 *
 * @module
 */

/** Milliseconds that are waited for output in all, once the program has ended. */
const PATIENCE = 1_000;
/** Bytes that are taken after the end: what a pipe holds at most, so the program's own are among them. */
const LEFT_BEHIND = 1_048_576;

/**
 * Hands on what a program writes. Time that is spent outside, such as on a reader that is behind,
 * does not count.
 *
 * @param stream The program's output. It is closed when nobody wants more of it.
 * @param ended When the program has ended.
 */
export async function* untilEnd(
  stream: AsyncIterable<Uint8Array>,
  ended: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  let patience = Infinity;
  let left = Infinity;
  let hurry = (): void => {};
  void ended.then(() => {
    patience = PATIENCE;
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
          timer = setTimeout(() => resolve(undefined), patience);
        };
        if (patience !== Infinity) hurry();
        iterator.next().then(resolve, reject);
      });
    } finally {
      hurry = () => {};
      clearTimeout(timer);
      if (timer !== undefined) patience -= performance.now() - began;
    }
  };
  let waiting = false;
  try {
    while (left > 0 && patience > 0) {
      waiting = true;
      const result = await next();
      if (result === undefined) return;
      waiting = false;
      if (result.done) return;
      left -= result.value.length;
      yield result.value;
    }
  } finally {
    // It would wait for what is being waited for already.
    if (!waiting) await iterator.return?.();
  }
}
