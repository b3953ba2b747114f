/** The descriptor of an accepted socket, which node:net does not document. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @returns Undefined when the runtime hides it, as older versions of Deno and Bun do. */
export function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as { _handle?: { fd?: unknown } | null };
  return typeof handle?.fd === "number" && handle.fd > 2 ? handle.fd : undefined;
}

/** @returns Whether this runtime shows descriptors. Finds out with its own connection. */
export async function showsDescriptors(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "keychain-auth-"));
  const path = join(folder, "s");
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const server = createServer((accepted) => {
        const shown = descriptorOf(accepted) !== undefined;
        accepted.on("error", () => {});
        accepted.destroy();
        client?.destroy();
        // Older versions of Deno never call back here.
        server.close();
        resolve(shown);
      });
      let client: Socket | undefined;
      server.once("error", reject);
      server.listen(path, () => {
        client = connect(path);
        client.on("error", () => {});
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
