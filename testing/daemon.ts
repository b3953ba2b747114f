import { createServer, type Server, type Socket } from "node:net";
import { clearTimer, setTimer } from "../src/clock.ts";
import { closeAfterReply } from "./close_after_reply.ts";
import { Faults } from "./faults.ts";
import { Handler, type LineHandler, type Recorder } from "./handler.ts";
import type { Authenticator, Decision } from "./identify/authenticator.ts";
import type { DaemonSettings } from "./options.ts";
import type { Place } from "./place.ts";
import { Recording } from "./recorded.ts";
import * as registry from "./registry.ts";
import { UNREGISTERED } from "./replies.ts";
import { DaemonSession, type DaemonSessionHost } from "./session.ts";
import { MemoryStore } from "./store.ts";
import type {
  DaemonPolicy,
  Fault,
  FaultName,
  FaultOptions,
  RecordedRequest,
  TestDaemon,
} from "./types.ts";

// Milliseconds before an unregistered caller is refused. The real daemon takes 76 ms and more to
// hash a runtime, so a request sent right after connecting finds an open connection.
const IDENTIFYING = 30;

/** Wraps the handler that answers a connection. */
export type Wrap = (handler: LineHandler) => LineHandler;

/** The daemon behind {@linkcode TestDaemon}. */
export class EmbeddedDaemon implements TestDaemon, DaemonSessionHost {
  readonly idleTimeout: number;
  readonly #settings: DaemonSettings;
  readonly #place: Place;
  readonly #authenticator: Authenticator | undefined;
  readonly #store: MemoryStore;
  readonly #server: Server;
  readonly #active = new Map<Socket, DaemonSession | undefined>();
  readonly #waiting = new Set<Socket>();
  readonly #recording = new Recording();
  readonly #faults = new Faults((name) => this.#faultChanged(name));
  readonly #wrap: Wrap;
  #hidden = false;
  #unregister: (() => void) | undefined;
  readonly #numbers = new WeakMap<Socket, number>();
  #connections = 0;
  #requests = 0;
  #closed: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(
    settings: DaemonSettings,
    place: Place,
    authenticator: Authenticator | undefined,
    wrap: Wrap = (handler) => handler,
  ) {
    this.#settings = settings;
    this.#wrap = wrap;
    this.#place = place;
    this.#authenticator = authenticator;
    this.#store = new MemoryStore(settings.secrets);
    this.idleTimeout = settings.idleTimeout;
    // Sockets start paused, so that a waiting one is not read.
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
    this.#unregister = registry.add(this.endpoint);
  }

  get recorded(): readonly RecordedRequest[] {
    return this.#recording.requests;
  }

  forget(): void {
    this.#recording.clear();
  }

  fail(name: FaultName, options?: FaultOptions): Fault {
    return this.#faults.add(name, options);
  }

  heal(): void {
    this.#faults.heal();
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
    this.#numbers.set(socket, ++this.#connections);
    // A peer that disconnects is not an error for the daemon; "close" follows.
    socket.on("error", () => {});
    socket.once("close", () => this.#release(socket));
    if (this.#closed !== undefined) socket.destroy();
    else if (this.#active.size < this.#settings.maxConnections) this.#serve(socket);
    else this.#waiting.add(socket);
  }

  #serve(socket: Socket): void {
    this.#active.set(socket, undefined);
    const { registered, policy } = this.#settings;
    const recorder = (next?: Recorder): Recorder =>
      this.#recording.recorder(this.#numbers.get(socket)!, next);
    if (this.#faults.happens("unregistered")) {
      this.#refuseSoon(socket);
    } else if (this.#authenticator !== undefined) {
      this.#authenticator.authenticate(socket)
        .then((decision) => this.#follow(socket, decision, recorder));
    } else if (registered) {
      this.#begin(socket, policy, recorder());
    } else {
      this.#refuseSoon(socket);
    }
  }

  #follow(
    socket: Socket,
    { policy, reply, record }: Decision,
    recorder: (next?: Recorder) => Recorder,
  ): void {
    if (socket.destroyed) return;
    if (policy !== undefined) this.#begin(socket, policy, recorder(record));
    else if (reply !== undefined) this.#refuse(socket, reply);
    else socket.destroy();
  }

  #begin(socket: Socket, policy: DaemonPolicy | undefined, record: Recorder): void {
    const handler = this.#wrap(new Handler(this.#store, policy, record));
    const session = new DaemonSession(socket, this, this.#faults.wrap(handler, record));
    this.#active.set(socket, session);
    session.start();
  }

  #refuseSoon(socket: Socket): void {
    const timer = setTimer(() => this.#refuse(socket, UNREGISTERED), IDENTIFYING);
    socket.once("close", () => clearTimer(timer));
  }

  #faultChanged(name: FaultName): void {
    if (name !== "stopped" || this.#closed !== undefined) return;
    const hidden = this.#faults.has("stopped");
    if (hidden === this.#hidden) return;
    if (this.#place.hide === undefined) {
      throw new TypeError('Fault "stopped" is not possible with a pipe; close the daemon instead');
    }
    this.#hidden = hidden;
    if (!hidden) return this.#place.show?.();
    this.#place.hide();
    this.disconnect();
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
    this.#unregister?.();
    if (this.#hidden) this.#place.show?.();
    this.#place.withdraw();
    // Calls back when the last connection has ended. On Deno it never calls back if the server
    // could not listen.
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
      const timer = setTimer(resolve, this.#settings.shutdownTimeout);
      this.#onEmpty = () => {
        clearTimer(timer);
        resolve();
      };
    });
  }
}
