/** A write that never went out keeps its value for the second try only. */
import { assert, assertRejects } from "@std/assert";
import { connect, KeychainAuthError, type Transport } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { type Connection, SystemCallError } from "../../core.ts";
import { test } from "../harness.ts";

const CANARY = "SECRET-CANARY";

/** Connections that break at the first byte; there are as many as said. */
class Broken implements Transport {
  readonly name = "broken";
  readonly written: Uint8Array[] = [];
  #left: number;

  constructor(connections: number) {
    this.#left = connections;
  }

  available(): boolean {
    return true;
  }

  connect(): Promise<Connection> {
    return Promise.resolve().then(() => this.connectSync());
  }

  connectSync(): Connection & { read(): number; write(bytes: Uint8Array): number & void } {
    if (this.#left-- === 0) throw new SystemCallError("connect", "ENOENT");
    return {
      quiet: () => true,
      read: () => 0,
      write: (bytes) => {
        this.written.push(bytes);
        throw new SystemCallError("send", "EPIPE", 0);
      },
      close: () => {},
    };
  }
}

for (
  const [what, connections, expected] of [
    ["the daemon is gone", 1, "daemon_unavailable"],
    ["the second connection breaks as well", 2, "connection_lost"],
  ] as const
) {
  for (const sync of [false, true]) {
    const name = `an unsent write is overwritten when ${what}${sync ? " (sync)" : ""}`;
    test(name, async () => {
      const transport = new Broken(connections);
      const options = { transport, endpoint: "//./pipe/none" };
      const client = sync ? connectSync(options) : await connect(options);
      const write = (): unknown => client.service("S").write({ T: CANARY });
      const error = await assertRejects(() => Promise.resolve().then(write), KeychainAuthError);
      assert(error.code === expected, error.code);
      assert(transport.written.length === connections);
      for (const bytes of transport.written) {
        assert(!new TextDecoder().decode(bytes).includes(CANARY), "a value was left");
      }
      await client.close();
    });
  }
}
