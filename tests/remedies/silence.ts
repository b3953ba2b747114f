/** Situations in which a daemon is there and gives no answer. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureCommand } from "../harness.ts";
import { shellWord as word } from "../../src/errors/shell_word.ts";
import type { Situation } from "./situation.ts";

const SHORT = 1_000;

export const silence: readonly Situation[] = [
  {
    name: "The daemon is stopped (Ctrl-Z, SIGSTOP)",
    sync: true,
    timeout: SHORT,
    async arrange(stage) {
      await stage.type(`keychain-auth authorize ${word(stage.program)} ${word(stage.service)}`);
      await stage.start();
      await stage.type("kill -STOP $DAEMON");
    },
    says: "is stopped and answers nothing until it continues",
    typed: ["kill -CONT PID"],
  },
  {
    name: "The daemon has reached its limit of connections",
    timeout: SHORT,
    async arrange(stage) {
      const socket = join(stage.home, "named.sock");
      await stage.start(`kca dev --socket ${word(socket)}`);
      await stage.type(`export KEYCHAIN_AUTH_SOCKET=${word(socket)}`);
      const [, ...rest] = fixtureCommand("hold_connections", { args: [socket, "64"] });
      const log = word(join(stage.home, "holds"));
      await stage.type(
        `${[stage.program, ...rest].map((text) => word(text)).join(" ")} >${log} &`,
        `while ! grep -q holding ${log}; do sleep 0.1; done`,
      );
    },
    says: "The daemon serves 64 connections at once",
    typed: [],
  },
  {
    name: "The daemon closes without a reply: it cannot see the program",
    async arrange(stage) {
      const script = join(stage.home, "closes.mjs");
      const socket = join(stage.home, "named.sock");
      writeFileSync(
        script,
        `import { createServer } from "node:net";
createServer((socket) => socket.end()).listen(${JSON.stringify(socket)}, () =>
  console.log("listening on it"));`,
      );
      const [, ...rest] = fixtureCommand("serve");
      const flags = rest[0] === "run" ? ["run", "-A", "--no-lock"] : [];
      await stage.start([stage.program, ...flags, script].map((text) => word(text)).join(" "));
      await stage.type(`export KEYCHAIN_AUTH_SOCKET=${word(socket)}`);
    },
    sync: true,
    says: "The daemon closed the connection without a reply. It does so when it cannot see the " +
      "calling program: from a container or another namespace",
    typed: [],
  },
  {
    name: "The daemon's configuration is broken",
    async arrange(stage) {
      await stage.start();
      const folder = word(join(stage.home, "home", ".config", "keychain-auth"));
      await stage.type(`mkdir -p ${folder}`, `echo '{' >${folder}/config.json`);
    },
    only: "doctor",
    says: "is not valid JSON",
    typed: [],
  },
];
