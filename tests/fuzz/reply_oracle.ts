/**
 * What a client may make of a reply, written from how the daemon behaves and not from the library's
 * source: it shares no code with it.
 */
import { type Json, readJson } from "./json_oracle.ts";

/** The request, as far as a reply to it depends on it. */
export interface Asked {
  readonly action: "read" | "search" | "write" | "delete" | "check";
  readonly match: "exact" | "prefix";
  readonly targets: readonly string[];
}

/** A reply that is sound in itself. */
export interface Sound {
  readonly status: "success" | "denied" | "error";
  readonly reason: string | undefined;
  readonly results: readonly { target: string; value: string | undefined }[];
}

/** @returns The reply in a line, or `undefined` when it is none. */
export function readReply(line: Uint8Array): Sound | undefined {
  const reply = readJson(line);
  if (!(reply instanceof Map) || reply.get("type") !== "RESPONSE") return undefined;
  const status = reply.get("status");
  if (status !== "success" && status !== "denied" && status !== "error") return undefined;
  const reason = reply.get("reason");
  if (reason !== undefined && typeof reason !== "string") return undefined;
  // A success has no reason: with one, nobody can say what happened.
  if (status === "success" && reason) return undefined;
  const list = reply.get("results") ?? [];
  if (!Array.isArray(list)) return undefined;
  const results: Sound["results"][number][] = [];
  for (const each of list) {
    const result = readResult(each);
    if (result === undefined) return undefined;
    results.push(result);
  }
  return { status, reason, results };
}

function readResult(result: Json): Sound["results"][number] | undefined {
  if (!(result instanceof Map)) return undefined;
  const target = result.get("target");
  const value = result.get("value");
  const attributes = result.get("attributes");
  if (typeof target !== "string") return undefined;
  if (value !== undefined && typeof value !== "string") return undefined;
  if (attributes !== undefined) {
    if (!(attributes instanceof Map)) return undefined;
    for (const each of attributes.values()) if (typeof each !== "string") return undefined;
  }
  return { target, value };
}

/** Whether a reply that is sound in itself can answer the request. */
export function fits(asked: Asked, { status, results }: Sound, sent: boolean): boolean {
  // What was never sent was never carried out.
  if (!sent && status === "success") return false;
  if (results.length === 0) return true;
  if (status !== "success") return false;
  if (asked.action !== "read" && asked.action !== "search") return false;
  const values = new Map<string, string>();
  for (const { target, value = "" } of results) {
    if (!names(asked, target)) return false;
    // One name has one value.
    if ((values.get(target) ?? value) !== value) return false;
    values.set(target, value);
  }
  return asked.action === "read" || results.every(({ value }) => value === undefined);
}

function names({ action, match, targets }: Asked, name: string): boolean {
  if (action === "search" && targets.length === 0) return true;
  if (action === "read" && match === "exact") return targets.includes(name);
  return targets.some((prefix) => name.slice(0, prefix.length) === prefix);
}
