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
    name: "The daemon was killed and left its socket behind",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type("kill -9 $DAEMON", "wait $DAEMON; true");
    },
    says: "The daemon was killed and left its socket behind",
    typed: [start],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to nothing, and a daemon runs at the default place",
    sync: true,
    arrange: (stage) => misnamed(stage),
    says: "No daemon listens at NAMED, but one answers at SOCKET",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to nothing, and no daemon runs",
    async arrange(stage) {
      await approve(stage);
      await name(stage, named(stage));
    },
    says: "No daemon is running at the path in KEYCHAIN_AUTH_SOCKET",
    typed: [`${start} --socket NAMED`],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points into a folder that does not exist",
    async arrange(stage) {
      await approve(stage);
      await name(stage, join(stage.home, "nowhere", "agent.sock"));
    },
    says: "No daemon is running at the path in KEYCHAIN_AUTH_SOCKET",
    typed: [unset, start],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to a plain file",
    sync: true,
    async arrange(stage) {
      writeFileSync(named(stage), "");
      await misnamed(stage);
    },
    says: "NAMED is a plain file, not a socket. KEYCHAIN_AUTH_SOCKET points to it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to a folder",
    async arrange(stage) {
      mkdirSync(named(stage));
      await misnamed(stage);
    },
    says: "NAMED is a folder, not a socket. KEYCHAIN_AUTH_SOCKET points to it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to a broken link",
    async arrange(stage) {
      symlinkSync(join(stage.home, "gone"), named(stage));
      await misnamed(stage);
    },
    says: "NAMED is a symbolic link to nothing. KEYCHAIN_AUTH_SOCKET points to it",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points through a plain file",
    arrange: (stage) => misnamed(stage, join(stage.home, "seed.json", "agent.sock")),
    says: "is inside something that is not a folder. KEYCHAIN_AUTH_SOCKET points to it",
    typed: [unset],
  },
  {
    name: "A plain file is at the daemon's default place",
    async arrange(stage) {
      await approve(stage);
      await stage.type(`mkdir ${word(dirname(stage.socket))}`, `echo mine >${word(stage.socket)}`);
    },
    says: "SOCKET is a plain file, not a socket. The daemon's socket belongs there",
    typed: ["mv SOCKET SOCKET.old", start],
  },
  {
    name: "You may not enter your own folder",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type(`chmod 0 ${word(dirname(stage.socket))}`);
    },
    says: "You may not enter the folder FOLDER",
    typed: ["chmod u+rwx FOLDER"],
  },
  {
    name: "You may not open your own socket",
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type(`chmod 0 ${word(stage.socket)}`);
    },
    says: "You may not open SOCKET",
    typed: ["chmod u+rw SOCKET"],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points into another user's folder",
    others: true,
    async arrange(stage) {
      const folder = join(stage.home, "theirs");
      mkdirSync(folder, { mode: 0o700 });
      await misnamed(stage, join(folder, "agent.sock"));
    },
    says: "KEYCHAIN_AUTH_SOCKET points there",
    typed: [unset],
  },
  {
    name: "`XDG_RUNTIME_DIR` belongs to another user, as after `su`",
    others: true,
    async arrange(stage) {
      const folder = join(stage.home, "theirs");
      mkdirSync(folder, { mode: 0o700 });
      await approve(stage);
      await stage.type(`export XDG_RUNTIME_DIR=${word(folder)}`);
    },
    says: "XDG_RUNTIME_DIR points there",
    typed: ["unset XDG_RUNTIME_DIR", start],
  },
  {
    name: "The daemon's folder in your home belongs to another user",
    others: true,
    async arrange(stage) {
      mkdirSync(join(stage.home, "home", ".cache", "keychain-auth"), {
        recursive: true,
        mode: 0o700,
      });
      await stage.type("unset XDG_RUNTIME_DIR");
    },
    says: "No command helps: ask user id 0",
    typed: [],
  },
  {
    name: "The system daemon is installed and not started",
    sync: true,
    async arrange(stage) {
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "It is installed as a system service",
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
    says: "It is installed as a system service",
    typed: [startSystem],
  },
  {
    name: "The system daemon was killed",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.start("sudo keychain-auth start");
      await stage.type("kill -9 $DAEMON", "wait $DAEMON; true");
    },
    says: "The daemon was killed and left its socket behind. It is installed as a system service",
    typed: [startSystem],
  },
  {
    name: "The system daemon is not started, and a user's own daemon runs",
    sync: true,
    async arrange(stage) {
      await approve(stage);
      await stage.start();
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "It is installed as a system service",
    typed: [startSystem],
  },
  {
    name: "The same, and `KEYCHAIN_AUTH_SOCKET` points to nothing",
    async arrange(stage) {
      await misnamed(stage);
      await stage.type("mkdir /run/keychain-auth");
      await approve(stage, "sudo keychain-auth");
    },
    says: "No daemon is running at the path in KEYCHAIN_AUTH_SOCKET",
    typed: [unset, startSystem],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to nothing, and the system daemon runs",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.type(startSystem);
      await name(stage, named(stage));
    },
    says: "No daemon listens at NAMED, but one answers at /run/keychain-auth/agent.sock",
    typed: [unset],
  },
  {
    name: "`KEYCHAIN_AUTH_SOCKET` points to nothing, and the system daemon is not started",
    async arrange(stage) {
      await approve(stage, "sudo keychain-auth");
      await stage.type("mkdir /run/keychain-auth");
      await name(stage, named(stage));
    },
    says: "No daemon is running at the path in KEYCHAIN_AUTH_SOCKET",
    typed: [unset, startSystem],
  },
];
