import { createServer, type Server, type Socket } from "node:net";
import { closeAfterReply } from "./close_after_reply.ts";
import { Handler } from "./handler.ts";
import type { Authenticator, Decision } from "./identify/authenticator.ts";
import { type DaemonSettings, readOptions } from "./options.ts";
import { type Place, preparePlace } from "./place.ts";
import { UNREGISTERED } from "./replies.ts";
import { DaemonSession, type DaemonSessionHost } from "./session.ts";
import { MemoryStore } from "./store.ts";
import type { DaemonOptions, TestDaemon } from "./types.ts";

// Milliseconds before an unregistered caller is refused. The real daemon takes 76 ms and more to hash a
// runtime, so a request that is sent right after connecting meets an open connection.
const IDENTIFYING = 30;

/**
 * Starts a daemon inside this process: the same protocol, byte for byte, on a real Unix socket or
 * named pipe, with secrets kept in memory only.
 *
 * **It checks no identity by default.** The real daemon hashes the caller's executable and looks it up;
 * this one does so with `config`. Otherwise it serves everybody who can open its socket, or nobody with
 * `registered: false`. The socket (mode 0600) is in a private temporary folder (mode 0700), which is
 * removed on close.
 *
 * @param options What to store and how to behave, see {@linkcode DaemonOptions}.
 * @returns The running daemon. Close it, or declare it with `await using`.
 * @throws {TypeError} When an option has the wrong type.
 * @throws {RangeError} When a number is out of range, or the path is too long for a socket.
 * @throws {Error} When the endpoint cannot be listened on, or callers cannot be identified here.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon({ secrets: { AgentSecrets: { GREETING: "hello" } } });
 * await using client = await connect({ endpoint: daemon.endpoint });
 * console.log(await client.service("AgentSecrets").get("GREETING")); // hello
 * ```
 */
export async function startDaemon(options: DaemonOptions = {}): Promise<TestDaemon> {
  const settings = readOptions(options);
  const { config } = settings;
  const authenticator = config === undefined
    ? undefined
    : await (await import("./identify/authenticator.ts")).Authenticator.open(config);
  let daemon: EmbeddedDaemon;
  try {
    daemon = new EmbeddedDaemon(settings, await preparePlace(settings.endpoint), authenticator);
  } catch (error) {
    authenticator?.close();
    throw error;
  }
  try {
    await daemon.listen();
  } catch (error) {
    await daemon.close();
    throw error;
  }
  return daemon;
}

class EmbeddedDaemon implements TestDaemon, DaemonSessionHost {
  readonly idleTimeout: number;
  readonly #settings: DaemonSettings;
  readonly #place: Place;
  readonly #authenticator: Authenticator | undefined;
  readonly #store: MemoryStore;
  readonly #server: Server;
  readonly #active = new Map<Socket, DaemonSession | undefined>();
  readonly #waiting = new Set<Socket>();
  #connections = 0;
  #requests = 0;
  #closed: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(settings: DaemonSettings, place: Place, authenticator: Authenticator | undefined) {
    this.#settings = settings;
    this.#place = place;
    this.#authenticator = authenticator;
    this.#store = new MemoryStore(settings.secrets);
    this.idleTimeout = settings.idleTimeout;
    // Sockets start paused: one that waits for its turn is not read from.
    this.#server = createServer(
      { allowHalfOpen: true, pauseOnConnect: true },
      (socket) => this.#accept(socket),
    );
  }

  get endpoint(): string {
    return this.#place.endpoint;
  }

  get connections(): number {
    return this.#connections;
  }

  get openConnections(): number {
    return this.#active.size + this.#waiting.size;
  }

  get requests(): number {
    return this.#requests;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#place.binding, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    await this.#place.publish();
  }

  answered(): void {
    this.#requests++;
  }

  secrets(service: string): Record<string, string> {
    const entries = this.#store.targets(service).sort()
      .map((target) => [target, this.#store.get(service, target) as string]);
    return Object.fromEntries(entries);
  }

  disconnect(): void {
    for (const socket of this.#waiting) socket.destroy();
    for (const [socket, session] of this.#active) {
      if (session !== undefined) session.end();
      else socket.destroy();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(socket: Socket): void {
    this.#connections++;
    // A peer that has left is no error for the daemon; "close" follows.
    socket.on("error", () => {});
    socket.once("close", () => this.#release(socket));
    if (this.#closed !== undefined) socket.destroy();
    else if (this.#active.size < this.#settings.maxConnections) this.#serve(socket);
    else this.#waiting.add(socket);
  }

  #serve(socket: Socket): void {
    this.#active.set(socket, undefined);
    const { registered, policy } = this.#settings;
    if (this.#authenticator !== undefined) {
      this.#authenticator.authenticate(socket).then((decision) => this.#follow(socket, decision));
    } else if (registered) {
      this.#begin(socket, new Handler(this.#store, policy));
    } else {
      const timer = setTimeout(() => this.#refuse(socket, UNREGISTERED), IDENTIFYING);
      socket.once("close", () => clearTimeout(timer));
    }
  }

  #follow(socket: Socket, { policy, reply, record }: Decision): void {
    if (socket.destroyed) return;
    if (policy !== undefined) this.#begin(socket, new Handler(this.#store, policy, record));
    else if (reply !== undefined) this.#refuse(socket, reply);
    else socket.destroy();
  }

  #begin(socket: Socket, handler: Handler): void {
    const session = new DaemonSession(socket, this, handler);
    this.#active.set(socket, session);
    session.start();
  }

  #refuse(socket: Socket, reply: string): void {
    socket.end(reply, () => closeAfterReply(socket));
  }

  #release(socket: Socket): void {
    if (this.#active.delete(socket)) {
      const [next] = this.#waiting;
      if (next !== undefined) {
        this.#waiting.delete(next);
        this.#serve(next);
      }
    } else {
      this.#waiting.delete(socket);
    }
    if (this.#active.size === 0) this.#onEmpty?.();
  }

  async #shutDown(): Promise<void> {
    this.#place.withdraw();
    // Calls back when the last connection has ended; on Deno never, if the server could not listen.
    const stopped = this.#server.listening
      ? new Promise<void>((resolve) => this.#server.close(() => resolve()))
      : undefined;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
    if (this.#active.size > 0) await this.#grace();
    for (const socket of this.#active.keys()) socket.destroy();
    if (this.#active.size > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
    await stopped;
    this.#authenticator?.close();
    await this.#place.remove();
  }

  #grace(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(this.#settings.shutdownTimeout, 2 ** 31 - 1));
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
