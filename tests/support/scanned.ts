/** A folder with a project whose stored secrets `kca scan` looks for, in a repository of git or not. */
import { spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import type { DaemonOptions, TestDaemon } from "../../testing/mod.ts";
import type { FixtureResult } from "../harness.ts";
import { daemonWith, kca, SERVICE, temporaryFolder } from "./kca.ts";

/** The values that are stored. */
export const SECRETS = {
  "p:dev:TOKEN": "tok/dev+0123456789?",
  "p:prod:TOKEN": "tok/prod+abcdefghi?",
  "p:dev:KEY": "shared-value-of-key",
  "p:prod:KEY": "shared-value-of-key",
  "p:dev:PIN": "1234",
  "p:dev:PORT": "5432-the-default",
  "p:prod:PORT": "8080-of-production",
  "p:dev:URL": "https://public.example",
} as const;

const PROJECT = {
  service: SERVICE,
  prefix: "p:{profile}:",
  profile: "dev",
  secrets: {
    TOKEN: {},
    KEY: {},
    PIN: { optional: true },
    PORT: { default: "5432-the-default" },
    URL: { public: true, optional: true },
  },
  profiles: { dev: {}, prod: {} },
};

/** The project, its daemon, and a user of its own who has allowed it. */
export class ScannedProject implements AsyncDisposable {
  readonly path: string;
  readonly daemon: TestDaemon;
  /** The variables of the user. */
  readonly env: Record<string, string | undefined>;
  readonly #folder: Disposable;

  private constructor(folder: { path: string } & Disposable, daemon: TestDaemon) {
    const root = realpathSync(folder.path);
    this.path = join(root, "app");
    this.daemon = daemon;
    this.#folder = folder;
    const home = join(root, "home");
    this.env = {
      HOME: home,
      APPDATA: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      GIT_CONFIG_GLOBAL: join(home, "gitconfig"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "user.name",
      GIT_CONFIG_VALUE_0: "a",
      GIT_CONFIG_KEY_1: "user.email",
      GIT_CONFIG_VALUE_1: "a@example.com",
      KCA_PROJECT: undefined,
      KCA_SOURCE: undefined,
    };
    mkdirSync(this.path);
    mkdirSync(join(home, ".config"), { recursive: true });
    this.write({ "kca.json": JSON.stringify(PROJECT) });
  }

  /** Makes one. @param git Whether it is a repository. */
  static async make(
    { git = true, ...options }: DaemonOptions & { git?: boolean } = {},
  ): Promise<ScannedProject> {
    const project = new ScannedProject(temporaryFolder(), await daemonWith(SECRETS, options));
    if (git) project.git("init", "--quiet");
    const { code, stderr } = await project.kca("allow");
    if (code !== 0) throw new Error(stderr);
    return project;
  }

  /** Writes files. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }

  /** Runs git. @returns What it has printed. */
  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("git", args, {
      cwd: this.path,
      env: { ...process.env, ...this.env } as Record<string, string>,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** Stages everything and commits it. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--no-verify", "--message", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  /** Runs the command in the folder, or in one below it. */
  async kca(...args: string[]): Promise<FixtureResult> {
    return await this.kcaIn(".", {}, ...args);
  }

  /** The same in another folder, with other variables. */
  async kcaIn(
    folder: string,
    env: Record<string, string | undefined>,
    ...args: string[]
  ): Promise<FixtureResult> {
    const options = { cwd: join(this.path, folder), env: { ...this.env, ...env } };
    return await kca(this.daemon, args, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
