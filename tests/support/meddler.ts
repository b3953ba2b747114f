/** Stands between a client and a daemon, and meddles with their connection. */
import { connect, createServer, type Socket } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What it does at a connection; whatever it leaves out is passed on. */
export interface Meddling {
  /** Told of a new connection. */
  begin?(client: Socket): void;
  /** What the daemon gets of what the client sends; undefined ends the connection. */
  request?(bytes: Uint8Array, client: Socket): Uint8Array | undefined;
  /** Whether the daemon gets to know that the client sends no more. Default: yes. */
  halfClose?: boolean;
  /** What the daemon gets before it is told that the client sends no more. */
  last?: Uint8Array;
}

/** A running one. */
export interface Meddler extends AsyncDisposable {
  readonly endpoint: string;
}

/** Starts one in front of an endpoint. Needs Unix sockets. */
export async function startMeddler(
  endpoint: string,
  meddling: () => Meddling,
): Promise<Meddler> {
  const folder = mkdtempSync(join(tmpdir(), "kca-meddler-"));
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const { begin, request = (bytes) => bytes, halfClose = true, last } = meddling();
    const daemon = connect({ path: endpoint, allowHalfOpen: true });
    for (const [one, other] of [[client, daemon], [daemon, client]] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroySoon();
      });
    }
    begin?.(client);
    client.on("data", (bytes: Uint8Array) => {
      const passed = request(bytes, client);
      if (passed !== undefined) daemon.write(passed);
      else client.end(() => client.destroy());
    });
    client.on("end", () => {
      if (last !== undefined) daemon.write(last);
      if (halfClose) daemon.end();
    });
    daemon.on("data", (bytes: Uint8Array) => client.write(bytes));
    daemon.on("end", () => client.end());
  });
  const path = join(folder, "s");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    endpoint: path,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
