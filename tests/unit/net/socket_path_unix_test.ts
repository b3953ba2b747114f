/** The file of a socket before and after connecting, with connections that are made up. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { renameSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { SystemCallError, UntrustedPeerError } from "../../../core.ts";
import { openTrusted, type PeerLater } from "../../../net/socket_path.ts";
import { test } from "../../harness.ts";
import { temporaryFolder } from "../../support/kca.ts";

async function listen(path: string): Promise<Server & AsyncDisposable> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return Object.assign(server, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

/** Counts connections, each of which changes something while it is opened. */
function opener(change: () => void) {
  const made = { opened: 0, closed: 0 };
  const open = (): Promise<PeerLater> => {
    made.opened++;
    change();
    return Promise.resolve({ peer: undefined, close: () => void made.closed++ });
  };
  return { made, open };
}

test(
  "openTrusted() takes a connection whose socket stayed the same file, and knows its owner",
  async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "s");
    await using _server = await listen(path);
    const { made, open } = opener(() => {});
    const { peer } = await openTrusted(path, open);
    assertEquals([peer?.uid, made], [process.getuid!(), { opened: 1, closed: 0 }]);
  },
);

test(
  "openTrusted() connects again when the socket was replaced, and closes the connection before",
  async () => {
    using folder = temporaryFolder();
    const [path, other] = [join(folder.path, "s"), join(folder.path, "t")];
    await using _first = await listen(path);
    await using _second = await listen(other);
    // Another file of the same owner, on the same device.
    const once = opener(() => once.made.opened === 1 && renameSync(other, path));
    await openTrusted(path, once.open);
    assertEquals(once.made, { opened: 2, closed: 1 });
  },
);

test(
  "openTrusted() gives up on a socket that is replaced each time, with no connection left",
  async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "s");
    const others = [0, 1, 2].map((index) => join(folder.path, `t${index}`));
    await using _socket = await listen(path);
    await using _a = await listen(others[0]!);
    await using _b = await listen(others[1]!);
    await using _c = await listen(others[2]!);
    const { made, open } = opener(() => renameSync(others.pop()!, path));
    const error = await assertRejects(() => openTrusted(path, open), UntrustedPeerError);
    assert(error.message.includes("was replaced each time"), error.message);
    assertEquals(made, { opened: 3, closed: 3 });
  },
);

test("openTrusted() closes a connection whose socket is gone after it", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "s");
  await using _server = await listen(path);
  const { made, open } = opener(() => rmSync(path));
  const error = await assertRejects(() => openTrusted(path, open), SystemCallError);
  assertEquals([error.code, made], ["ENOENT", { opened: 1, closed: 1 }]);
});
