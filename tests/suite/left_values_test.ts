/** Whatever becomes of a write, the buffers that it was encoded into are overwritten. */
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { type Connection, SystemCallError } from "../../core.ts";
import { CANARY } from "../faults/fault.ts";
import { test } from "../harness.ts";
import type { AnyClient } from "../support/clients.ts";
import { UNREG } from "../support/replies.ts";

/** Every buffer that text was encoded into while `body` ran. */
async function encoded(body: () => Promise<void>): Promise<Uint8Array[]> {
  const views: Uint8Array[] = [];
  const { encode, encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encode = function (text) {
    const bytes = encode.call(this, text);
    views.push(bytes);
    return bytes;
  };
  TextEncoder.prototype.encodeInto = function (text, into) {
    const result = encodeInto.call(this, text, into);
    views.push(into.subarray(0, result.written));
    return result;
  };
  try {
    await body();
  } finally {
    Object.assign(TextEncoder.prototype, { encode, encodeInto });
  }
  return views;
}

/** A connection for clients of both kinds. */
interface Both extends Connection {
  read(into: Uint8Array): number;
  write(bytes: Uint8Array): number & void;
}

/** One connection as a case wants it; the second one is refused. */
class Played {
  readonly name = "played";
  readonly #write: (bytes: Uint8Array) => number | void;
  #says: string | undefined;
  #left = 1;

  constructor(write: (bytes: Uint8Array) => number | void, says?: string) {
    this.#write = write;
    this.#says = says;
  }

  available(): boolean {
    return true;
  }

  connect(): Promise<Connection> {
    return Promise.resolve().then(() => this.connectSync());
  }

  connectSync(): Both {
    if (this.#left-- === 0) throw new SystemCallError("connect", "ENOENT");
    return {
      quiet: () => this.#says === undefined,
      read: (into) => {
        const bytes = Uint8Array.from(this.#says ?? "", (unit) => unit.charCodeAt(0));
        this.#says = undefined;
        into.set(bytes);
        return bytes.length;
      },
      write: (bytes) => this.#write(bytes) as number & void,
      close: () => {},
    };
  }
}

const all = (bytes: Uint8Array): number => bytes.length;
const write = (client: AnyClient): unknown => client.service("S").write({ T: CANARY });

/** How a write ends, of which kind of client, its code, over which connection. */
const cases: Record<string, {
  readonly only?: "async" | "sync";
  readonly code: string;
  readonly transport?: () => Played;
  readonly call?: (client: AnyClient) => unknown;
}> = {
  "the client is closed": {
    code: "client_closed",
    call: (client) => Promise.resolve(client.close()).then(() => write(client)),
  },
  "its signal was aborted before": {
    only: "async",
    code: "AbortError",
    call: (client) => client.service("S").write({ T: CANARY }, { signal: AbortSignal.abort() }),
  },
  "it is denied before it goes out": {
    code: "denied",
    transport: () => new Played(all, UNREG + "\n"),
  },
  "its time is over while it goes out": {
    only: "sync",
    code: "timeout",
    transport: () => new Played(() => 10),
  },
  "it never goes out and the daemon is gone": {
    code: "daemon_unavailable",
    transport: () =>
      new Played(() => {
        throw new SystemCallError("send", "EPIPE", 0);
      }),
  },
  "it is too large": {
    code: "request_too_large",
    call: (client) =>
      client.request({
        action: "write",
        service: "S",
        targets: ["T"],
        values: [CANARY + "x".repeat(70_000)],
      }),
  },
};

for (
  const [what, { only, code, transport = () => new Played(all), call = write }] of Object.entries(
    cases,
  )
) {
  for (const sync of [false, true]) {
    if (only !== undefined && (only === "sync") !== sync) continue;
    test(`a write leaves no value when ${what}${sync ? " (sync)" : ""}`, async () => {
      const options = { endpoint: "//./pipe/none", transport: transport() };
      const views = await encoded(async () => {
        const client = sync ? connectSync(options) : await connect(options);
        const error = await Promise.resolve(client).then(call).then(() => undefined, (e) => e);
        assertEquals(typeof error?.code === "string" ? error.code : error?.name, code);
        await client.close();
      });
      assert(views.length > 0, "Nothing was encoded");
      for (const bytes of views) {
        assert(!new TextDecoder().decode(bytes).includes(CANARY), "A value was left");
      }
    });
  }
}
