/** A client in the moment in which it has no connection. */
import type { KeychainClient } from "./clients.ts";
import { type Kind, Played } from "./played.ts";
import { until } from "./raw_client.ts";

/** Lets the connection open, or fail. */
export interface Gate {
  /** How often the client has tried to connect. */
  readonly attempts: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** Takes a client's connection away. It is connecting then, until the test opens the gate. */
export async function disconnect(client: KeychainClient, transport: Played): Promise<Gate> {
  const gate = { ...Promise.withResolvers<void>(), attempts: 0 };
  gate.promise.catch(() => {});
  transport.onConnect = () => {
    gate.attempts++;
    return gate.promise;
  };
  transport.last.end();
  // It notices when something is asked. Whoever asks leaves again, and is not sent.
  const controller = new AbortController();
  const { signal } = controller;
  const left = client.request({ action: "search", service: "S" }, { signal }).catch(() => {});
  await until("the client connects", () => gate.attempts > 0);
  controller.abort();
  await left;
  return gate;
}

/** A client that has lost its connection, and whose next one opens when the test says so. */
export async function reconnecting(kind: Kind) {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  const gate = await disconnect(client, transport);
  return { transport, client, service: client.service("S"), gate };
}
