/** What is needed of the Debian system underneath: debootstrap, and where its packages come from. */
import { mustRun, runProcess } from "../launcher/process.ts";

/** This system cannot hold the machine; the message says what is needed, in one line. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
}

/**
 * The mirror that this system itself uses, after making sure that debootstrap is there.
 *
 * @param log Told what takes time.
 * @throws {Unsupported} On a system without apt, or with another distribution's packages.
 */
export async function debianMirror(log: (line: string) => void): Promise<string> {
  if (!await installed("apt-get")) {
    throw new Unsupported("the Wine machine is made by debootstrap from a Debian system's mirror");
  }
  let mirror = await readMirror();
  const present = await installed("debootstrap");
  if (mirror === undefined || !present) {
    log("Installing debootstrap");
    await mustRun(["apt-get", "-q", "update"]);
    mirror ??= await readMirror();
  }
  if (!present) {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const install = ["apt-get", "-q", "-y", "install", "--no-install-recommends", "debootstrap"];
    const { code } = await runProcess(install, { env });
    if (code !== 0) throw new Unsupported("debootstrap is missing: `apt-get install debootstrap`");
  }
  if (mirror === undefined) {
    throw new Unsupported("no Debian mirror among the sources of apt: run it on Debian");
  }
  return mirror;
}

async function installed(program: string): Promise<boolean> {
  const { code } = await runProcess(["sh", "-c", `command -v ${program}`]);
  return code === 0;
}

async function readMirror(): Promise<string | undefined> {
  const format = "$(ORIGIN) $(COMPONENT) $(LABEL) $(REPO_URI)";
  const targets = await mustRun(
    ["apt-get", "indextargets", "--format", format, "Created-By: Packages"],
  );
  // The label of security updates is another one: they hold no whole system.
  return /^Debian main Debian (\S+)$/m.exec(targets)?.[1];
}
