/** The record of connections and requests, next to the configuration. Contains no values. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Envelope } from "../envelope.ts";
import type { CallingProgram } from "./program.ts";

/** The daemon's words for the outcome of a connection or a request. */
export type AuditResult = "ACCEPTED" | "GRANTED" | "DENIED" | "ERROR";

/** A file to which each event adds a line. */
export class AuditLog {
  // Undefined once it is closed, because its number may be reused.
  #file: number | undefined;

  /** @param config The configuration's path. @throws {Error} When the file cannot be written. */
  constructor(config: string) {
    mkdirSync(dirname(config), { recursive: true, mode: 0o700 });
    this.#file = openSync(join(dirname(config), "audit.log"), "a", 0o600);
  }

  /** Records how a connection began. */
  connection(program: CallingProgram, result: AuditResult, reason?: string): void {
    this.#write("connect", program, {}, result, reason);
  }

  /** Records a request and its reply. */
  request(program: CallingProgram, { action, service, targets }: Envelope, reply: string): void {
    // The beginning of a reply contains the outcome; the rest may be long.
    const { status, reason }: { status: string; reason?: string } =
      reply.startsWith('{"type":"RESPONSE","status":"success"')
        ? { status: "granted" }
        : JSON.parse(reply);
    this.#write(action, program, { service, targets }, status.toUpperCase() as AuditResult, reason);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(
    action: string,
    { pid, path, hash }: CallingProgram,
    what: { service?: string; targets?: readonly string[] },
    result: AuditResult,
    reason: string | undefined,
  ): void {
    if (this.#file === undefined) return;
    const event = {
      timestamp: new Date().toISOString(),
      action,
      pid,
      binary_path: path,
      binary_hash: hash,
      ...what,
      result,
      reason,
    };
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
  }
}
