/** Other commands that start a program with its secrets in variables, as npm has them. */
import { join } from "@std/path";
import { CACHE, mustOutput } from "./tools.ts";

const VERSIONS = { "@dotenvx/dotenvx": "2.38.2", varlock: "1.20.0" };

/** A peer of `kca`. */
export interface Peer {
  name: string;
  /** Its script, for Node. */
  script: string;
}

/** What the peers read in the working directory: the variable VALUE, in a file. */
export async function writePeerFiles(folder: string, value: string): Promise<void> {
  await Deno.writeTextFile(join(folder, ".env"), `VALUE=${value}\n`);
  await Deno.writeTextFile(
    join(folder, ".env.schema"),
    "# @defaultRequired=false\n# ---\nVALUE=\n",
  );
}

/** Installs the peers, once. */
export async function installPeers(): Promise<Peer[]> {
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  const folder = join(CACHE, packages.join("_").replaceAll("/", "-"));
  const modules = join(folder, "node_modules");
  const read = async (name: string): Promise<{ bin: Record<string, string> }> =>
    JSON.parse(await Deno.readTextFile(join(modules, name, "package.json")));
  try {
    await read("varlock");
  } catch {
    await Deno.mkdir(folder, { recursive: true });
    const flags = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"];
    await mustOutput(["npm", "install", ...flags, "--prefix", folder, ...packages]);
  }
  return await Promise.all(
    Object.entries(VERSIONS).map(async ([name, version]) => {
      const command = name.replace(/^.*\//, "");
      const { bin } = await read(name);
      return { name: `${command} ${version}`, script: join(modules, name, bin[command]) };
    }),
  );
}
