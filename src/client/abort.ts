/**
 * Abort signals that many calls share. Each signal gets one listener, because Node warns of a leak
 * at more than ten.
 *
 * @module
 */

const watchers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `leave` when `signal` is aborted, at once if it is already.
 *
 * @param signal The signal.
 * @param leave A function that no other call passes.
 * @returns A function that stops listening.
 */
export function onAbort(signal: AbortSignal, leave: () => void): () => void {
  if (signal.aborted) {
    leave();
    return () => {};
  }
  const known = watchers.get(signal);
  const leaving = known ?? new Set<() => void>();
  leaving.add(leave);
  if (known !== undefined) return () => void leaving.delete(leave);
  watchers.set(signal, leaving);
  // The listener stays as long as the signal does: adding it again for each call would cost more.
  signal.addEventListener("abort", () => {
    for (const leave of [...leaving]) leave();
  }, { once: true });
  return () => void leaving.delete(leave);
}
