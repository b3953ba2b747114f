/** For tests in which times have to be kept, on machines that may stand still at any moment. */
import { assert } from "@std/assert";

/**
 * Makes attempts with ever longer times, until one of them says something about the client.
 *
 * @param attempt Is told how many times longer than first everything has to take. It throws when the
 * client is wrong. When a machine that stood still explains as well what it saw, it says what that was.
 */
export async function atAnyPace(
  attempt: (scale: number) => Promise<string | undefined>,
): Promise<void> {
  let disturbed: string | undefined;
  for (const scale of [1, 4, 16]) {
    disturbed = await attempt(scale);
    if (disturbed === undefined) return;
  }
  assert(false, `Also with sixteen times the time: ${disturbed}`);
}
