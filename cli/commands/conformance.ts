import { isDeepStrictEqual } from "node:util";
import type {
  CheckResult,
  ConformanceGroup,
  ConformancePermission,
} from "../../conformance/mod.ts";
import { env, runtime } from "../../src/runtime.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { connectionFlags, serviceFlag } from "../flags.ts";
import { counted, jsonText, printableLines } from "../terminal/printable.ts";

/** The flags of `kca conformance`. */
interface ConformanceFlags {
  readonly service?: string;
  readonly socket?: string;
  readonly timeout?: number;
  readonly group?: readonly ConformanceGroup[];
  readonly only?: string;
  readonly require?: readonly ConformancePermission[];
  readonly slow: boolean;
  readonly json: boolean;
  readonly tap: boolean;
  readonly junit: boolean;
  readonly quiet: boolean;
}

/** `kca conformance` */
export const conformance = command<ConformanceFlags>({
  flags: {
    service: {
      ...serviceFlag,
      about: "Service to write to. Default: KEYCHAIN_AUTH_SERVICE, else Conformance",
    },
    socket: connectionFlags.socket,
    timeout: {
      ...connectionFlags.timeout,
      about: "Longest wait for each reply: 500ms, 5s, 2m. Default: 30s",
    },
    group: {
      kind: "value",
      value: "A,B",
      choices: ["protocol", "policy", "limits", "lifetime"],
      list: ",",
      about: "Groups of checks. Default: all",
    },
    only: { kind: "value", value: "TEXT", about: "Only checks whose names contain TEXT" },
    require: {
      kind: "value",
      value: "A,B",
      choices: ["read", "write", "search", "policy"],
      list: ",",
      about: "Fail when these permissions are missing, instead of skipping",
    },
    slow: { kind: "switch", about: "Include checks that take minutes or fill the daemon" },
    quiet: { kind: "switch", about: "Print only failures and the summary" },
    json: { kind: "switch", about: "Print the report and errors as JSON" },
    tap: { kind: "switch", about: "Print the report in the Test Anything Protocol, version 14" },
    junit: { kind: "switch", about: "Print the report as JUnit XML" },
  },
  docs: {
    usage: ["[--socket PATH] [--service SERVICE] [--json | --tap | --junit]"],
    text: [
      "Checks, byte for byte, everything that a client may rely on. Skips what this executable may " +
      "not ask, and says why. Writes names that begin with kca-conformance- and random digits, and " +
      "deletes them at the end, also after Ctrl-C. The daemon records every request in its audit " +
      "log. The exit code is 0 only when no check failed.",
    ],
    examples: [
      "kca conformance --service Conformance --socket /run/keychain-auth/agent.sock",
      "kca conformance --service Conformance --require read,write,search --junit > report.xml",
    ],
  },
  action,
});

async function action(this: Context, flags: ConformanceFlags): Promise<void> {
  const service = flags.service ?? env("KEYCHAIN_AUTH_SERVICE") ?? "Conformance";
  const formats = (["json", "tap", "junit"] as const).filter((name) => flags[name]);
  if (formats.length > 1) throw usageError("Give one of --json, --tap and --junit");
  const { runConformance, toJUnit, toTap } = await import("../../conformance/mod.ts");
  const stop = stopOnSignals(this);
  const [format] = formats;
  const report = await runConformance({
    ...(flags.socket !== undefined && { endpoint: flags.socket }),
    ...(flags.timeout !== undefined && { timeout: Math.ceil(flags.timeout) }),
    ...(flags.group !== undefined && { groups: flags.group }),
    ...(flags.only !== undefined && { only: flags.only }),
    ...(flags.require !== undefined && { require: flags.require }),
    service,
    slow: flags.slow,
    signal: stop.signal,
    onCheck: (check) => {
      const shown = !flags.quiet || check.status === "failed";
      if (format === undefined && shown) this.print(printableLines(linesOf(check)) + "\n");
    },
  }).catch((error) => {
    if (!(error instanceof Stopped)) throw error;
    throw new CommandError(
      error.exitCode,
      "Stopped. All names that were written have been deleted",
    );
  });
  if (format === "json") this.print(`${jsonText(report)}\n`);
  else if (format === "tap") this.print(toTap(report));
  else if (format === "junit") this.print(toJUnit(report));
  else {
    const { passed, failed, skipped } = report;
    this.print(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
  if (report.leftBehind.length > 0) {
    const typed = `kca delete --service ${service} --prefix ${report.prefix}`;
    throw new CommandError(
      EXIT.failed,
      `Could not delete ${
        counted(report.leftBehind.length, "name")
      }. To delete them, type\n  ${typed}`,
      typed,
    );
  }
  this.exitCode = report.ok ? EXIT.ok : EXIT.failed;
}

/** Why a run was stopped. */
class Stopped extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("stopped by a signal");
    this.exitCode = exitCode;
  }
}

const SIGNALS = { SIGINT: EXIT.cancelled, SIGTERM: 143, SIGHUP: 129 } as const;

/** The first signal stops the run, which then deletes what it wrote; the second ends the process. */
function stopOnSignals({ host }: Context): AbortController {
  const stop = new AbortController();
  for (const [name, exitCode] of Object.entries(SIGNALS)) {
    const signal = name as keyof typeof SIGNALS;
    if (runtime.system === "windows" && signal !== "SIGINT") continue;
    host.onSignal(signal, () => {
      if (stop.signal.aborted) host.endBy(signal);
      else stop.abort(new Stopped(exitCode));
    });
  }
  return stop;
}

const SPELLING =
  "        the JSON is equal, the bytes differ: write no blanks, and the keys in this order";

function sameJson(expected: string, observed: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(expected), JSON.parse(observed));
  } catch {
    return false;
  }
}

function linesOf({ group, name, status, reason, steps }: CheckResult): string {
  if (status === "passed") return `ok    ${group}: ${name}`;
  if (status === "skipped") return `skip  ${group}: ${name} (${reason})`;
  const { sent = "", expected = "", observed = "" } = steps.at(-1) ?? {};
  return [
    `FAIL  ${group}: ${name}`,
    `        sent      ${JSON.stringify(sent)}`,
    `        expected  ${JSON.stringify(expected)}`,
    `        observed  ${JSON.stringify(observed)}`,
    ...(sameJson(expected, observed) ? [SPELLING] : []),
  ].join("\n");
}
