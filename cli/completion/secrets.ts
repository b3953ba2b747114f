/**
 * Names of secrets for completion, from the daemon. Never their values, and nothing when it does
 * not answer at once: whoever presses TAB waits.
 *
 * @module
 */

import { connect } from "../connect.ts";

/** Milliseconds for connecting and asking. */
const PATIENCE = 250;

/** What no shell takes for anything else than a part of a word, and kca not for a flag. */
const SAFE = /^(?!-)[A-Za-z0-9_.:\/@%+=,-]+$/;

/** Whom to ask. */
export interface Where {
  readonly service: string | undefined;
  readonly socket: string | undefined;
}

/**
 * Finds names of secrets.
 *
 * @param where Whom to ask.
 * @param prefix What stands before each name and is left out of it.
 * @param typed How they begin.
 */
export async function names(where: Where, prefix: string, typed: string): Promise<string[]> {
  const found = await search(where, prefix + typed);
  return found.map((name) => name.slice(prefix.length)).filter((name) => SAFE.test(name));
}

/** Finds what names begin with, up to the next `:` or `/`. */
export async function prefixes(where: Where, typed: string): Promise<string[]> {
  const found = await names(where, "", typed);
  const cut = found.map((name) => {
    const length = name.slice(typed.length).search(/[:\/]/);
    return length < 0 ? name : name.slice(0, typed.length + length + 1);
  });
  return [...new Set(cut)];
}

async function search({ service, socket }: Where, prefix: string): Promise<string[]> {
  if (service === undefined) return [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE);
  });
  try {
    return await Promise.race([late, ask(service, socket, prefix)]);
  } catch {
    return []; // There is no place for it to be told.
  } finally {
    clearTimeout(timer);
  }
}

async function ask(
  service: string,
  socket: string | undefined,
  prefix: string,
): Promise<string[]> {
  const limits = { timeout: PATIENCE, connectTimeout: PATIENCE };
  const client = await connect({ ...limits, ...(socket !== undefined && { endpoint: socket }) });
  try {
    return await client.service(service).search(prefix);
  } finally {
    void client.close();
  }
}
