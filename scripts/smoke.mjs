// Uses the built package as a user of npm would: by its name, in plain JavaScript.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "@keychain-auth/client";
import * as core from "@keychain-auth/client/core";
import { connectSync } from "@keychain-auth/client/sync";
import { startDaemon } from "@keychain-auth/client/testing";

const daemon = await startDaemon({ secrets: { app: { KEY: "from the daemon" } } });
const client = await connect({ endpoint: daemon.endpoint });
try {
  if (Object.keys(core).length === 0) throw new Error("The core exports nothing");
  const value = await client.service("app").get("KEY");
  if (value !== "from the daemon") throw new Error("The secret was not read");
  await client.service("app").write({ OTHER: "2" });
  if (typeof connectSync !== "function") throw new Error("There is no connectSync");
  const kca = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
  const typed = async (command, ...args) => {
    const where = ["--socket", daemon.endpoint, "--service", "app"];
    const line = [kca, command, ...where, ...args];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, line);
    // Node's warning that its FFI is experimental comes while kca waits.
    if (stderr !== "") throw new Error(`kca ${command} printed to stderr: ${stderr}`);
    return stdout;
  };
  const program = [process.execPath, "-e", "console.log(process.env.VALUE)"];
  daemon.fail("slow", { delay: 100 });
  const output = await typed("run", "--map", "VALUE=KEY", "--", ...program);
  if (output !== "from the daemon\n") throw new Error("kca did not run a program");
  if (await typed("list") !== "KEY\nOTHER\n") throw new Error("kca did not list the names");
  const version = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`;
  console.log(`ok   the built package works on ${version} over ${client.transport}`);
} finally {
  await client.close();
  await daemon.close();
}
