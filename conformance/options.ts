/**
 * The options of a run, checked and with their defaults.
 *
 * @module
 */

import { InvalidRequestError } from "../src/errors/request.ts";
import { endpointCandidates } from "../src/client/endpoint.ts";
import { env, runtime } from "../src/runtime.ts";
import type {
  CheckResult,
  ConformanceGroup,
  ConformanceOptions,
  ConformancePermission,
} from "./types.ts";

/** Every group, in the order of a run. */
export const GROUPS: readonly ConformanceGroup[] = ["protocol", "policy", "limits", "lifetime"];
const PERMISSIONS: readonly string[] = ["read", "write", "search", "policy"];
const OPTIONS: readonly (keyof ConformanceOptions)[] = [
  "endpoint",
  "service",
  "groups",
  "only",
  "slow",
  "idleTimeout",
  "maxConnections",
  "require",
  "timeout",
  "signal",
  "onCheck",
];

/** The options with every default filled in. */
export interface ConformanceSettings {
  /** Where the daemon may listen. */
  readonly endpoints: readonly string[];
  readonly service: string;
  readonly groups: readonly ConformanceGroup[];
  readonly only: string;
  readonly slow: boolean;
  readonly idleTimeout: number;
  readonly maxConnections: number;
  readonly require: readonly ConformancePermission[];
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly onCheck: ((result: CheckResult) => void) | undefined;
}

/** @throws {InvalidRequestError} Naming the option that is unknown or invalid. */
export function settingsOf(options: ConformanceOptions): ConformanceSettings {
  if (typeof options !== "object" || options === null) {
    throw new InvalidRequestError("options", "expected an object with a service");
  }
  for (const name of Object.keys(options)) {
    if (!(OPTIONS as readonly string[]).includes(name)) {
      throw new InvalidRequestError(name, "unknown option");
    }
  }
  const { endpoint, service, only = "", slow = false, signal, onCheck } = options;
  if (typeof service !== "string" || service === "") {
    throw new InvalidRequestError("service", "expected the name of a service");
  }
  if (service.includes(":")) {
    throw new InvalidRequestError("service", 'the daemon uses ":" to separate service and name');
  }
  if (typeof only !== "string") throw new InvalidRequestError("only", "expected a text");
  if (typeof slow !== "boolean") throw new InvalidRequestError("slow", "expected a boolean");
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidRequestError("signal", "expected an AbortSignal");
  }
  if (onCheck !== undefined && typeof onCheck !== "function") {
    throw new InvalidRequestError("onCheck", "expected a function");
  }
  return {
    endpoints: endpointCandidates(endpoint, { system: runtime.system, env }),
    service,
    groups: someOf("groups", options.groups ?? GROUPS, GROUPS) as ConformanceGroup[],
    only,
    slow,
    idleTimeout: number("idleTimeout", options.idleTimeout ?? 30_000, 600_000),
    maxConnections: number("maxConnections", options.maxConnections ?? 64, 10_000),
    require: someOf("require", options.require ?? [], PERMISSIONS) as ConformancePermission[],
    timeout: number("timeout", options.timeout ?? 30_000, 600_000),
    signal,
    onCheck,
  };
}

function someOf(name: string, list: unknown, allowed: readonly string[]): string[] {
  if (Array.isArray(list) && list.every((item) => allowed.includes(item))) return list;
  throw new InvalidRequestError(name, `expected a list of ${allowed.join(", ")}`);
}

function number(name: string, value: unknown, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) {
    return value as number;
  }
  throw new InvalidRequestError(name, `expected a whole number from 1 to ${most}`);
}
