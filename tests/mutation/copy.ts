/** A copy of the repository, in which sources are changed and tests run. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { mustRun, runProcess } from "../launcher/process.ts";

/** How one test file ended. */
export interface Ended {
  passed: boolean;
  timedOut: boolean;
  output: string;
  milliseconds: number;
}

/** A copy of what git knows of, as it is in the working tree. */
export class Copy {
  readonly path: string;
  /** Relative to the root. */
  readonly files: readonly string[];
  /** Of all sources but the tests themselves. */
  readonly digest: string;

  private constructor(path: string, files: readonly string[], digest: string) {
    [this.path, this.files, this.digest] = [path, files, digest];
  }

  /** Makes one at `path`; what is there is removed. */
  static async make(root: string, path: string): Promise<Copy> {
    rmSync(path, { recursive: true, force: true });
    const listed = await mustRun(["git", "ls-files", "-z"], { cwd: root });
    const files = listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
    const hash = createHash("sha256");
    for (const file of files) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      cpSync(join(root, file), join(path, file));
      if (/(?<!_test)\.ts$/.test(file)) hash.update(readFileSync(join(root, file)));
    }
    symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
    // A mutant that looks for a repository, to install its hook, must not find the one around.
    await mustRun(["git", "init", "--quiet"], { cwd: path });
    return new Copy(path, files, hash.digest("hex").slice(0, 12));
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  /** Runs one test file on Bun, in a group of processes that ends with it. */
  async test(bun: string, file: string, timeout?: number): Promise<Ended> {
    const started = performance.now();
    const { code, timedOut, output } = await runProcess([bun, "test", "--bail", `./${file}`], {
      cwd: this.path,
      env: { NO_COLOR: "1", KEYCHAIN_AUTH_SOCKET: undefined },
      timeout,
      group: true,
    });
    const milliseconds = Math.round(performance.now() - started);
    return { passed: code === 0 && !timedOut, timedOut, output, milliseconds };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
