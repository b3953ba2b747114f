/**
 * Measures the client beside rivals: `deno task bench [--quick] [--only FIGURE]…`.
 *
 * Figures: start, bundles, size, way, warm, prefix, memory; and two that are measured only when they
 * are asked for: command, because it installs two other commands from npm, and scan, because it needs
 * ripgrep and writes more than a gibibyte.
 *
 * A full run takes about three minutes and writes bench/results.md, one of the command
 * bench/results_command.md, one of scan bench/results_scan.md; all others write .cache/bench/results.md. The exit code is 1 when a
 * contender gave a wrong answer or failed: such a run says nothing. A bar that is not met leaves it
 * at 0.
 */
import { fromFileUrl } from "@std/path";
import { prepareDependencies } from "../tests/launcher/dependencies.ts";

await prepareDependencies(fromFileUrl(new URL("..", import.meta.url)));
// Only now can modules be loaded that need the packages.
const { run } = await import("./run.ts");
Deno.exit(await run(Deno.args));
