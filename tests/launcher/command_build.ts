/** The part of tsdown.config.ts that builds the command, without declarations and licences. */
import process from "node:process";
import type { UserConfig } from "tsdown";
import configs from "../../tsdown.config.ts";

const command = (configs as UserConfig[]).find(({ entry }) =>
  Object.hasOwn(entry as object, "cli")
);
if (command === undefined) throw new Error("tsdown.config.ts builds no cli");
const plugins = [command.plugins].flat().filter((plugin) =>
  (plugin as { name?: string }).name !== "rollup-plugin-license"
);

export default {
  ...command,
  plugins,
  cwd: process.cwd(),
  dts: false,
  outDir: process.env.KEYCHAIN_AUTH_TEST_BUILD,
};
