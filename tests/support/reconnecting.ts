/** A client in the moment in which it has no connection. */
import type { KeychainClient } from "./clients.ts";
import { type Kind, Played } from "./played.ts";

/** A connected client whose connection was lost, and whose next one opens when the test says so. */
export async function reconnecting(kind: Kind) {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  const gate = { ...Promise.withResolvers<void>(), attempts: 0 };
  transport.onConnect = () => {
    gate.attempts++;
    return gate.promise;
  };
  transport.last.end();
  return { transport, client, service: client.service("S"), gate };
}
