/** Identifies callers, and decides by the daemon's rules what they may do. */
import type { Socket } from "node:net";
import type { Envelope } from "../envelope.ts";
import { debug } from "../../src/runtime.ts";
import { INTERNAL, UNREGISTERED } from "../replies.ts";
import type { DaemonPolicy } from "../types.ts";
import { AuditLog } from "./audit.ts";
import {
  type DaemonConfig,
  findByHash,
  findByPath,
  loadConfig,
  type RegisteredBinary,
  saveConfig,
} from "./config.ts";
import { openPeerLookup, type PeerLookup } from "./peer_process.ts";
import { PendingList } from "./pending.ts";
import { type CallingProgram, commandLineOf, programOf } from "./program.ts";
import { findSigner } from "./signature.ts";

/** The decision on one connection. */
export interface Decision {
  /** What the caller may do on this connection. Absent: the connection ends. */
  readonly policy?: DaemonPolicy;
  /** Sent before the connection ends. */
  readonly reply?: string;
  /** Records a request of an accepted caller. */
  record?(request: Envelope | undefined, reply: string): void;
}

/** Identifies callers and looks them up in a configuration, which is read for each of them. */
export class Authenticator {
  readonly #config: string;
  readonly #peers: PeerLookup;
  readonly #pending: PendingList;
  readonly #audit: AuditLog;

  private constructor(config: string, peers: PeerLookup) {
    this.#config = config;
    this.#peers = peers;
    this.#pending = new PendingList(config);
    this.#audit = new AuditLog(config);
  }

  /**
   * @param config The configuration's path.
   * @throws {Error} When callers cannot be identified here, or the audit log cannot be written.
   */
  static async open(config: string): Promise<Authenticator> {
    const peers = await openPeerLookup();
    try {
      return new Authenticator(config, peers);
    } catch (error) {
      peers.close();
      throw error;
    }
  }

  /** Never rejects: a caller that cannot be identified is disconnected without a reply. */
  async authenticate(socket: Socket): Promise<Decision> {
    try {
      const pid = await this.#peers.processOf(socket);
      if (pid === undefined) return {};
      const program = await programOf(pid);
      return this.#decide(program, await commandLineOf(pid));
    } catch (error) {
      debug(`disconnected a caller that could not be identified: ${(error as Error).message}`);
      return {};
    }
  }

  close(): void {
    this.#peers.close();
    this.#audit.close();
  }

  #decide(program: CallingProgram, commandLine: string[]): Decision {
    let config: DaemonConfig;
    try {
      config = loadConfig(this.#config);
    } catch {
      this.#audit.connection(program, "ERROR", "internal_error");
      return { reply: INTERNAL };
    }
    const entry = registered(config, program) ?? this.#acceptSigned(config, program);
    if (entry === undefined) {
      this.#pending.add(program.path, program.hash, commandLine);
      this.#audit.connection(program, "DENIED", "unregistered_binary_pending_approval");
      return { reply: UNREGISTERED };
    }
    this.#audit.connection(program, "ACCEPTED");
    return {
      policy: entry,
      record: (request, reply) => {
        if (request !== undefined) this.#audit.request(program, request, reply);
      },
    };
  }

  /**
   * Registers a program that a trusted key has signed; an existing entry of its path only gets the
   * new hash.
   */
  #acceptSigned(
    config: DaemonConfig,
    { path, hash }: CallingProgram,
  ): RegisteredBinary | undefined {
    const keys = config.trusted_signers.map((signer) => signer.public_key);
    const signer = config.trusted_signers[findSigner(path, keys)];
    if (signer === undefined) return undefined;
    let entry = findByPath(config, path);
    if (entry === undefined) {
      entry = {
        path,
        hash,
        registered_at: new Date().toISOString().replace(/\.\d+/, ""),
        allowed_read_services: [signer.service],
        allowed_write_services: [signer.service],
        can_search: true,
      };
      config.registered_binaries.push(entry);
    }
    entry.hash = hash;
    saveConfig(this.#config, config);
    return entry;
  }
}

/** The first entry with the hash counts, and must have exactly the path. */
function registered(
  config: DaemonConfig,
  { path, hash }: CallingProgram,
): RegisteredBinary | undefined {
  const entry = findByHash(config, hash);
  return entry?.path === path ? entry : undefined;
}
