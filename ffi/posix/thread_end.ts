/**
 * A worker that is terminated runs no more JavaScript, so libc itself closes its descriptors.
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";
import { cString } from "./layout.ts";

/**
 * Has a descriptor closed when this thread ends: it is the thread's value of a key whose destructor
 * is close(2), pthread_key_create(3).
 *
 * @returns Takes that back. Call it before the descriptor is closed, because its number is reused.
 */
export function closeAtThreadEnd(calls: PosixCalls, fd: number): () => void {
  try {
    const close = calls.dlsym(calls.constants.RTLD_DEFAULT, cString("close"));
    // pthread_key_t: four bytes on Linux, eight on macOS.
    const key = new BigUint64Array(1);
    if (calls.pthread_key_create(new Uint8Array(key.buffer), close) !== 0) return () => {};
    calls.pthread_setspecific(Number(key[0]), fd);
    return () => void calls.pthread_key_delete(Number(key[0]));
  } catch {
    // A libc without these functions, or with all of its keys in use.
    return () => {};
  }
}
