/**
 * The node transport: node:net, which every runtime has, on Unix sockets and on Windows pipes.
 *
 * @module
 */

import type { Socket } from "node:net";
import { type Deadline, nextTurn, now, setTimer } from "../src/clock.ts";
import { PermissionError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";
import {
  type Connection,
  type PeerCredentials,
  SystemCallError,
  type Transport,
} from "../src/transport.ts";
import { missingFlags } from "./deno_flags.ts";
import { codeOf, systemError } from "./node_errors.ts";
import { openSocket } from "./node_open.ts";
import { HIGH_WATER, ReceivedChunks } from "../src/received_chunks.ts";
import { openTrusted } from "./socket_path.ts";
import { StuckWrite } from "./stuck_write.ts";

/** For this time after a write, in ms, the next needs no check of the socket by the event loop. */
const STALE = 20;
/** The kernel accepts a write up to this size completely or not at all. */
const ATOMIC = 16 * 1024;

/** node:net, for every runtime and system. */
export const nodeTransport: Transport = {
  name: "node",
  peerSource: "file",
  available: () => true,
  async connect(endpoint, deadline, trust) {
    const what = `connecting to ${endpoint}`;
    // Checked first, because Deno would prompt otherwise.
    const flags = missingFlags(endpoint, trust?.check);
    if (flags !== undefined) throw new PermissionError(what, [flags]);
    try {
      return await openTrusted(endpoint, () => connectNet(endpoint, deadline), trust);
    } catch (error) {
      // Node's permission model.
      const refused = error instanceof SystemCallError && error.code === "ERR_ACCESS_DENIED";
      throw refused ? new PermissionError(what, [["--allow-net"]], { cause: error }) : error;
    }
  },
};

/** Received bytes: node:net pushes, the client pulls. */
class Inbox {
  /** Bytes that arrived while no read waited. */
  readonly chunks = new ReceivedChunks();
  /** Receives bytes; replaced once there is a connection. */
  arrived = (bytes: Uint8Array): void => this.chunks.push(bytes.slice());
}

/** A read that waits for bytes. */
interface Reader {
  readonly into: Uint8Array;
  resolve(count: number): void;
  reject(error: unknown): void;
}

class NetConnection implements Connection {
  readonly #socket: Socket;
  peer: PeerCredentials | undefined;
  readonly #chunks: ReceivedChunks;
  #ended: boolean;
  #error: Error | undefined;
  // Also before the first write, because a daemon may already have denied and closed.
  #wrote = -Infinity;
  #reader: Reader | undefined;
  readonly #stuck = new StuckWrite(() => this.#socket.destroy());

  constructor(socket: Socket, inbox: Inbox) {
    this.#socket = socket;
    this.#chunks = inbox.chunks;
    this.#ended = socket.destroyed;
    inbox.arrived = (bytes) => this.#arrived(bytes);
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    socket.on("error", (error: Error) => {
      this.#error ??= error;
      this.#end();
    });
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#take(into) ?? this.#readLater(into);
  }

  write(bytes: Uint8Array): void | Promise<void> {
    const waiting = this.#write(bytes);
    return waiting && this.#stuck.watch(waiting);
  }

  /** The event loop reads a new socket only in its next turn: on Deno, between two timers. */
  catchUp(): Promise<void> | undefined {
    if (now() - this.#wrote <= STALE) return undefined;
    const next = runtime.name === "deno" ? (done: () => void) => void setTimer(done, 0) : nextTurn;
    return new Promise((resolve) => next(() => next(resolve)));
  }

  quiet(): boolean {
    return this.#chunks.size === 0 && !this.#ended;
  }

  close(): void {
    this.#chunks.wipe();
    this.#end();
    this.#socket.destroy();
  }

  ref(): void {
    this.#stuck.hold(true);
    this.#socket.ref();
  }

  unref(): void {
    this.#stuck.hold(false);
    this.#socket.unref();
  }

  /** A waiting read gets the bytes without another copy. It has already taken all older bytes. */
  #arrived(bytes: Uint8Array): void {
    const reader = this.#reader;
    this.#reader = undefined;
    const part = bytes.subarray(0, reader?.into.length ?? 0);
    reader?.into.set(part);
    reader?.resolve(part.length);
    if (part.length === bytes.length) return;
    this.#chunks.push(bytes.slice(part.length));
    if (this.#chunks.size > HIGH_WATER) this.#socket.pause();
  }

  #end(): void {
    this.#ended = true;
    const reader = this.#reader;
    this.#reader = undefined;
    try {
      reader?.resolve(this.#take(reader.into)!);
    } catch (error) {
      reader?.reject(error);
    }
  }

  /** @returns `undefined` when nothing has arrived yet. */
  #take(into: Uint8Array): number | undefined {
    const taken = this.#chunks.take(into);
    if (taken === undefined) {
      if (!this.#ended) return undefined;
      if (this.#error) throw systemError("read", this.#error);
      return 0;
    }
    if (this.#chunks.size === 0 && this.#socket.isPaused()) this.#socket.resume();
    return taken;
  }

  #readLater(into: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => this.#reader = { into, resolve, reject });
  }

  #write(bytes: Uint8Array): void | Promise<void> {
    this.#wrote = now();
    if (!this.#socket.writable) throw new SystemCallError("write", "EPIPE", 0);
    let outcome: Error | null | undefined;
    let finish: ((error: Error | null) => void) | undefined;
    this.#socket.write(bytes, (error) => {
      outcome = error ?? null;
      finish?.(outcome);
    });
    // Node has passed everything to the kernel. The other runtimes may still use the bytes.
    if (runtime.name === "node" && this.#socket.writableLength === 0 && !this.#socket.errored) {
      return;
    }
    return new Promise((resolve, reject) => {
      finish = (error) => {
        if (error === null) return resolve();
        // The peer had closed before the first byte was sent.
        const nothing = codeOf(error) === "EPIPE" && bytes.length <= ATOMIC;
        reject(systemError("write", error, nothing ? 0 : undefined));
      };
      if (outcome !== undefined) finish(outcome);
    });
  }
}

async function connectNet(endpoint: string, deadline: Deadline): Promise<NetConnection> {
  const inbox = new Inbox();
  const socket = await openSocket(endpoint, deadline, (bytes) => inbox.arrived(bytes));
  socket.removeAllListeners("error");
  // Created in the same turn, so that it misses no event of the socket.
  return new NetConnection(socket, inbox);
}
