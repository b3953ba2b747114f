/** The project of a user who installed the package: a folder outside of the repository. */
import { join, toFileUrl } from "@std/path";
import { build, stop } from "esbuild";
import { mustOutput, ROOT, type Runtime } from "./tools.ts";

/** Programs and libraries that are not put into a bundle. */
const EXTERNAL = ["@keychain-auth/*", "bun:*", "node:*"];

/** A project with the package installed and the scripts of bench/clients beside it. */
export interface App extends AsyncDisposable {
  folder: string;
  /** The folder of the installed package, and its manifest. */
  package: string;
  manifest: { exports: Record<string, { default: string }>; bin: { kca: string } };
  /** The path of a script, such as `first_ours`, as plain JavaScript in one file. */
  script(name: string): string;
  /** Puts `first_ours` and the package into one file, as a script of the name that is given. */
  bundle(
    by: "esbuild" | "bun",
    name: string,
    bun?: Runtime,
    target?: "bun" | "node",
  ): Promise<void>;
}

/** Builds the package, packs it, installs it in a new folder, and compiles the scripts. */
export async function makeApp(): Promise<App> {
  const folder = await Deno.makeTempDir({ prefix: "bench-app-" });
  try {
    return await fill(folder);
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

async function fill(folder: string): Promise<App> {
  const installed = join(folder, "node_modules/@keychain-auth/client");
  const script = (name: string): string => join(folder, `${name}.mjs`);
  await Deno.writeTextFile(join(folder, "package.json"), '{ "name": "app", "type": "module" }\n');
  await mustOutput([Deno.execPath(), "task", "--quiet", "build"], { cwd: ROOT });
  const pack = ["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder, ROOT];
  const [{ filename }] = JSON.parse(await mustOutput(pack));
  await Deno.mkdir(installed, { recursive: true });
  const archive = join(folder, filename);
  await mustOutput(["tar", "-xzf", archive, "-C", installed, "--strip-components=1"]);
  await Deno.remove(archive);

  const clients = join(ROOT, "bench/clients");
  try {
    await build({
      entryPoints: [...Deno.readDirSync(clients)].map(({ name }) => join(clients, name)),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "es2022",
      external: EXTERNAL,
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
  const manifest = JSON.parse(await Deno.readTextFile(join(installed, "package.json")));
  // Deno's users from JSR load the sources.
  const text = await Deno.readTextFile(script("first_ours"));
  const source = text.replaceAll("@keychain-auth/client", toFileUrl(join(ROOT, "mod.ts")).href);
  await Deno.writeTextFile(script("first_sources"), source);
  return {
    folder,
    package: installed,
    manifest,
    script,
    async bundle(by, name, bun, target) {
      const [from, to] = [script("first_ours"), script(name)];
      if (by === "bun") {
        await mustOutput([bun!.exec, "build", from, "--target", target!, "--outfile", to]);
        return;
      }
      const options = { bundle: true, format: "esm", platform: "node" } as const;
      await build({ entryPoints: [from], outfile: to, ...options, logLevel: "warning" });
      await stop();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}
