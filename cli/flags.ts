/**
 * The flags that commands have in common.
 *
 * @module
 */

import type { Context } from "./context.ts";

/** Where to ask and how. */
export interface CommonFlags {
  readonly service?: string;
  readonly socket?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly quiet: boolean;
}

const MILLISECONDS: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1_000, m: 60_000 };

/** @returns Milliseconds from `5000`, `500ms`, `5s` or `2m`. */
export function parseTimeout(this: Context, text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  const timeout = Number(number) * MILLISECONDS[unit]!;
  if (number === "" || !(timeout > 0 && timeout <= 2_147_483_647)) {
    throw new RangeError("give milliseconds, or a number with ms, s or m, such as 5s");
  }
  return timeout;
}

/** @returns What a flag is typed as: `env-file` for `envFile`. */
export function kebab(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Gives a text as it is. */
export const text = (input: string): string => input;

export const serviceFlag = {
  kind: "parsed",
  parse: text,
  optional: true,
  placeholder: "name",
  brief: "Service whose secrets are meant; else KEYCHAIN_AUTH_SERVICE",
} as const;

export const connectionFlags = {
  socket: {
    kind: "parsed",
    parse: text,
    optional: true,
    placeholder: "path",
    brief: "Socket or pipe of the daemon; else KEYCHAIN_AUTH_SOCKET, else where it listens",
  },
  timeout: {
    kind: "parsed",
    parse: parseTimeout,
    optional: true,
    placeholder: "time",
    brief: "Longest wait for each request: 500ms, 5s, 2m; else as long as it needs",
  },
  quiet: {
    kind: "boolean",
    default: false,
    withNegated: false,
    brief: "Say nothing on stderr but errors",
  },
} as const;

export const commonFlags = { service: serviceFlag, ...connectionFlags } as const;

export const jsonFlag = {
  kind: "boolean",
  default: false,
  withNegated: false,
  brief: "Print JSON",
} as const;

export const prefixFlag = {
  kind: "parsed",
  parse: text,
  optional: true,
  placeholder: "prefix",
  brief: "Put before every name",
} as const;

export const yesFlag = {
  kind: "boolean",
  default: false,
  withNegated: false,
  brief: "Do not ask",
} as const;
