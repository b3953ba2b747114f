/** Whatever one caller passes, the calls of others in the same turn go on. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Deadline, LineDecoder } from "../../core.ts";
import { connect, InvalidRequestError, type Service } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { patience, test } from "../harness.ts";
import { modes } from "../support/clients.ts";

/** A list without end blocks the event loop for seconds on a busy machine. */
const LONG = 100_000 * patience;

/** Anything, for arguments that no type allows. */
// deno-lint-ignore no-explicit-any
const any = (value: unknown): any => value;

const boom = (): never => {
  throw new Error("thrown by an argument");
};
const listener = { aborted: false, reason: undefined, addEventListener() {} };

/** Signals that are refused. */
const FAKES: Record<string, unknown> = {
  "without addEventListener": { aborted: false, throwIfAborted() {} },
  "that throws when it is listened to": { ...listener, addEventListener: boom },
  "whose state throws": Object.defineProperty({ ...listener }, "aborted", { get: boom }),
  "whose reason throws": Object.defineProperty({ ...listener }, "reason", { get: boom }),
  "whose state is no boolean": { ...listener, aborted: 0 },
  "that is revoked": revoked(),
  "that is a function": () => {},
  "that is null": null,
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** A value that is sound at the first look and not at the second. */
function changing<T>(first: T, later: unknown): () => T {
  let looks = 0;
  return () => looks++ === 0 ? first : later as T;
}

function* endless(): Generator<string> {
  for (;;) yield "A";
}

function huge(...items: string[]): string[] {
  items.length = 2 ** 32 - 1;
  return items;
}

/** An array that says it is very long, and has an element wherever one looks. */
const proxied = new Proxy(["A"], {
  get(list, key) {
    if (key === "length") return 2 ** 32 - 1;
    return typeof key === "string" && /^\d+$/.test(key) ? "A" : Reflect.get(list, key);
  },
});

/** What is refused, and how. */
const CALLS: Record<string, (service: Service) => Promise<unknown>> = {
  "read() of an array of length 2**32-1": (service) => service.read(huge()),
  "read() of one name and holes": (service) => service.read(huge("A")),
  "read() without end": (service) => service.read(endless()),
  "read() of a Proxy of length 2**32-1": (service) => service.read(proxied),
  "readPrefix() without end": (service) => service.readPrefix(endless()),
  "delete() of an array of length 2**32-1": (service) => service.delete(huge()),
  "search() of an array of length 2**32-1": (service) => service.search(huge("A")),
  "write() without end": (service) => service.write(any(pairs())),
  "write() of an array of length 2**32-1": (service) => service.write(any(huge())),
  "get() of a name that is none": (service) => service.get(any({ toString: () => "A" })),
  "get() with a timeout that turns into a number": (service) =>
    service.get("A", any({ timeout: { valueOf: () => 300 } })),
  "get() with a timeout that is no number": (service) => service.get("A", { timeout: NaN }),
};

function* pairs(): Generator<[string, string]> {
  for (;;) yield ["A", "1"];
}

/** Getters that throw: the caller gets what was thrown. */
const THROWING: Record<string, (service: Service) => Promise<unknown>> = {
  "get() with options that throw": (service) =>
    service.get("A", Object.defineProperty({}, "timeout", { get: boom, enumerable: true })),
  "get() with options behind a Proxy": (service) =>
    service.get("A", new Proxy({}, { ownKeys: boom })),
  "read() of an iterable that throws": (service) => service.read({ [Symbol.iterator]: boom }),
  "read() of an array that throws": (service) =>
    service.read(Object.defineProperty(["A", "B"], 1, { get: boom })),
  "write() of a record that throws": (service) =>
    service.write(Object.defineProperty({}, "A", { get: boom, enumerable: true })),
  "load() of a spec that throws": (service) =>
    service.load(any(Object.defineProperty({}, "a", { get: boom, enumerable: true }))),
};

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const early of [true, false]) {
    const when = early ? "before" : "after";
    test(
      `[${mode.name}] a refused call ${when} another of the same turn leaves it alone`,
      async () => {
        await using daemon = await startDaemon({ secrets: { S: { A: "1", B: "2" } } });
        const client = await mode.connect({ endpoint: daemon.endpoint, timeout: LONG });
        const service = client.service("S") as Service;
        const beside = async (what: string, body: () => Promise<unknown>, kind: unknown) => {
          const others = () => [service.get("B"), service.get("A", { timeout: LONG })];
          const first = early ? [] : others();
          const call = assertRejects(body, any(kind), undefined, what);
          const values = await Promise.all([...first, ...(early ? others() : [])]);
          assertEquals(values, ["2", "1"], what);
          return await call;
        };
        try {
          for (const [what, signal] of Object.entries(FAKES)) {
            for (const action of ["get", "read", "readPrefix", "delete", "search"] as const) {
              const call = () => service[action]("A", { signal: any(signal) });
              const error = await beside(`a signal ${what}`, call, InvalidRequestError);
              assertEquals((error as InvalidRequestError).argument, "signal");
            }
          }
          for (const [what, call] of Object.entries(CALLS)) {
            await beside(what, () => call(service), InvalidRequestError);
          }
          for (const [what, call] of Object.entries(THROWING)) {
            const error = await beside(what, () => call(service), Error);
            assertEquals(error.message, "thrown by an argument", what);
          }
          assertEquals((await service.search()).join(), "A,B");
        } finally {
          await client.close();
        }
      },
      { timeout: 120_000 },
    );
  }

  test(`[${mode.name}] a signal that breaks later ends its own call only`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1", B: "2" } } });
    const client = await mode.connect({ endpoint: daemon.endpoint });
    const service = client.service("S") as Service;
    const controller = new AbortController();
    const { signal } = controller;
    const own = { addEventListener: signal.addEventListener.bind(signal), reason: undefined };
    const breaking = Object.defineProperty({ ...own }, "aborted", { get: changing(false, 0) });
    const calls = [service.get("A", { signal: any(breaking) }), service.get("B")];
    assertEquals(await Promise.all(calls), ["1", "2"]);
    let looks = 0;
    const throwing = Object.defineProperty({ ...own }, "aborted", {
      get: () => looks++ === 0 ? false : boom(),
    });
    const [left, stayed] = await Promise.allSettled([
      service.get("A", { signal: any(throwing) }),
      service.get("B"),
    ]);
    assertEquals(left.status, "rejected");
    assertEquals(stayed, { status: "fulfilled", value: "2" });
    await client.close();
  });

  test(`[${mode.name}] load() ignores changes after its check`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1" } } });
    const client = await mode.connect({ endpoint: daemon.endpoint });
    const entry = Object.defineProperty({}, "target", { get: changing("A", 3), enumerable: true });
    const loaded = await client.service("S").load(any({ a: entry }));
    assertEquals({ ...loaded }, { a: "1" });
    await client.close();
  });

  test(`[${mode.name}] request() ignores changes after its check`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1", B: "2" } } });
    const client = await mode.connect({ endpoint: daemon.endpoint });
    const request = Object.defineProperties({ service: "S", targets: ["A"] }, {
      action: { get: changing("read", "delete"), enumerable: true },
    });
    const { results } = await client.request(any(request));
    assertEquals(results, [{ target: "A", value: "1" }]);
    const targets = Object.assign(["A"], { toJSON: () => ["B"] });
    const again = await client.request({ action: "read", service: "S", targets });
    assertEquals(again.results, [{ target: "A", value: "1" }]);
    assert(daemon.connections > 0);
    await client.close();
  });
}

test("an array of length 2**32-1 is refused at once where a number or user ids belong", async () => {
  await assertRejects(() => connect({ peer: { uids: any(huge()) } }), InvalidRequestError, "uids");
  assertThrows(() => new Deadline(any(huge())), TypeError, "milliseconds");
  assertThrows(() => new LineDecoder(any(huge())), TypeError, "bytes");
  const policy = { allowed_read_services: huge(), allowed_write_services: [], can_search: true };
  await assertRejects(async () => void await startDaemon({ policy }), TypeError, "service names");
  const faults = any([{ name: huge() }]);
  await assertRejects(async () => void await startDaemon({ faults }), TypeError, "Unknown fault");
  await assertRejects(
    async () => void await startDaemon({ faults: any(huge()) }),
    TypeError,
    "faults",
  );
});
