/** How much code one warm `get()` runs through, by V8's precise coverage of the sources. */
import { join, toFileUrl } from "@std/path";
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { extremes, functionsOf } from "../coverage.ts";
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
  const { least, most } = extremes(JSON.parse(text), (url) => url.startsWith(root));
  const subject = "node26, ffi, sources";
  bench.hold(`${figure}: files`, subject, 16, least.length, "");
  bench.hold(`${figure}: functions`, subject, 60, functionsOf(least).length, "");
  for (const [title, files] of [["at once", least], ["late", most]] as const) {
    const calls = functionsOf(files).reduce((sum, { calls }) => sum + calls, 0);
    const when = `${subject}, its reply comes ${title}`;
    bench.note(`${figure}: files`, when, files.length, "");
    bench.note(`${figure}: functions`, when, functionsOf(files).length, "");
    bench.note(`${figure}: calls`, when, calls, "");
  }
}
