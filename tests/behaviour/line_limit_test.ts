/** The daemon takes a line of 65,535 bytes before its line feed, and resets at one more. */
import { assert, assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import type { AnyClient } from "../support/clients.ts";
import { keychain } from "../support/keychain.ts";
import { Played, testPlayed } from "../support/played.ts";

const LIMIT = 65_535;

type Service = ReturnType<AnyClient["service"]>;

/** Calls that take names or values; what is sent for them is as long as those. */
const calls: Record<string, (service: Service, texts: string[], client: AnyClient) => unknown> = {
  "write()": (service, texts) => service.write(texts.map((text, i) => [`T${i}`, text] as const)),
  "write() with long names": (service, texts) =>
    service.write(texts.map((text, i) => [`${i}${text}`, ""] as const)),
  "read()": (service, texts) => service.read(texts.map((text, i) => `${i}${text}`)),
  "readPrefix()": (service, texts) => service.readPrefix(texts.map((text, i) => `${i}${text}`)),
  "search()": (service, texts) => service.search(texts.map((text, i) => `${i}${text}`)),
  "deletePrefix()": (service, texts) => service.deletePrefix(texts.map((t, i) => `${i}${t}`)),
  "request()": (_, texts, client) =>
    client.request({
      action: "read",
      service: "S",
      targets: texts.map((text, i) => `${i}${text}`),
    }),
};

/** Units of one, two, three and four bytes, and one that JSON escapes. */
const units = { "x": 1, "ä": 2, "€": 3, "😀": 4, "\n": 2, "\u0001": 6 } as const;

for (const [name, call] of Object.entries(calls)) {
  testPlayed(`${name} fills a line up to its last byte and no further`, async (kind) => {
    const transport = new Played(keychain());
    const client = await kind.connect(transport);
    const service = client.service("S");
    const { sizes } = transport.last;
    const send = async (texts: string[]): Promise<number[]> => {
      sizes.length = 0;
      await call(service, texts, client);
      return [...sizes];
    };
    for (const count of [1, 2, 3]) {
      for (const [unit, bytes] of Object.entries(units)) {
        const [overhead] = await send(Array(count).fill(""));
        const room = LIMIT - overhead!;
        const texts = (size: number): string[] => {
          const part = Math.floor(size / count / bytes);
          const list = Array<string>(count).fill(unit.repeat(part));
          list[count - 1] += "x".repeat(size - part * bytes * count);
          return list;
        };
        const what = `${count} of ${JSON.stringify(unit)}`;
        assertEquals(await send(texts(room)), [LIMIT], what);
        const over = await Promise.resolve().then(() => send(texts(room + 1))).catch((e) => e);
        if (over instanceof Error) {
          assert(count === 1 || name === "request()", what);
          const { size, target } = over as unknown as { size: number; target?: string };
          assertEquals(size, LIMIT + 1, what);
          if (name !== "request()") assertEquals(typeof target, "string", what);
          assertEquals(sizes, [], what);
        } else {
          assertEquals(over.length, 2, what);
          assert(over.every((size: number) => size <= LIMIT), `${what}: ${over}`);
        }
      }
    }
    await client.close();
  });
}

testPlayed("a batch is cut where the next entry would not fit, not before", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const service = client.service("S");
  const { sizes, asked } = transport.last;
  const entry = (index: number, size: number) =>
    [`N${String(index).padStart(5, "0")}`, "v".repeat(size)] as const;
  await service.write([entry(0, 0)]);
  const one = sizes[0]!;
  await service.write([entry(0, 0), entry(1, 0)]);
  const more = sizes[1]! - one;
  sizes.length = asked.length = 0;
  const size = 90;
  const fitting = 1 + Math.floor((LIMIT - one - size) / (more + size));
  const spare = LIMIT - (one + size) - (fitting - 1) * (more + size);
  const entries = Array.from(
    { length: fitting * 2 + 1 },
    (_, index) => entry(index, size + (index === 0 || index === fitting ? spare : 0)),
  );
  await service.write(entries);
  assertEquals(sizes.slice(0, 2), [LIMIT, LIMIT]);
  assertEquals(asked.map(({ targets }) => targets!.length), [fitting, fitting, 1]);
  assertEquals(
    asked.flatMap(({ targets, values }) => targets!.map((target, i) => [target, values![i]])),
    entries.map((entry) => [...entry]),
  );
  await client.close();
});

testPlayed("nothing of a batch is sent when one entry fits into no line", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const entries = [["A", "x".repeat(60_000)], ["B", "y".repeat(65_536)], ["C", "z"]] as const;
  const error = await fails("request_too_large", () => client.service("S").write(entries));
  assertEquals([error.target, error.limit, transport.asked], ["B", LIMIT, []]);
  await client.close();
});
