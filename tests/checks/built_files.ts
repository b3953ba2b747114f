/**
 * Checks what Deno opens for a script that uses the built package. It opens every file that the script
 * can lead to before it runs any of it, so there may be only a few of them; and each must be found
 * behind the `import()` that leads there.
 *
 * Usage: `deno run -A tests/checks/built_files.ts`, after `deno task build`.
 */
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { commands } from "../../cli/commands/table.ts";
import { mustRun } from "../launcher/process.ts";
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

const deno = [process.execPath, "run", "-A"];
const { exec: bun } = await prepareRuntime("bun", join(root, ".cache", "runtimes"));
const { exec: node } = await prepareRuntime("node26", join(root, ".cache", "runtimes"));
for (const runtime of [deno, [bun], [node]]) {
  for (const name of Object.keys(commands)) {
    const stdout = await mustRun([...runtime, join(root, "dist", "cli.js"), "help", name]);
    if (!stdout.startsWith(`kca ${name}: `)) throw new Error(`No help on kca ${name}: ${stdout}`);
  }
}
console.log("ok   every command of the built kca is found");
