/** How much code one warm `get()` runs through, by V8's precise coverage of the sources. */
import { join, toFileUrl } from "@std/path";
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import type { RanFile } from "../clients/coverage.ts";
import { startServer } from "../server.ts";
import { mustOutput, ROOT } from "../tools.ts";

/** Counts on Node, which runs the sources as they are but for their types. */
export async function way(bench: Bench, app: App): Promise<void> {
  const figure = "one warm get()";
  console.log(`\n${figure}`);
  const node = bench.tools.runtimes.find(({ name }) => name === "node26");
  if (!node) return bench.skip(figure, "there is no node26");
  await using server = await startServer(bench.tools);
  const entry = toFileUrl(join(ROOT, "mod.ts")).href;
  const command = [node.exec, "--disable-warning=ExperimentalWarning", app.script("coverage")];
  const text = await mustOutput([...command, entry, server.socket, "warm", "ffi"]);
  const root = toFileUrl(ROOT).href;
  const files = (JSON.parse(text) as RanFile[])
    .filter(({ url, functions }) => url.startsWith(root) && functions.length > 0);
  const functions = files.flatMap(({ functions }) => functions);
  if (functions.length === 0) throw new Error("Nothing was counted");
  bench.hold(`${figure}: files`, "node26, ffi, sources", 16, files.length, "");
  bench.hold(`${figure}: functions`, "node26, ffi, sources", 60, functions.length, "");
  const calls = functions.reduce((sum, { calls }) => sum + calls, 0);
  bench.note(`${figure}: calls`, "node26, ffi, sources", calls, "");
}
