/**
 * Watching signals that many calls share, with one listener for each: Node warns of a leak when a
 * signal has more than ten.
 *
 * @module
 */

const watchers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `leave` when `signal` is aborted: at once when it is already.
 *
 * @param leave A function of its own for each call.
 * @returns What ends the watch.
 */
export function watch(signal: AbortSignal, leave: () => void): () => void {
  if (signal.aborted) {
    leave();
    return () => {};
  }
  const known = watchers.get(signal);
  const leaving = known ?? new Set<() => void>();
  leaving.add(leave);
  if (known !== undefined) return () => void leaving.delete(leave);
  watchers.set(signal, leaving);
  // Stays for as long as the signal: to take it back and add it again costs more than it holds.
  signal.addEventListener("abort", () => {
    for (const leave of [...leaving]) leave();
  }, { once: true });
  return () => void leaving.delete(leave);
}
