/**
 * The notation of the table: requests and replies as the bytes on the socket, with placeholders for
 * parts that differ from run to run.
 *
 * @module
 */

import type { ConformanceGroup } from "../types.ts";
import { MAL, OK } from "./replies.ts";

/** What must hold to run a scenario. */
export type Condition =
  /** The service may be read. */
  | "read"
  /** The service may be written to and deleted from. */
  | "write"
  /** The service may be searched. */
  | "search"
  /** The service may be read, but `can_search` is off. */
  | "no search"
  /** The service may not be read. */
  | "no read"
  /** The service may not be written to. */
  | "no write"
  /** A service that is not listed is denied. */
  | "policy"
  /** The service's name has letters. */
  | "letters"
  /** The daemon does not know this executable. */
  | "unregistered"
  /** The connection is a Unix socket. */
  | "unix";

/**
 * One line and the line that answers it, without line feeds. In both, `@` stands for the scenario's
 * own prefix, `$` for the service, `^` for the service in the other case, and `~` for a service
 * that is not listed.
 */
export interface Exchange {
  readonly send: string | Uint8Array;
  readonly reply: string;
  /** Whether the daemon closes the connection after it. */
  readonly closes?: boolean;
  /** Whether the results come in random order; those outside the prefix do not count. */
  readonly shuffled?: boolean;
}

/** One fact of the daemon, as a separate conversation. */
export interface Scenario {
  readonly group: ConformanceGroup;
  /** The fact, in words. */
  readonly name: string;
  readonly needs: readonly Condition[];
  readonly exchanges: readonly Exchange[];
}

/** The values of the placeholders. */
export interface Names {
  readonly prefix: string;
  readonly service: string;
  readonly unlisted: string;
}

/** A request to the service with these members. */
export const ask = (members: string): string => `{"type":"REQUEST","service":"$",${members}}`;
/** Such a request and its reply. */
export const then = (members: string, reply: string): Exchange => ({ send: ask(members), reply });
/** A line and its reply. */
export const raw = (send: string, reply: string): Exchange => ({ send, reply });
/** A line that cannot be decoded: refused, and the connection closed. */
export const spoilt = (send: string | Uint8Array): Exchange => ({ send, reply: MAL, closes: true });
/** A request whose results come in random order. */
export const shuffled = (members: string, reply: string): Exchange => ({
  send: ask(members),
  reply,
  shuffled: true,
});
/** Writes `a`, `b` and `c` with the values 1, 2 and 3. */
export const WRITE_ABC: Exchange = then(
  '"action":"write","targets":["@a","@b","@c"],"values":["1","2","3"]',
  OK,
);
/** Writes `p:x`, `p:y` and `q` with the values 4, 5 and 6. */
export const WRITE_PPQ: Exchange = then(
  '"action":"write","targets":["@p:x","@p:y","@q"],"values":["4","5","6"]',
  OK,
);
/** One result. */
export const hit = (target: string, value?: string): string =>
  value === undefined ? `{"target":"@${target}"}` : `{"target":"@${target}","value":"${value}"}`;

/** The bytes of a line. */
export function bytesOf(send: string | Uint8Array, names: Names): Uint8Array<ArrayBuffer> {
  const text = typeof send === "string" ? latin1Of(new TextEncoder().encode(send)) : latin1Of(send);
  return toBytes(fill(text, names));
}

/**
 * A line or reply with its placeholders filled in, each byte as one character, so that invalid
 * UTF-8 differs from U+FFFD.
 */
export function filled(text: string, names: Names): string {
  return fill(latin1Of(new TextEncoder().encode(text)), names);
}

function fill(text: string, { prefix, service, unlisted }: Names): string {
  const texts: Record<string, string> = {
    "@": prefix,
    "$": service,
    "^": otherCase(service),
    "~": unlisted,
  };
  return text.replace(
    /[@$^~]/g,
    (mark) => latin1Of(new TextEncoder().encode(JSON.stringify(texts[mark]).slice(1, -1))),
  );
}

/** A name that differs in the case of its letters only, or the same name when it has none. */
export function otherCase(name: string): string {
  const lower = name.toLowerCase();
  return lower === name ? name.toUpperCase() : lower;
}

/** Bytes as text, one character each. */
export function latin1Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

/** The bytes of such a text. */
export function toBytes(latin1: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(latin1.length);
  for (let at = 0; at < latin1.length; at++) bytes[at] = latin1.charCodeAt(at);
  return bytes;
}
