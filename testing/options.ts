import { resolve } from "node:path";
import type { DaemonOptions, DaemonPolicy, FaultName, FaultOptions } from "./types.ts";

/** The options with every default filled in. */
export interface DaemonSettings {
  readonly endpoint: string | undefined;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly policy: DaemonPolicy | undefined;
  readonly config: string | undefined;
  readonly registered: boolean;
  readonly faults: readonly (readonly [name: FaultName, options: FaultOptions])[];
  readonly idleTimeout: number;
  readonly maxConnections: number;
  readonly shutdownTimeout: number;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} When an option has the wrong type.
 * @throws {RangeError} When a number is out of range.
 */
export function readOptions(options: DaemonOptions): DaemonSettings {
  const { endpoint, secrets = {}, policy, config, registered = true } = options;
  if (endpoint !== undefined && (typeof endpoint !== "string" || endpoint === "")) {
    throw new TypeError("Option endpoint must be a path that is not empty");
  }
  if (config !== undefined) {
    if (typeof config !== "string" || config === "") {
      throw new TypeError("Option config must be a path that is not empty");
    }
    if (policy !== undefined || options.registered !== undefined) {
      throw new TypeError("Option config cannot be combined with policy or registered");
    }
  }
  if (typeof registered !== "boolean") throw new TypeError("Option registered must be a boolean");
  checkSecrets(secrets);
  if (policy !== undefined) checkPolicy(policy);
  return {
    endpoint,
    secrets,
    policy,
    config: config === undefined ? undefined : resolve(config),
    registered,
    faults: faultsOf(options.faults ?? []),
    idleTimeout: duration("idleTimeout", options.idleTimeout ?? 30_000, 1),
    maxConnections: count("maxConnections", options.maxConnections ?? 64),
    shutdownTimeout: duration("shutdownTimeout", options.shutdownTimeout ?? 100, 0),
  };
}

function checkSecrets(secrets: unknown): void {
  if (!isRecord(secrets)) throw new TypeError("Option secrets must be an object of services");
  for (const [service, entries] of Object.entries(secrets)) {
    if (!isRecord(entries)) {
      throw new TypeError(`Option secrets must hold an object for service "${service}"`);
    }
    for (const [target, value] of Object.entries(entries)) {
      // The message names only the target, because a value must never reach an error.
      if (typeof value !== "string") {
        throw new TypeError(`Option secrets must hold strings, "${target}" is not one`);
      }
    }
  }
}

function checkPolicy(policy: unknown): void {
  if (!isRecord(policy)) throw new TypeError("Option policy must be an object");
  for (const key of ["allowed_read_services", "allowed_write_services"]) {
    const list = policy[key];
    if (!Array.isArray(list) || !areStrings(list)) {
      throw new TypeError(`Option policy.${key} must be an array of service names`);
    }
  }
  if (typeof policy.can_search !== "boolean") {
    throw new TypeError("Option policy.can_search must be a boolean");
  }
}

function faultsOf(faults: unknown): [FaultName, FaultOptions][] {
  if (!Array.isArray(faults)) throw new TypeError("Option faults must be an array of faults");
  // Their names and options are checked where they begin.
  const list: [FaultName, FaultOptions][] = [];
  for (const fault of faults) list.push(faultOf(fault));
  return list;
}

function faultOf(fault: unknown): [FaultName, FaultOptions] {
  if (typeof fault === "string") return [fault as FaultName, {}];
  if (!isRecord(fault)) {
    throw new TypeError("Option faults must hold names or objects with a name");
  }
  const { name, ...rest } = fault;
  return [name as FaultName, rest];
}

/** A loop stops at the first hole; `every()` would go through all holes of a sparse array. */
function areStrings(list: readonly unknown[]): boolean {
  for (const item of list) if (typeof item !== "string") return false;
  return true;
}

function duration(name: string, value: unknown, least: number): number {
  if (typeof value !== "number") throw new TypeError(`Option ${name} must be a number`);
  if (!(value >= least)) throw new RangeError(`Option ${name} must be at least ${least} ms`);
  return value;
}

function count(name: string, value: unknown): number {
  if (typeof value !== "number") throw new TypeError(`Option ${name} must be a number`);
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`Option ${name} must be a whole number of at least 1`);
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
