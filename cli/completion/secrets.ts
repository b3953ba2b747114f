/**
 * Names of secrets for completion, from the daemon. Never their values, and nothing when the daemon
 * does not answer at once, because the user waits after pressing TAB.
 *
 * @module
 */

import { now } from "../../src/clock.ts";
import { connect } from "../connect.ts";

/**
 * Milliseconds from the start of the process within which the names are shown, unless the command
 * line has `--timeout`.
 */
const SHOWN_WITHIN = 280;
/** What the daemon gets all the same on a machine that takes long to start kca. */
const LEAST = 100;

/** Text that is a part of a word for every shell, and not a flag for kca. */
const SAFE = /^(?!-)[A-Za-z0-9_.:\/@%+=,-]+$/;

/** The daemon and the service to ask. */
export interface Where {
  readonly service: string | undefined;
  readonly socket: string | undefined;
  /** Milliseconds that it may take. */
  readonly timeout: number | undefined;
}

/**
 * Finds names of secrets.
 *
 * @param where The daemon and the service to ask.
 * @param prefix The prefix that is removed from each name.
 * @param typed The beginning of the names.
 */
export async function names(where: Where, prefix: string, typed: string): Promise<string[]> {
  const found = await search(where, prefix + typed);
  return found.map((name) => name.slice(prefix.length)).filter((name) => SAFE.test(name));
}

/** Finds prefixes of names, up to the next `:` or `/`. */
export async function prefixes(where: Where, typed: string): Promise<string[]> {
  const found = await names(where, "", typed);
  const cut = found.map((name) => {
    const length = name.slice(typed.length).search(/[:\/]/);
    return length < 0 ? name : name.slice(0, typed.length + length + 1);
  });
  return [...new Set(cut)];
}

async function search(
  { service, socket, timeout = Math.max(LEAST, SHOWN_WITHIN - now()) }: Where,
  prefix: string,
): Promise<string[]> {
  if (service === undefined) return [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), timeout);
  });
  try {
    return await Promise.race([late, ask(service, socket, timeout, prefix)]);
  } catch {
    return []; // There is no place for it to be told.
  } finally {
    clearTimeout(timer);
  }
}

async function ask(
  service: string,
  socket: string | undefined,
  timeout: number,
  prefix: string,
): Promise<string[]> {
  const limits = { timeout, connectTimeout: timeout };
  const client = await connect({ ...limits, ...(socket !== undefined && { endpoint: socket }) });
  try {
    return await client.service(service).search(prefix);
  } finally {
    void client.close();
  }
}
