/** Whose daemon it is that listens, by the command line of its process. */
import { assertEquals } from "@std/assert";
import { devDaemon } from "../../../connect/remedies/listener.ts";
import type { Machine } from "../../../connect/remedies/machine.ts";
import { test } from "../../harness.ts";

/** A machine on which process 7 was started so. */
function machineWith(words: readonly string[]): Machine {
  const bytes = new TextEncoder().encode(words.map((word) => `${word}\0`).join(""));
  return {
    uid: 1,
    files: {
      look: () => undefined,
      open: (path) =>
        path !== "/proc/7/cmdline" ? undefined : {
          size: bytes.length,
          readAt: (offset, length) => bytes.subarray(offset, offset + length),
          close: () => {},
        },
    },
  };
}

test("devDaemon() knows kca dev by each name that it is started by, and nothing else", () => {
  for (
    const command of [
      ["kca"],
      ["node", "/home/me/app/node_modules/.bin/kca"],
      ["deno", "run", "-A", "/home/me/client/cli/main.ts"],
      ["bun", "/app/node_modules/@keychain-auth/client/dist/cli.js"],
      ["deno", "run", "-A", "jsr:@keychain-auth/client/cli"],
      ["deno", "run", "-A", "jsr:@keychain-auth/client@1.2.3/cli"],
      ["deno", "run", "-A", "npm:/@keychain-auth/client"],
    ]
  ) {
    const machine = machineWith([...command, "dev", "--config", "/c/config.json"]);
    assertEquals(
      devDaemon(7, machine),
      { command: "kca dev --config /c/config.json" },
      `${command}`,
    );
    assertEquals(devDaemon(7, machineWith([...command, "dev"])), {}, `${command}`);
  }
  for (
    const command of [["keychain-auth", "start"], ["npm", "run", "dev"], ["other/cli.js", "dev"]]
  ) {
    assertEquals(devDaemon(7, machineWith(command)), undefined, `${command}`);
  }
});
