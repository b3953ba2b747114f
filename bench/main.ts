/**
 * Measures the client beside others: `deno task bench [--quick] [--only FIGURE]…`.
 *
 * A full run takes about seven minutes and writes results.json, results.md and results.svg here; a
 * quick one, or one with `--only`, writes them below .cache. The exit code is 1 when a contender
 * gave a wrong answer or failed: such a run says nothing.
 */
import { fromFileUrl } from "@std/path";
import { prepareDependencies } from "../tests/launcher/dependencies.ts";

await prepareDependencies(fromFileUrl(new URL("..", import.meta.url)));
// Only now can modules be loaded that need the packages.
const { run } = await import("./run.ts");
Deno.exit(await run(Deno.args));
