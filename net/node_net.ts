/**
 * The node transport: node:net, which every runtime has, on Unix sockets and on Windows pipes.
 *
 * @module
 */

import { statSync } from "node:fs";
import type { Socket } from "node:net";
import { Chunks, HIGH_WATER } from "./received.ts";
import type { Deadline } from "../src/deadline.ts";
import { runtime } from "../src/runtime.ts";
import { type Connection, type PeerCredentials, SystemCallError } from "../src/transport.ts";
import { codeOf, systemError } from "./node_errors.ts";
import { openSocket } from "./node_open.ts";

/** After how long without traffic a write lets the event loop look at the socket first, in ms. */
const STALE = 20;
/** The kernel takes a write of this size whole or not at all. */
const ATOMIC = 16 * 1024;

class NetConnection implements Connection {
  readonly #socket: Socket;
  peer: PeerCredentials | undefined;
  readonly #chunks = new Chunks();
  #ended = false;
  #error: Error | undefined;
  #active = performance.now();
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#ended = socket.destroyed;
    socket.on("data", (chunk: Uint8Array) => {
      this.#chunks.push(chunk);
      if (this.#chunks.size > HIGH_WATER) socket.pause();
      this.#stir();
    });
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
    if (performance.now() - this.#active > STALE) return this.#writeLater(bytes);
    return this.#write(bytes);
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
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #end(): void {
    this.#ended = true;
    this.#stir();
  }

  #stir(): void {
    this.#active = performance.now();
    this.#wake?.();
  }

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
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        try {
          const count = this.#take(into);
          if (count === undefined) return;
          resolve(count);
        } catch (error) {
          reject(error);
        }
        this.#wake = undefined;
      };
    });
  }

  /** A failed write destroys the socket with what it had received: let that be read first. */
  async #writeLater(bytes: Uint8Array): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#write(bytes);
  }

  #write(bytes: Uint8Array): void | Promise<void> {
    this.#active = performance.now();
    if (!this.#socket.writable) throw new SystemCallError("write", "EPIPE", 0);
    let outcome: Error | null | undefined;
    let finish: ((error: Error | null) => void) | undefined;
    this.#socket.write(bytes, (error) => {
      outcome = error ?? null;
      finish?.(outcome);
    });
    // Node has then handed all of it to the kernel. Others may still need the bytes.
    if (runtime.name === "node" && this.#socket.writableLength === 0 && !this.#socket.errored) {
      return;
    }
    return new Promise((resolve, reject) => {
      finish = (error) => {
        if (error === null) return resolve();
        // The peer was gone before the first byte.
        const nothing = codeOf(error) === "EPIPE" && bytes.length <= ATOMIC;
        reject(systemError("write", error, nothing ? 0 : undefined));
      };
      if (outcome !== undefined) finish(outcome);
    });
  }
}

/**
 * Connects through node:net.
 *
 * @param endpoint A socket path, or a pipe name on Windows.
 * @param deadline When to give up.
 * @param judged Whether to tell who listens.
 * @throws {SystemCallError} With the name of the error, or `ETIMEDOUT`.
 */
export async function connectNet(
  endpoint: string,
  deadline: Deadline,
  judged: boolean,
): Promise<Connection> {
  const socket = await openSocket(endpoint, deadline);
  socket.removeAllListeners("error");
  // Listens from now on: nothing that happens to the socket meanwhile is missed.
  const connection = new NetConnection(socket);
  if (judged) connection.peer = ownerAsPeer(endpoint);
  return connection;
}

/**
 * node:net cannot ask the kernel who listens; whose the socket's file is comes closest. Where a link
 * leads, not whose the link is: anybody's may lead to a stranger's socket.
 */
function ownerAsPeer(endpoint: string): PeerCredentials | undefined {
  try {
    const { uid, gid } = statSync(endpoint);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** @returns The user id that owns a path, or `undefined` when that cannot be seen. */
export function ownerOf(path: string): number | undefined {
  return ownerAsPeer(path)?.uid;
}
