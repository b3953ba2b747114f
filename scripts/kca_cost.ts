/**
 * What `kca run -- true` costs beyond the runtime's start, connect and one read: runs of it and of a
 * program that does only that, by turns, against one embedded daemon.
 *
 * Usage: `deno run -A scripts/kca_cost.ts [--runs 30] [--built]`, on an otherwise idle machine.
 */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, quantile } from "simple-statistics";
import { startDaemon } from "../testing/mod.ts";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "30" },
    built: { type: "boolean", default: false },
  },
});
const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Below the root, so that both programs are run with the same configuration.
const folder = join(root, ".cache", `kca-cost-${process.pid}`);
const [library, command] = values.built
  ? ["dist/mod.js", "dist/cli.js"]
  : ["mod.ts", "cli/main.ts"];

await using daemon = await startDaemon({ secrets: { app: { "p:A": "alpha", "p:B": "beta" } } });
const env = { ...process.env, KEYCHAIN_AUTH_SOCKET: daemon.endpoint, KEYCHAIN_AUTH_SERVICE: "app" };

/** Milliseconds from the start of a program to its end. */
function time([file, ...args]: string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(file!, args, { env, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(performance.now() - began);
      else reject(new Error(`${args.join(" ")} ended with ${code}`));
    });
  });
}

mkdirSync(folder, { recursive: true });
try {
  const script = join(folder, `read.${values.built ? "mjs" : "ts"}`);
  writeFileSync(
    script,
    `import { connect } from "../../${library}";
const client = await connect();
const secrets = await client.service("app").readPrefix("p:");
await client.close();
if (secrets.size !== 2) throw new Error("The secrets were not read");
`,
  );
  for (const id of ["deno", "bun", "node26"]) {
    const { exec } = await prepareRuntime(id, join(root, ".cache", "runtimes"));
    const runtime = id === "deno" ? [exec, "run", "-A"] : [exec];
    const read = [...runtime, script];
    const kca = [...runtime, join(root, command), "run", "--prefix", "p:", "--", "true"];
    // Deno keeps what it compiled once a script waits for something, which a real daemon's 0.1 s
    // have `kca run` do at its first start, and this daemon does not.
    await time([...runtime, join(root, command), "--version"]);
    const differences: number[] = [];
    const whole: number[] = [];
    const base: number[] = [];
    for (let run = -3; run < Number(values.runs); run++) {
      const [first, second] = run % 2 === 0 ? [read, kca] : [kca, read];
      const times = [await time(first), await time(second)];
      const [without, within] = run % 2 === 0 ? times : times.reverse();
      if (run < 0) continue; // Warms the runtime's caches.
      differences.push(within! - without!);
      whole.push(within!);
      base.push(without!);
    }
    const at = (share: number): string => quantile(differences, share).toFixed(1);
    console.log(
      `${id.padEnd(6)} kca run -- true: ${median(whole).toFixed(1)} ms, of which beyond start, ` +
        `connect and one read: p50 ${at(0.5)} ms (p25 ${at(0.25)}, p75 ${
          at(0.75)
        }), by the quickest runs ` +
        `${(Math.min(...whole) - Math.min(...base)).toFixed(1)} ms`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
