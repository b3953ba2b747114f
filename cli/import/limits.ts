/**
 * What a keychain and an environment can hold, checked before anything is stored.
 *
 * @module
 */

import { writeFrames } from "../../src/client/operation.ts";
import { type OperatingSystem, runtime } from "../../src/runtime.ts";
import { usageError } from "../exit_codes.ts";

/** Bytes of a value that the system's keychain takes; others are limited by a request alone. */
const MOST: Readonly<Partial<Record<OperatingSystem, number>>> = { windows: 2_560, darwin: 4_096 };

/**
 * @param entries Values by target.
 * @throws {CommandError} Naming all values that cannot be stored, or that no variable can hold.
 */
export function checkStorable(
  service: string,
  entries: ReadonlyMap<string, string>,
  system: OperatingSystem = runtime.system,
): void {
  const most = MOST[system] ?? Infinity;
  const problems: string[] = [];
  for (const [target, value] of entries) {
    const bytes = new TextEncoder().encode(value).length;
    const name = JSON.stringify(target);
    if (value.includes("\0")) problems.push(`${name} holds a NUL, which no variable can hold`);
    else if (bytes > most) {
      problems.push(`${name} has ${bytes} bytes, and this system's keychain takes ${most}`);
    } else {
      try {
        writeFrames(service, new Map([[target, value]]));
      } catch (error) {
        problems.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
  if (problems.length === 0) return;
  throw usageError(`Nothing was stored, because not all can be:\n  ${problems.join("\n  ")}`);
}
