/**
 * The flags that commands have in common.
 *
 * @module
 */

import type { SwitchFlag, ValueFlag } from "./command_line/command.ts";

/** Which daemon and service to use, and how. */
export interface CommonFlags {
  readonly service?: string;
  readonly socket?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly quiet: boolean;
  readonly json: boolean;
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** @returns Milliseconds from `500ms`, `5s` or `2m`. */
function parseTimeout(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (number !== "" && unit === "") {
    throw new RangeError("it has no unit; write ms, s or m after the number, such as 500ms or 5s");
  }
  const timeout = Number(number) * MILLISECONDS[unit]!;
  if (!(timeout > 0 && timeout <= 2_147_483_647)) {
    throw new RangeError("give a number with ms, s or m, such as 500ms, 5s or 2m");
  }
  return timeout;
}

export const serviceFlag: ValueFlag = {
  kind: "value",
  value: "SERVICE",
  about: "Service of the secrets. Default: KEYCHAIN_AUTH_SERVICE",
};

export const jsonFlag: SwitchFlag = { kind: "switch", about: "Print output and errors as JSON" };

export const connectionFlags = {
  socket: {
    kind: "value",
    value: "PATH",
    about: "Socket or pipe of the daemon. Default: KEYCHAIN_AUTH_SOCKET, else the usual places",
  },
  timeout: {
    kind: "value",
    value: "TIME",
    about: "Longest wait for each request: 500ms, 5s, 2m. Default: as the request needs",
    parse: parseTimeout,
  },
  quiet: { kind: "switch", about: "Print only errors to stderr" },
  json: jsonFlag,
} as const satisfies Readonly<Record<string, SwitchFlag | ValueFlag>>;

export const commonFlags = { service: serviceFlag, ...connectionFlags } as const;

export const prefixFlag: ValueFlag = {
  kind: "value",
  value: "PREFIX",
  about: "Prefix to put before every name",
};

export const outFileFlag: ValueFlag = {
  kind: "value",
  value: "FILE",
  about: "Write to a file that only you may read (mode 0600)",
};

export const allowNameFlag: ValueFlag = {
  kind: "value",
  value: "A,B",
  list: true,
  about: "Accept these names from a prefix although they change what programs run, such as PATH",
};
