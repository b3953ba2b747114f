/**
 * The limits of keychain and environment, checked before anything is stored.
 *
 * @module
 */

import { writeFrames } from "../../src/client/operation.ts";
import { type OperatingSystem, runtime } from "../../src/runtime.ts";
import { usageError } from "../exit_codes.ts";

/**
 * The longest value that the system's keychain accepts, in bytes. On other systems only a request
 * limits it.
 */
const MOST: Readonly<Partial<Record<OperatingSystem, number>>> = { windows: 2_560, darwin: 4_096 };

/**
 * @param entries Values by target.
 * @throws {CommandError} Naming all values that cannot be stored, or that a variable cannot
 * contain.
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
    if (value.includes("\0")) {
      problems.push(`${name} contains a NUL character, which a variable cannot contain`);
    } else if (bytes > most) {
      problems.push(
        `${name} has ${bytes} bytes, and the keychain of this system accepts at most ${most}`,
      );
    } else {
      try {
        writeFrames(service, new Map([[target, value]]));
      } catch (error) {
        problems.push(`${name}: ${(error as Error).message}`);
      }
    }
  }
  if (problems.length === 0) return;
  throw usageError(
    `Nothing was stored, because not all values can be stored:\n  ${problems.join("\n  ")}`,
  );
}
