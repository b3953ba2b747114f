/**
 * `kca doctor`
 *
 * @module
 */

import type { Context } from "../context.ts";
import { EXIT } from "../exit_codes.ts";
import { examine } from "./examine.ts";
import type { DoctorFlags, Report } from "./types.ts";

/** Shows what was found. */
export async function doctor(this: Context, flags: DoctorFlags): Promise<void> {
  const report = await examine(flags);
  if (flags.json) this.print(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const { screenOf } = await import("./screen.ts");
    this.print(screenOf(report, this.colours(1)));
  }
  this.process.exitCode = exitCode(report);
}

function exitCode({ ok, daemon, permissions }: Report): number {
  if (ok) return EXIT.ok;
  if (!daemon.reachable) return EXIT.noDaemon;
  const denied = Object.values(permissions).some((allowed) =>
    Object.values(allowed).includes("denied")
  );
  return denied || Object.keys(permissions).length === 0 ? EXIT.denied : EXIT.failed;
}
