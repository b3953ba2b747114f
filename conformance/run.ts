import { chooseEndpoint } from "../src/client/endpoint.ts";
import { env } from "../src/runtime.ts";
import { forbidReal } from "../connect/forbid_real.ts";
import { systemError } from "../net/node_errors.ts";
import { runtimeSystem } from "../net/system.ts";
import { machineOf } from "../connect/remedies/machine.ts";
import { reasonOf } from "../connect/remedies/unreachable.ts";
import { now } from "../src/clock.ts";
import { DaemonUnavailableError } from "../src/errors/unavailable.ts";
import { Bench, Mismatch } from "./bench.ts";
import type { Check } from "./checks/check.ts";
import { checks } from "./checks/mod.ts";
import { cleanUp } from "./cleanup.ts";
import { type Conditions, findConditions, missing } from "./conditions.ts";
import { type ConformanceSettings, settingsOf } from "./options.ts";
import { type Names, otherCase } from "./table/exchange.ts";
import type { CheckResult, ConformanceOptions, ConformanceReport } from "./types.ts";
import { Wire } from "./wire.ts";

/**
 * Checks everything that a client may rely on in a daemon, byte for byte, over its own raw
 * connections.
 *
 * It works with any daemon and any permissions of this executable: checks that it may not run are
 * skipped, and the report says why. Every name that it writes begins with a random prefix, and is
 * deleted at the end, even after a failure and when the signal aborts. The daemon records each
 * request in its audit log.
 *
 * @param options The daemon's endpoint, the service to use, and the checks to run.
 * @returns The outcome of every check.
 * @throws {InvalidRequestError} When an option is unknown or invalid.
 * @throws {DaemonUnavailableError} When no endpoint could be connected to.
 * @throws {unknown} The signal's reason, once what was written is deleted.
 * @throws {Error} When it was stopped and could not delete what it wrote; the reason is its cause.
 *
 * @example
 * ```ts
 * import { runConformance } from "@keychain-auth/client/conformance";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const report = await runConformance({ endpoint: daemon.endpoint, service: "Conformance" });
 * console.log(report.ok, report.failed); // true 0
 * for (const { name, status, steps } of report.checks) {
 *   if (status === "failed") console.log(name, steps.at(-1));
 * }
 * ```
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const settings = settingsOf(options);
  settings.signal?.throwIfAborted();
  if (env("KEYCHAIN_AUTH_FORBID_REAL") === "1") forbidReal(settings.endpoints, new Error());
  const started = now();
  const names = newNames(settings.service);
  const { endpoint, wire } = await firstAnswering(settings);
  const bench = new Bench({ ...settings, endpoint }, names, wire);
  const results: CheckResult[] = [];
  let conditions: Conditions;
  let leftBehind: string[] = [];
  let stopped: { reason: unknown } | undefined;
  try {
    conditions = await findConditions(bench);
    for (const check of checksToRun(settings, conditions)) {
      settings.signal?.throwIfAborted();
      bench.names = { ...names, prefix: `${names.prefix}${results.length}:` };
      const result = await runCheck(check, bench, conditions, settings);
      results.push(result);
      settings.onCheck?.(result);
    }
  } catch (reason) {
    stopped = { reason };
  } finally {
    await bench.drop();
    await bench.tidy();
    // Nothing is written to a service that is not listed, unless the daemon is faulty.
    const others = results.some(({ group, status }) => group === "policy" && status === "failed")
      ? othersThan(names)
      : [];
    leftBehind = await cleanUp(bench, [settings.service, ...others]);
  }
  if (stopped !== undefined) {
    if (leftBehind.length === 0) throw stopped.reason;
    const what = `${leftBehind.length} names that begin with "${names.prefix}"`;
    throw new Error(`Stopped, and could not delete ${what}`, { cause: stopped.reason });
  }
  const count = (wanted: CheckResult["status"]): number =>
    results.filter(({ status }) => status === wanted).length;
  const [passed, failed, skipped] = [count("passed"), count("failed"), count("skipped")];
  return {
    endpoint,
    service: settings.service,
    prefix: names.prefix,
    permissions: conditions!.permissions,
    ok: passed > 0 && failed === 0 && leftBehind.length === 0,
    passed,
    failed,
    skipped,
    duration: now() - started,
    checks: results,
    leftBehind,
  };
}

/** Other services that checks have used. */
function othersThan({ service, unlisted }: Names): string[] {
  return [unlisted, service + unlisted, unlisted + service, otherCase(service), "*"];
}

