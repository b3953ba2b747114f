/**
 * Checks what Deno opens for a script that uses the built package. It opens every file that the script
 * can lead to before it runs any of it, so there may be only a few of them; and each must be found
 * behind the `import()` that leads there.
 *
 * Usage: `deno run -A tests/checks/built_files.ts`, after `deno task build`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { commands } from "../../cli/commands/table.ts";
import { mustRun, runProcess } from "../launcher/process.ts";
import { prepareRuntime } from "../launcher/runtimes.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Files that an entry may take. */
const MOST = { "mod.js": 14, "cli.js": 20 } as const;

for (const [entry, most] of Object.entries(MOST)) {
  const command = [process.execPath, "info", "--json", join(root, "dist", entry)];
  const { modules } = JSON.parse(await mustRun(command)) as { modules: { specifier: string }[] };
  const files = modules.filter(({ specifier }) => /\/dist\/.*\.js$/.test(specifier));
  if (files.length > most) throw new Error(`${entry} takes ${files.length} files, not ${most}`);
  console.log(`ok   ${entry} takes ${files.length} files`);
}

// What `kca run` loads of a project: a module of Node's own would cost Deno 20 ms before the program.
const dist = join(root, "dist");
const parts = readdirSync(dist).filter((name) => /^run_project-.*\.js$/.test(name));
const loading = parts.filter((name) =>
  /from\s*"node:/.test(readFileSync(join(dist, name), "utf8"))
);
if (parts.length !== 1 || loading.length > 0) {
  throw new Error(`kca run loads modules of Node with a project: ${parts} ${loading}`);
}
console.log("ok   kca run with a project loads no module of Node");

// Bun reads a file that is marked as ready as Latin-1: it took a damaged reply for a sound one.
const beyond = readdirSync(dist).filter((name) => name.endsWith(".js"))
  .filter((name) => /[^\0-\x7f]/.test(readFileSync(join(dist, name), "utf8")));
if (beyond.length > 0) throw new Error(`Not in ASCII, so Bun reads them wrongly: ${beyond}`);
console.log("ok   built files are in ASCII");

// Node prints the line that threw, and what a class is called.
const long = readdirSync(dist).filter((name) => /\.c?js$/.test(name))
  .filter((name) =>
    readFileSync(join(dist, name), "utf8").split("\n").some((line) => line.length > 600)
  );
if (long.length > 0) throw new Error(`Lines that hide an error's message: ${long}`);
console.log("ok   built files have short lines");

const deno = [process.execPath, "run", "-A"];
const { exec: bun } = await prepareRuntime("bun", join(root, ".cache", "runtimes"));
const { exec: node } = await prepareRuntime("node26", join(root, ".cache", "runtimes"));
const failing = `await (await import(${JSON.stringify(join(dist, "mod.js"))}))
  .connect({ endpoint: "/nonexistent/agent.sock", transport: "node" })`;
const { output } = await runProcess([node, "--input-type=module", "--eval", failing]);
const message = output.split("\n").findIndex((line) =>
  line.startsWith('DaemonUnavailableError: Cannot connect to "/nonexistent/agent.sock"')
);
if (message < 0 || message > 6) throw new Error(`Node shows an error like this: ${output}`);
console.log("ok   an error that nobody catches is shown by its name, at the top");

for (const runtime of [deno, [bun], [node]]) {
  for (const name of Object.keys(commands)) {
    const stdout = await mustRun([...runtime, join(root, "dist", "cli.js"), "help", name]);
    if (!stdout.startsWith(`kca ${name}: `)) throw new Error(`No help on kca ${name}: ${stdout}`);
  }
}
console.log("ok   every command of the built kca is found");
