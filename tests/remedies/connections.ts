/** Situations in which there is no daemon to talk to. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { shellWord as word } from "../../src/errors/shell_word.ts";
import type { Situation } from "./situation.ts";
import type { Stage } from "./stage.ts";

const start = "keychain-auth start";
const startSystem = "sudo systemctl start keychain-auth";
const unset = "unset KEYCHAIN_AUTH_SOCKET";

const approve = (stage: Stage, daemon = "keychain-auth") =>
  stage.type(`${daemon} authorize ${word(stage.program)} ${word(stage.service)}`);
const name = (stage: Stage, path: string) =>
  stage.type(`export KEYCHAIN_AUTH_SOCKET=${word(path)}`);
const named = (stage: Stage) => join(stage.home, "named.sock");

/** A daemon where it listens by default, and the variable somewhere else. */
async function misnamed(stage: Stage, path: string = named(stage)): Promise<void> {
  await approve(stage);
  await stage.start();
  await name(stage, path);
}

export const connections: readonly Situation[] = [
  {
    name: "The daemon is not started",
    sync: true,
    arrange: (stage) => approve(stage),
    says: "No daemon is running",
    typed: [start],
  },
  {
    name: "The same, and the program was never approved",
    arrange: () => Promise.resolve(),
    says: "No daemon is running",
    typed: [start, "keychain-auth authorize PROGRAM SERVICE"],
  },
  {
    name: "The daemon was killed and has left its socket",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type("kill -9 $DAEMON", "wait $DAEMON; true");
    },
    says: "The daemon was killed and has left its socket",
    typed: [start],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names nothing, and a daemon runs where it does by default",
    sync: true,
    arrange: (stage) => misnamed(stage),
    says: "Nobody listens at NAMED, and a daemon answers at SOCKET",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names nothing, and no daemon runs",
    async arrange(stage) {
      await approve(stage);
      await name(stage, named(stage));
    },
    says: "No daemon is running where KEYCHAIN_AUTH_SOCKET says",
    typed: [`${start} --socket NAMED`],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` leads into a folder that does not exist",
    async arrange(stage) {
      await approve(stage);
      await name(stage, join(stage.home, "nowhere", "agent.sock"));
    },
    says: "No daemon is running where KEYCHAIN_AUTH_SOCKET says",
    typed: [unset, start],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names a plain file",
    sync: true,
    async arrange(stage) {
      writeFileSync(named(stage), "");
      await misnamed(stage);
    },
    says: "NAMED is a plain file, not a socket, and KEYCHAIN_AUTH_SOCKET names it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names a folder",
    async arrange(stage) {
      mkdirSync(named(stage));
      await misnamed(stage);
    },
    says: "NAMED is a folder, not a socket, and KEYCHAIN_AUTH_SOCKET names it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names a link to nowhere",
    async arrange(stage) {
      symlinkSync(join(stage.home, "gone"), named(stage));
      await misnamed(stage);
    },
    says: "NAMED is a link that leads nowhere, and KEYCHAIN_AUTH_SOCKET names it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` leads through a plain file",
    arrange: (stage) => misnamed(stage, join(stage.home, "seed.json", "agent.sock")),
    says: "is below something that is not a folder, and KEYCHAIN_AUTH_SOCKET names it",
    typed: [unset],
  },
  {
    name: "A plain file is where the daemon listens by default",
    async arrange(stage) {
      await approve(stage);
      await stage.type(`mkdir ${word(dirname(stage.socket))}`, `echo mine >${word(stage.socket)}`);
    },
    says: "SOCKET is a plain file, not a socket, and in the daemon's place",
    typed: ["mv SOCKET SOCKET.old", start],
  },
  {
    name: "A folder of your own may not be entered",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type(`chmod 0 ${word(dirname(stage.socket))}`);
    },
    says: "FOLDER may not be entered by you",
    typed: ["chmod u+rwx FOLDER"],
  },
  {
    name: "A socket of your own may not be opened",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type(`chmod 0 ${word(stage.socket)}`);
    },
    says: "SOCKET may not be opened by you",
    typed: ["chmod u+rw SOCKET"],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` leads into another user's folder",
    others: true,
    async arrange(stage) {
      const folder = join(stage.home, "theirs");
      mkdirSync(folder, { mode: 0o700 });
      await misnamed(stage, join(folder, "agent.sock"));
    },
    says: "may not be entered by you, and KEYCHAIN_AUTH_SOCKET leads there",
    typed: [unset],
  },
  {
    name: "`XDG_RUNTIME_DIR` is another user's, as `su` leaves it",
    others: true,
    async arrange(stage) {
      const folder = join(stage.home, "theirs");
      mkdirSync(folder, { mode: 0o700 });
      await approve(stage);
      await stage.type(`export XDG_RUNTIME_DIR=${word(folder)}`);
    },
    says: "may not be entered by you, and XDG_RUNTIME_DIR leads there",
    typed: ["unset XDG_RUNTIME_DIR", start],
  },
  {
    name: "The daemon's folder in your home is another user's",
    others: true,
    async arrange(stage) {
      mkdirSync(join(stage.home, "home", ".cache", "keychain-auth"), {
        recursive: true,
        mode: 0o700,
      });
      await stage.type("unset XDG_RUNTIME_DIR");
    },
    says: "There is no command for it: ask user id 0",
    typed: [],
  },
  {
    name: "The daemon is installed for the whole system and not started",
    sync: true,
    async arrange(stage) {
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "It is installed for the whole system",
    typed: [startSystem],
  },
  {
    name: "The same, for root",
    stage: { root: true },
    others: true,
    async arrange(stage) {
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "It is installed for the whole system",
    typed: [startSystem],
  },
  {
    name: "The daemon of the whole system was killed",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.start("sudo keychain-auth start");
      await stage.type("kill -9 $DAEMON", "wait $DAEMON; true");
    },
    says: "The daemon was killed and has left its socket. It is installed for the whole system",
    typed: [startSystem],
  },
  {
    name: "The daemon of the whole system is not started, and a user's own runs",
    sync: true,
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "It is installed for the whole system",
    typed: [startSystem],
  },
  {
    name: "The same, and `KEYCHAIN_AUTH_SOCKET` names nothing",
    async arrange(stage) {
      await misnamed(stage);
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "No daemon is running where KEYCHAIN_AUTH_SOCKET says",
    typed: [unset, startSystem],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names nothing, and the daemon of the whole system runs",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.type(startSystem);
      await name(stage, named(stage));
    },
    says: "Nobody listens at NAMED, and a daemon answers at /run/keychain-auth/agent.sock",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` names nothing, and the daemon of the whole system is not started",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.type("mkdir /run/keychain-auth");
      await name(stage, named(stage));
    },
    says: "No daemon is running where KEYCHAIN_AUTH_SOCKET says",
    typed: [unset, startSystem],
  },
];
