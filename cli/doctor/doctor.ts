/**
 * `kca doctor`
 *
 * @module
 */

import type { Context } from "../context.ts";
import { EXIT } from "../exit_codes.ts";
import { examine } from "./examine.ts";
import type { DoctorFlags } from "./types.ts";

/** Shows what was found. */
export async function doctor(this: Context, flags: DoctorFlags): Promise<void> {
  const report = await examine(flags);
  if (flags.json) this.print(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const { screenOf } = await import("./screen.ts");
    this.print(screenOf(report, this.colours(1)));
  }
  const [first] = report.problems;
  this.process.exitCode = first?.exitCode ?? EXIT.ok;
}
