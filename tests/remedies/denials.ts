/** Situations in which the daemon denies the program. */
import { copyFileSync, linkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "../../src/errors/shell_word.ts";
import type { Situation } from "./situation.ts";
import type { Stage } from "./stage.ts";

const authorize = "keychain-auth authorize PROGRAM SERVICE";
const sudo = `sudo ${authorize}`;
const word = shellWord;

/** Another path of the same file, approved first as people do it. */
async function approveAs(stage: Stage, name: string, daemon = "keychain-auth"): Promise<void> {
  await stage.type(
    `${daemon} authorize ${word(join(stage.home, name))} ${word(stage.service)}`,
    // And then the advice that used to loop for ever.
    `${daemon} authorize ${word(stage.program)} ${word(stage.service)}`,
  );
}

const link = (stage: Stage) => symlinkSync(stage.program, join(stage.home, "link"));
const startSystem = "sudo systemctl start keychain-auth";

export const denials: readonly Situation[] = [
  {
    name: "The program was never approved",
    sync: true,
    arrange: (stage) => stage.start(),
    says: "The daemon does not know this executable",
    typed: [authorize],
  },
  {
    name: "The same, for root",
    stage: { root: true },
    others: true,
    arrange: (stage) => stage.start(),
    says: "The daemon does not know this executable",
    typed: [authorize],
  },
  {
    name: "`register` entered the program, which grants no service",
    async arrange(stage) {
      await stage.type(`keychain-auth register ${word(stage.program)}`);
      await stage.start();
    },
    says: "This executable may not read",
    typed: [authorize],
  },
  {
    name: "The program is approved for another service only",
    async arrange(stage) {
      await stage.type(`keychain-auth authorize ${word(stage.program)} Another`);
      await stage.start();
    },
    says: "This executable may not read",
    typed: [authorize],
  },
  {
    name: "Blanks and quotes in the program's path and in the service's name",
    stage: { folder: "Tom's programs", service: "it's mine; ls" },
    arrange: (stage) => stage.start(),
    says: "The daemon does not know this executable",
    typed: [authorize],
  },
  {
    name: "A symbolic link to the program was approved before",
    sync: true,
    async arrange(stage) {
      link(stage);
      await approveAs(stage, "link");
      await stage.start();
    },
    says: "only the first entry with its hash counts",
    typed: [`keychain-auth approve none LINK && ${authorize}`],
  },
  {
    name: "A hard link to the program was approved before",
    async arrange(stage) {
      linkSync(stage.program, join(stage.home, "hard-link"));
      await approveAs(stage, "hard-link");
      await stage.start();
    },
    says: "only the first entry with its hash counts",
    typed: [`keychain-auth approve none HARDLINK && ${authorize}`],
  },
  {
    name: "A copy of the program was approved before",
    async arrange(stage) {
      copyFileSync(stage.program, join(stage.home, "copy"));
      await approveAs(stage, "copy");
      await stage.start();
    },
    says: "only the first entry with its hash counts",
    typed: [`keychain-auth approve none COPY && ${authorize}`],
  },
  {
    name: "A link and a copy were approved before",
    async arrange(stage) {
      link(stage);
      copyFileSync(stage.program, join(stage.home, "copy"));
      await approveAs(stage, "link");
      await approveAs(stage, "copy");
      await stage.start();
    },
    says: "only the first entry with its hash counts",
    typed: [`keychain-auth approve none LINK && keychain-auth approve none COPY && ${authorize}`],
  },
  {
    name: "The system daemon runs, and the program was never approved",
    arrange: (stage) => stage.type(startSystem),
    says: "The daemon does not know this executable",
    typed: [sudo],
  },
  {
    name: "The same, and it was approved without `sudo`, which changes nothing",
    async arrange(stage) {
      await stage.type(`keychain-auth authorize ${word(stage.program)} ${word(stage.service)}`);
      await stage.type(startSystem);
    },
    says: "The daemon does not know this executable",
    typed: [sudo],
  },
  {
    name: "The system daemon runs, and a link was approved before",
    async arrange(stage) {
      link(stage);
      await stage.type(startSystem);
      await approveAs(stage, "link", "sudo keychain-auth");
    },
    says: "another entry has this file's hash",
    typed: [
      sudo,
      "sudo keychain-auth check PROGRAM SERVICE",
      "sudo keychain-auth approve none LINK",
    ],
    async follow(stage, message) {
      const [, check = ""] = /`(sudo keychain-auth check [^`]+)`/.exec(message) ?? [];
      const [, approve = ""] = /`(sudo keychain-auth approve none)`/.exec(message) ?? [];
      const { stdout } = await stage.terminal.type(`${check} 2>&1`);
      const [, path = ""] = /expected (.+), got/.exec(stdout) ?? [];
      return [check, `${approve} ${word(path)}`];
    },
  },
  {
    name: "`kca dev --config` denies the program",
    async arrange(stage) {
      const { home, socket } = stage;
      const config = join(home, "config.json");
      writeFileSync(config, "{}");
      await stage.start(
        `kca dev --config ${word(config)} --seed ${word(join(home, "seed.json"))} --socket ${
          word(`${home}/named.sock`)
        }`,
      );
      await stage.type(`export KEYCHAIN_AUTH_SOCKET=${word(`${home}/named.sock`)}`, `: ${socket}`);
    },
    says: "The daemon does not know this executable",
    typed: ["kca dev --config FILE authorize PROGRAM SERVICE"],
  },
];
