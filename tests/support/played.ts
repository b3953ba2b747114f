/**
 * A transport whose far end the test plays, without a socket: for what no real one can be talked
 * into, and to look at the memory that a client hands over. Serves clients of both kinds.
 */
import type { PeerCredentials, Transport } from "../../mod.ts";
import type { Connection, ConnectionSync, Deadline } from "../../core.ts";
import { test, type TestOptions } from "../harness.ts";
import { type AnyClient, connect, type ConnectOptions, connectSync } from "./clients.ts";
import { type Asked, keychain } from "./keychain.ts";
import { type Answer, PlayedConnection } from "./played_connection.ts";

export type { Answer, PlayedConnection };

/** Nothing is there; every system takes it for the name of an endpoint. */
export const NOWHERE = "//./pipe/none";

/** A transport to a played far end. */
export class Played implements Transport {
  readonly name = "played";
  /** All connections, in the order in which they were opened. */
  readonly connections: PlayedConnection[] = [];
  /** Called before each connection opens: it may throw, and, for an asynchronous client, wait. */
  onConnect: (deadline: Deadline) => void | Promise<void> = () => {};
  /** Called with each connection before the client has it. */
  onOpen: (connection: PlayedConnection) => void = () => {};
  /** Who listens. */
  peer: PeerCredentials | undefined;
  readonly #answer: Answer;

  /** @param answer What the far end replies. Default: as an empty keychain. */
  constructor(answer: Answer = keychain()) {
    this.#answer = answer;
  }

  /** The connection that was opened last. */
  get last(): PlayedConnection {
    return this.connections.at(-1)!;
  }

  /** The requests of all connections. */
  get asked(): Asked[] {
    return this.connections.flatMap(({ asked }) => asked);
  }

  available(): boolean {
    return true;
  }

  async connect(_endpoint: string, deadline: Deadline): Promise<Connection> {
    await this.onConnect(deadline);
    return this.#open().asynchronous;
  }

  connectSync(_endpoint: string, deadline: Deadline): ConnectionSync {
    void this.onConnect(deadline);
    return this.#open().synchronous;
  }

  /** Whether any buffer of the client holds `text` now. */
  shows(text: string): boolean {
    return this.connections.some((connection) => connection.shows(text));
  }

  #open(): PlayedConnection {
    const connection = new PlayedConnection(this.#answer, this.peer);
    this.connections.push(connection);
    this.onOpen(connection);
    return connection;
  }
}

/** A kind of client over a played transport. */
export interface Kind {
  readonly name: "async" | "sync";
  readonly sync: boolean;
  connect(transport: Transport, options?: ConnectOptions): Promise<AnyClient>;
}

/** Both kinds. */
export const kinds: readonly Kind[] = [
  {
    name: "async",
    sync: false,
    connect: (transport, options) => connect({ endpoint: NOWHERE, transport, ...options }),
  },
  {
    name: "sync",
    sync: true,
    connect: (transport, options) =>
      Promise.resolve().then(() => connectSync({ endpoint: NOWHERE, transport, ...options })),
  },
];

/** Registers a test for clients of both kinds, or of one. */
export function testPlayed(
  name: string,
  body: (kind: Kind) => Promise<void>,
  { only, ...options }: TestOptions & { only?: Kind["name"] } = {},
): void {
  for (const kind of kinds) {
    if (only !== undefined && only !== kind.name) continue;
    test(`[played ${kind.name}] ${name}`, () => body(kind), options);
  }
}
