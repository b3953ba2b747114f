/**
 * What V8 ran for a first secret or for one more, in a process of its own: prints JSON.
 *
 * `coverage.ts ENTRY SOCKET start|warm|time|cpu [TRANSPORT]`, where ENTRY is the address of a module.
 */
import type { KeychainClient } from "@keychain-auth/client";

// node:inspector is imported below, so that it is not part of what `time` measures.
declare const process: { argv: string[] } | undefined;
declare const Deno: { args: string[] } | undefined;

/** A script that V8 has loaded, with its functions that ran. */
export interface RanFile {
  url: string;
  /** Length of the text that V8 compiled, without types on Deno. */
  length: number;
  functions: RanFunction[];
  /** How many functions it holds that did not run, as far as V8 has met them. */
  idle: number;
}

/** A function that ran, with the number of its calls. */
export interface RanFunction {
  name: string;
  at: number;
  calls: number;
}

/** Self time of one function, in microseconds. */
export interface SelfTime {
  url: string;
  name: string;
  line: number;
  us: number;
}

const NAME = "API_KEY";
const SERVICE = "bench";

/** What is used of the package, whatever else it becomes. */
interface Entry {
  connect(options: { endpoint: string; transport?: "ffi" | "node" }): Promise<KeychainClient>;
}

async function main([entry, endpoint, task, transport]: string[]): Promise<unknown> {
  const options = { endpoint, ...(transport && { transport: transport as "ffi" }) };
  const check = (value: string | undefined): void => {
    if (value !== `secret-${NAME}`) throw new Error("The secret is wrong");
  };
  const marks: number[] = [];
  const start = async (step: () => unknown): Promise<void> => {
    await step();
    const { connect } = await import(entry) as Entry;
    await step();
    const client = await connect(options);
    await step();
    const value = await client.service(SERVICE).get(NAME);
    await step();
    check(value);
    await client.close();
  };
  switch (task) {
    case "time":
      await start(() => marks.push(performance.now()));
      return marks.slice(1).map((at, i) => at - marks[i]);
    case "start": {
      const inspector = await inspect();
      const steps: RanFile[][] = [];
      await inspector.startCoverage();
      await start(async () => steps.push(await inspector.takeCoverage()));
      return steps.slice(1);
    }
    case "cpu": {
      const inspector = await inspect();
      await inspector.startProfile();
      await start(() => {});
      return await inspector.stopProfile();
    }
    case "warm": {
      const inspector = await inspect();
      const { connect } = await import(entry) as Entry;
      const client = await connect(options);
      const service = client.service(SERVICE);
      await inspector.startCoverage();
      const reads: RanFile[][] = [];
      for (let i = 0; i < 23; i++) {
        check(await service.get(NAME));
        // What a read leaves for the next turn belongs to that read. After 20 ms, a read over ffi would
        // give the event loop its turn first.
        await new Promise((resolve) => setTimeout(resolve, 5));
        reads.push(await inspector.takeCoverage());
      }
      await client.close();
      return reads.slice(3);
    }
    default:
      throw new TypeError(`Unknown task "${task}"`);
  }
}

interface Inspector {
  startCoverage(): Promise<void>;
  takeCoverage(): Promise<RanFile[]>;
  startProfile(): Promise<void>;
  stopProfile(): Promise<SelfTime[]>;
}

async function inspect(): Promise<Inspector> {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  const lengths = new Map<string, number>();
  session.on("Debugger.scriptParsed", ({ params: { scriptId, length } }) => {
    lengths.set(scriptId, length ?? 0);
  });
  // Deno answers later, Node at once.
  const post = (method: string, params?: object): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) =>
      session.post(
        method,
        params,
        (error, answer) => error ? reject(error) : resolve(answer as Record<string, unknown>),
      )
    );
  await post("Debugger.enable");
  await post("Profiler.enable");
  return {
    async startCoverage() {
      await post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    },
    async takeCoverage() {
      const { result } = await post("Profiler.takePreciseCoverage") as {
        result: {
          url: string;
          scriptId: string;
          functions: {
            functionName: string;
            ranges: { startOffset: number; count: number }[];
          }[];
        }[];
      };
      return result.map(({ url, scriptId, functions }) => {
        const ran = functions.map(({ functionName, ranges: [{ startOffset, count }] }) => ({
          name: functionName,
          at: startOffset,
          calls: count,
        }));
        const called = ran.filter(({ calls }) => calls > 0);
        const length = lengths.get(scriptId) ?? 0;
        return { url, length, functions: called, idle: ran.length - called.length };
      });
    },
    async startProfile() {
      await post("Profiler.setSamplingInterval", { interval: 50 });
      await post("Profiler.start");
    },
    async stopProfile() {
      const { profile: { nodes, samples, timeDeltas } } = await post("Profiler.stop") as {
        profile: {
          nodes: {
            id: number;
            callFrame: { functionName: string; url: string; lineNumber: number };
          }[];
          samples: number[];
          timeDeltas: number[];
        };
      };
      const times = new Map<number, number>();
      for (const [i, id] of samples.entries()) {
        times.set(id, (times.get(id) ?? 0) + timeDeltas[i]);
      }
      return nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => ({
        url,
        name: functionName,
        line: lineNumber + 1,
        us: times.get(id) ?? 0,
      }));
    },
  };
}

const result = await main(typeof Deno === "object" ? Deno.args : process!.argv.slice(2));
console.log(JSON.stringify(result));