function newNames(service: string): Names {
  const random = crypto.getRandomValues(new Uint8Array(6));
  const id = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    prefix: `kca-conformance-${id}:`,
    service,
    unlisted: `kca-conformance-unlisted-${id}`,
  };
}

/** Connects to the first endpoint that accepts a connection. */
async function firstAnswering(
  settings: ConformanceSettings,
): Promise<{ endpoint: string; wire: Wire }> {
  const { timeout, signal } = settings;
  const tried = [];
  for (const endpoint of chooseEndpoint(settings.endpoints, runtimeSystem.exists)) {
    try {
      return { endpoint, wire: await Wire.open(endpoint, timeout, signal) };
    } catch (cause) {
      signal?.throwIfAborted();
      const { code } = systemError("connect", cause);
      tried.push({
        endpoint,
        error: code,
        reason: reasonOf(endpoint, code, machineOf(runtimeSystem)),
      });
    }
  }
  throw new DaemonUnavailableError(tried);
}

function checksToRun(settings: ConformanceSettings, conditions: Conditions): Check[] {
  const { groups, only, slow, require } = settings;
  const chosen = checks.filter((check) =>
    groups.includes(check.group) && check.name.includes(only) && (slow || !check.slow)
  );
  const { unanswered, permissions } = conditions;
  const first: Check[] = unanswered === undefined ? [] : [{
    group: "lifetime",
    name: "the daemon answers this caller",
    needs: [],
    run: (bench) => Promise.resolve(bench.expect("six requests", "six replies", unanswered)),
  }];
  const required = require.map((permission): Check => ({
    group: "policy",
    name: `this caller has what the run requires: ${permission}`,
    needs: [],
    run: (bench) =>
      Promise.resolve(
        bench.expect(
          "requests that need it",
          permission,
          permissions.includes(permission) ? permission : `no ${permission}`,
        ),
      ),
  }));
  return [...first, ...required, ...chosen];
}

async function runCheck(
  check: Check,
  bench: Bench,
  conditions: Conditions,
  { service }: ConformanceSettings,
): Promise<CheckResult> {
  const { group, name } = check;
  const reason = whyNot(check, conditions, service);
  if (reason !== undefined) {
    return { group, name, status: "skipped", reason, steps: [], duration: 0 };
  }
  const started = now();
  bench.steps = [];
  let status: CheckResult["status"] = "passed";
  try {
    await check.run(bench);
  } catch (error) {
    bench.settings.signal?.throwIfAborted();
    status = "failed";
    await bench.drop();
    if (!(error instanceof Mismatch)) {
      const { message } = error as Error;
      bench.steps.push({ sent: "", expected: "a connection", observed: `[${message}]` });
    }
  } finally {
    await bench.tidy();
  }
  return { group, name, status, steps: bench.steps, duration: now() - started };
}

function whyNot(check: Check, conditions: Conditions, service: string): string | undefined {
  const { holds, unanswered } = conditions;
  if (unanswered !== undefined) {
    return check.name === "the daemon answers this caller"
      ? undefined
      : "the daemon did not answer";
  }
  const known = !holds.has("unregistered");
  if (!known && !check.needs.includes("unregistered") && !check.name.startsWith("this caller")) {
    return "the daemon does not know this executable";
  }
  const lacking = check.needs.find((condition) => !holds.has(condition));
  return lacking && missing(lacking, service);
}
