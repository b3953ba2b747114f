/**
 * Closes descriptors at the end of a thread. A terminated worker runs no more JavaScript, so libc
 * closes them.
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";
import { cString } from "./layout.ts";

/**
 * Makes libc close a descriptor when this thread ends: the descriptor becomes the thread's value of
 * a key whose destructor is close(2), pthread_key_create(3).
 *
 * @returns A function that cancels this. Call it before the descriptor is closed, because its
 * number is reused.
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
