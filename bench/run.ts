/** Runs the figures that were asked for. */
import { Bench } from "./bench.ts";
import { big } from "./figures/big.ts";
import { cold } from "./figures/cold.ts";
import { connect } from "./figures/connect.ts";
import { cpu } from "./figures/cpu.ts";
import { daemon } from "./figures/daemon.ts";
import { exact } from "./figures/exact.ts";
import { many } from "./figures/many.ts";
import { memory } from "./figures/memory.ts";
import { pipelined } from "./figures/pipelined.ts";
import { size } from "./figures/size.ts";
import { write } from "./figures/write.ts";
import { load } from "./machine.ts";
import { collect, save } from "./results.ts";
import { prepare } from "./toolchain.ts";

const figures: Record<string, (bench: Bench) => Promise<void>> = {
  exact,
  cpu,
  cold,
  connect,
  many,
  pipelined,
  big,
  memory,
  write,
  daemon,
  size,
};

function parse(args: readonly string[]): { quick: boolean; only: string[] } {
  const only: string[] = [];
  let quick = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--quick") quick = true;
    else if (args[i] === "--only") only.push(args[++i]);
    else throw new TypeError(`Unknown argument "${args[i]}"`);
  }
  for (const name of only) {
    if (!Object.hasOwn(figures, name)) {
      throw new TypeError(`Unknown figure "${name}"; there are ${Object.keys(figures).join(", ")}`);
    }
  }
  return { quick, only };
}

/** Runs the benchmark and gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { quick, only } = parse(args);
  const started = new Date();
  const loadBefore = load();
  const bench = new Bench(await prepare(), quick);
  for (const [name, figure] of Object.entries(figures)) {
    if (only.length > 0 && !only.includes(name)) continue;
    try {
      await figure(bench);
    } catch (error) {
      bench.invalid.push(`${name}: ${error instanceof Error ? error.message : error}`);
      console.error(`  INVALID: ${error instanceof Error ? error.stack : error}`);
    }
  }
  const results = await collect(bench, { only, started, loadBefore });
  const folder = await save(results, bench.tools.cache);
  const bars = bench.bars.filter(({ limit }) => limit !== undefined);
  const met = bars.filter((bar) => bar.met).length;
  console.log(`\n${met} of ${bars.length} bars met, ${results.seconds} s, see ${folder}`);
  for (const line of bench.invalid) console.error(`Invalid: ${line}`);
  return bench.invalid.length > 0 ? 1 : 0;
}
