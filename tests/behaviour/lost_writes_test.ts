/** What a client says of a write whose reply never came: never "done" unless it is. */
import { assert, assertEquals } from "@std/assert";
import { SystemCallError } from "../../core.ts";
import { fails, gives, OK } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { keychain } from "../support/keychain.ts";
import { type Kind, kinds, Played, type PlayedConnection, testPlayed } from "../support/played.ts";
import { INT, UNREG } from "../support/replies.ts";
import { testScripted } from "../support/scripted_client.ts";
import { answers, close, reply, request } from "../support/steps.ts";

/** Three values that take a request each. */
const large = [0, 1, 2].map((index) => [`T${index}`, `new ${"x".repeat(50_000)}`] as const);

testScripted(
  "a lost write is not done when reading back gives the old value",
  [[request(), reply(OK), request(), close()], [answers({ T1: "old" })]],
  async ({ client }) => {
    const error = await fails("partial_failure", () => client.service("S").write(large));
    const { applied, failed, unknown } = error as unknown as Record<string, string[]>;
    assertEquals([applied!.includes("T0"), unknown!.includes("T1"), failed], [true, true, []]);
  },
);

testScripted(
  "a lost write is done when reading back gives the new value",
  [[request(), reply(OK), request(), close()], [answers(Object.fromEntries(large))]],
  async ({ client, server }) => {
    await client.service("S").write(large);
    const { requests } = await server.seen();
    const written = requests.filter(({ action }) => action === "write").flatMap((r) => r.targets);
    assertEquals(written.filter((target) => target === "T1").length, 1);
  },
);

testScripted(
  "a write that failed half way is told target by target, empty values too",
  [[request(), reply(INT + "\n"), request(), reply(gives({ A: undefined, B: "old" }))]],
  async ({ client }) => {
    const write = () => client.service("S").write({ A: "", B: "new", C: "" });
    const { applied, failed, unknown } = await fails("partial_failure", write);
    assertEquals([applied, failed, unknown], [["A"], ["B", "C"], []]);
  },
);

/** A transport whose first connection breaks at a write, when so many of its bytes had gone out. */
function breaking(writtenOf: (bytes: Uint8Array) => number | undefined): Played {
  const transport = new Played();
  transport.onOpen = (connection) => {
    if (transport.connections.length > 1) return;
    connection.onWrite = (bytes) => {
      connection.end();
      throw new SystemCallError("send", "EPIPE", writtenOf(bytes));
    };
  };
  return transport;
}

/** How many bytes of one line went out, and whether the daemon may have it. */
const cuts: readonly [string, (length: number) => number | undefined, sent: boolean][] = [
  ["nothing of it went out", () => 0, false],
  ["two bytes of it are missing", (length) => length - 2, false],
  // The daemon takes a last line without its line feed.
  ["only its line feed is missing", (length) => length - 1, true],
  ["all of it went out", (length) => length, true],
  ["nobody knows what went out", () => undefined, true],
];

for (const [what, written, sent] of cuts) {
  testPlayed(
    `a write that broke is ${sent ? "not repeated" : "made again"} when ${what}`,
    async (kind) => {
      const transport = breaking(({ length }) => written(length));
      const client = await kind.connect(transport);
      const write = () => client.service("S").write({ A: "1" });
      if (sent) assertEquals((await fails("connection_lost", write)).sent, true);
      else await write();
      assertEquals(transport.asked.length, sent ? 0 : 1);
      await client.close();
    },
  );

  testPlayed(
    `a read that broke is made again when ${what}`,
    async (kind) => {
      const client = await kind.connect(breaking(({ length }) => written(length)));
      assertEquals(await client.service("S").get("A"), undefined);
      await client.close();
    },
  );
}

for (
  const [what, written, again] of [
    ["the first line went out", (first) => first, ["B"]],
    ["the first line went out but for its line feed", (first) => first - 1, ["B"]],
    ["less than the first line went out", (first) => first - 2, ["A", "B"]],
    ["half of the second line went out", (first) => first + 20, ["B"]],
  ] as readonly [string, (first: number) => number, string[]][]
) {
  testPlayed(
    `of two writes of one turn those that never went out are made again when ${what}`,
    async (kind) => {
      const transport = breaking((bytes) => written(bytes.indexOf(10) + 1));
      const client = await kind.connect(transport);
      const service = client.service("S");
      const ended = await Promise.allSettled([service.write({ A: "" }), service.write({ B: "" })]);
      const done = ["A", "B"].filter((_, index) => ended[index]!.status === "fulfilled");
      assertEquals(done, again);
      assertEquals(transport.asked.map(({ targets }) => targets![0]), again);
      await client.close();
    },
    { only: "async" },
  );
}

/** A write that stays pending on the first connection until the test ends it. */
async function pendingWrite(
  kind: Kind,
  body: (given: {
    readonly connection: PlayedConnection;
    readonly transport: Played;
    readonly call: Promise<void>;
    resolve(): void;
    reject(error: unknown): void;
  }) => Promise<void>,
): Promise<void> {
  const transport = new Played(keychain({ A: "old" }));
  const client = await kind.connect(transport);
  const connection = transport.last;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.onWrite = () => promise;
  const call = Promise.resolve(client.service("S").write({ A: "new" }));
  call.catch(() => {});
  await Promise.resolve();
  await body({ connection, transport, call, resolve, reject });
  await client.close();
}

testPlayed(
  "a close during a write does not count what never went out as sent",
  (kind) =>
    pendingWrite(kind, async ({ connection, transport, call, reject }) => {
      connection.end();
      await new Promise((resolve) => setTimeout(resolve, 5));
      reject(new SystemCallError("send", "EPIPE", 0));
      await call;
      assertEquals(transport.connections.length, 2);
    }),
  { only: "async" },
);

testPlayed("a close during a write that went out leaves it lost, not repeated", async (kind) => {
  const silent = new Played(() => undefined);
  const client = await kind.connect(silent);
  const { promise, resolve } = Promise.withResolvers<void>();
  silent.last.onWrite = () => promise;
  const call = fails("connection_lost", () => client.service("S").write({ A: "1" }));
  await Promise.resolve();
  silent.last.end();
  await new Promise((resolve) => setTimeout(resolve, 5));
  resolve();
  assertEquals((await call).sent, true);
  assertEquals(silent.connections.length, 1);
  await client.close();
}, { only: "async" });

for (const late of [false, true]) {
  for (const kind of kinds.filter(({ sync }) => !(sync && late))) {
    test(
      `[played ${kind.name}] a denial is told although the write failed ${
        late ? "later" : "at once"
      }`,
      async () => {
        const transport = new Played();
        const client = await kind.connect(transport);
        const connection = transport.last;
        connection.onWrite = () => {
          connection.say(UNREG + "\n");
          connection.end();
          const error = new SystemCallError("send", "EPIPE", 0);
          if (!late) throw error;
          return Promise.reject(error);
        };
        await fails("denied", () => client.service("S").write({ A: "1" }));
        assert(transport.connections.length === 1, "It is not asked again");
        await client.close();
      },
    );
  }
}
