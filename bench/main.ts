/**
 * Measures the client beside rivals: `deno task bench [--quick] [--only FIGURE]…`.
 *
 * Figures: start, bundles, size, way, warm, prefix, memory; and command, which is measured only when
 * it is asked for, because it installs two other commands from npm.
 *
 * A full run takes about three minutes and writes bench/results.md, one of the command
 * bench/results_command.md; all others write .cache/bench/results.md. The exit code is 1 when a
 * contender gave a wrong answer or failed: such a run says nothing. A bar that is not met leaves it
 * at 0.
 */
import { fromFileUrl } from "@std/path";
import { prepareDependencies } from "../tests/launcher/dependencies.ts";

await prepareDependencies(fromFileUrl(new URL("..", import.meta.url)));
// Only now can modules be loaded that need the packages.
const { run } = await import("./run.ts");
Deno.exit(await run(Deno.args));
