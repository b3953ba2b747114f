/**
 * A program that reports all that it can see of its start, started directly and by `kca run`: it
 * must not be able to tell, but for its variables and what is listed here.
 */
import { assertEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { repoPath, runCommand, runtime, runtimeMajor, test } from "../harness.ts";
import { daemonWith, kcaCommand, kcaEnv, temporaryFolder } from "../support/kca.ts";
import { hasTerminal } from "../support/terminal.ts";

const linux = process.platform === "linux";
const hasFfi = runtime !== "node" || runtimeMajor >= 26;
/** Becomes the program, by FFI or by `process.execve`. */
const becomes = hasFfi || typeof (process as { execve?: unknown }).execve === "function";
const root = linux && process.getuid?.() === 0;
const python = linux
  ? spawnSync("python3", ["-c", "import sys; print(sys.executable)"]).stdout?.toString().trim()
  : undefined;

/** Everything in a report by its path, such as `status.SigIgn`. */
type Flat = Record<string, string>;

function flat(value: unknown, path: string[] = [], into: Flat = {}): Flat {
  if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) flat(part, [...path, key], into);
  } else {
    into[path.join(".")] = JSON.stringify(value);
  }
  return into;
}

interface Report {
  readonly pid: number;
  readonly environment: readonly string[];
}

/** Starts the reporting program by `prefix` and gives what it saw. */
async function report(
  name: string,
  folder: string,
  prefix: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Report> {
  const file = join(folder, "report");
  const { code, stdout, stderr } = await runCommand([
    "python3",
    repoPath("tests", "support", "start_in.py"),
    name,
    ...prefix,
    ...[python!, "-SEB", repoPath("tests", "support", "report.py"), file, "", "two words", "-x"],
  ], { env: { ...env, OUTPUT: join(folder, "output") } });
  assertEquals(code, 0, stdout + stderr);
  const seen = JSON.parse(readFileSync(file, "utf8"));
  // The process that was started is the program.
  if (name !== "limited") assertEquals([seen.pid], [Number.parseInt(stdout)]);
  return seen;
}

/** Paths that may differ, in each case. */
type Listed = Readonly<Record<string, RegExp>>;

const ALWAYS: Listed = {
  // A runtime opens /dev/null for a standard stream that is closed.
  closed: /^descriptors\.0\.|^terminals\.0$/,
  // That of the test itself.
  background: /^children$/,
};

const ON_NODE: Listed = {
  // Node sets all signals to their default at its start, and empties the mask.
  ignored: /^status\.SigIgn\./,
  blocked: /^status\.SigBlk$/,
};

/** Without FFI a Node cannot take back more of what it changed at its start. */
const WITHOUT_FFI: Listed = {
  "": /^limits\.Max open files$|^descriptors\.(?:[3-9]|\d{2,})\./,
  limited: /^status\.SigIgn\./,
  nohup: /^status\.SigIgn\./,
};

const LISTED: readonly Listed[] = [
  ALWAYS,
  ...(runtime === "node" ? [ON_NODE] : []),
  ...(hasFfi ? [] : [WITHOUT_FFI]),
];

const CASES = [
  ...["plain", "from_file", "from_pipe", "not_blocking", "from_socket", "descriptors"],
  ...["own_group", "ignored", "blocked", "closed", "terminal", "background", "nohup", "limited"],
  ...(root ? ["attributes"] : []),
];

for (const name of CASES) {
  test(`kca run starts a program as it would be started without it: ${name}`, async () => {
    await using daemon = await daemonWith({ "p:GIVEN": "by the daemon", "p:OTHER": "win" });
    using folder = temporaryFolder();
    const env = { ...kcaEnv(daemon), OTHER: "lose", KEPT: "as it is" };
    const direct = await report(name, folder.path, [], env);
    const prefix = [...kcaCommand(["run", "--prefix", "p:", "--"])];
    const within = await report(name, folder.path, prefix, env);

    const without = new Set(within.environment.filter((one) => !direct.environment.includes(one)));
    const missing = direct.environment.filter((one) => !within.environment.includes(one));
    // A shell tells a program under which path it found it.
    const own = (one: string): boolean => !/^_=/.test(one);
    assertEquals([...without].filter(own), ["GIVEN=by the daemon", "OTHER=win"]);
    assertEquals(missing.filter(own), ["OTHER=lose"]);

    const leftOut = /^(?:pid|parent|environment\..*)$/;
    const [before, after] = [flat(direct), flat(within)];
    const differences: Record<string, [string | undefined, string | undefined]> = {};
    for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[path] === after[path] || leftOut.test(path)) continue;
      if (LISTED.some((listed) => listed[name]?.test(path) || listed[""]?.test(path))) continue;
      differences[path] = [before[path], after[path]];
    }
    assertEquals(differences, {});
  }, { skip: !hasTerminal || !linux || !becomes });
}

for (
  const [signals, ...flags] of [
    [""],
    ["trap '' HUP PIPE USR1;"],
    ["", "--redact"],
    ["trap '' HUP PIPE USR1;", "--redact"],
  ] as const
) {
  const way = [...flags, signals || "nothing"].join(" ");
  test(`kca run keeps exactly the ignored signals ignored: ${way}`, async () => {
    await using daemon = await daemonWith({ "p:A": "long enough" });
    // Without the two that the C library keeps for its threads.
    const show = ["sed", "-n", "s/^SigIgn:.*\\(.......\\)$/\\1/p", "/proc/self/status"];
    const run = async (command: string[]): Promise<string> => {
      // In a shell that stays, as a script does.
      const script = `${signals} "$@"; exit $?`;
      const env = kcaEnv(daemon);
      return (await runCommand(["sh", "-c", script, "sh", ...command], { env })).stdout;
    };
    const direct = await run(show);
    const command = kcaCommand(["run", "--prefix", "p:", ...flags, "--", ...show]);
    assertEquals(await run(command), direct);
    assertEquals(direct.length, 8);
  }, { skip: !linux || !becomes || (!hasFfi && signals !== "") });
}

test(
  "kca run --redact ends with its program when it was started with SIGCHLD blocked",
  async () => {
    await using daemon = await daemonWith({ "p:A": "long enough" });
    const show = ["sed", "-n", "s/^SigBlk:/blocked/p", "/proc/self/status"];
    const { code, stdout, stderr } = await runCommand([
      ...["python3", repoPath("tests", "support", "start_in.py"), "deaf"],
      ...kcaCommand(["run", "--prefix", "p:", "--redact", "--", ...show]),
    ], { env: kcaEnv(daemon) });
    assertEquals([code, stderr], [0, ""]);
    // Node unblocks everything.
    const blocked = runtime === "node" ? "0000000000000000" : "0000000000010000";
    assertEquals(stdout.split("\n")[1], `blocked\t${blocked}`);
  },
  { skip: !hasTerminal || !linux },
);
