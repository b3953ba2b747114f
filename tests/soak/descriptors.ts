/** Descriptors that a process of the soak takes away from itself. */
import { closeSync, openSync } from "node:fs";

const held: number[] = [];

/** Takes every descriptor that this process may have. */
export function fill(): void {
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    // The last one is taken.
  }
}

/** Gives them back. */
export function free(): void {
  for (const descriptor of held.splice(0)) closeSync(descriptor);
}
