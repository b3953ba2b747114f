/**
 * The command line as a whole: commands, messages, exit codes.
 *
 * @module
 */

import {
  type Application,
  type ApplicationText,
  type ArgumentScannerError,
  buildApplication,
  buildRouteMap,
  formatMessageForArgumentScannerError,
  text_en,
} from "@stricli/core";
import { completion } from "./commands/completion.ts";
import { remove } from "./commands/delete.ts";
import { dev } from "./commands/dev.ts";
import { doctor } from "./commands/doctor.ts";
import { exportSecrets } from "./commands/export.ts";
import { get } from "./commands/get.ts";
import { list } from "./commands/list.ts";
import { run } from "./commands/run.ts";
import { set } from "./commands/set.ts";
import type { Context } from "./context.ts";
import { exitCodeOf, messageOf } from "./exit_codes.ts";

const routes = { run, get, set, list, delete: remove, export: exportSecrets, doctor, dev };

const text: ApplicationText = {
  ...text_en,
  exceptionWhileParsingArguments: (error) =>
    `kca: ${
      formatMessageForArgumentScannerError(error as ArgumentScannerError, {
        // What was typed too much may be a secret's value.
        UnexpectedPositionalError: ({ expectedCount }) =>
          `Too many arguments: ${expectedCount} expected. Secrets are never arguments`,
        UnexpectedFlagError: ({ externalFlagName }) => `--${externalFlagName} was given twice`,
        ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) =>
          `Cannot use the value of ${externalFlagNameOrPlaceholder}: ${messageOf(exception)}`,
      })
    }`,
  exceptionWhileRunningCommand: (error) => `kca: ${messageOf(error)}`,
  exceptionWhileLoadingCommandFunction: (error) => `kca: ${messageOf(error)}`,
  noCommandRegisteredForInput: (args) => `kca: ${text_en.noCommandRegisteredForInput(args)}`,
};

/** The commands of `kca`. */
export const app: Application<Context> = buildApplication<Context>(
  buildRouteMap<keyof typeof routes | "completion", Context>({
    routes: { ...routes, completion },
    docs: {
      brief: "Secrets from the keychain-auth daemon, at a shell prompt",
      fullDescription: [
        "Secrets from the keychain-auth daemon, at a shell prompt.",
        "",
        "  kca run --service AgentSecrets --prefix proj_123:development: -- npm start",
        "  kca doctor --service AgentSecrets",
        "",
        "Exit codes: 0 done, 1 a secret is missing, 2 wrong usage, 3 no daemon, 4 denied, 5 failed.",
        "Help on a command: kca COMMAND --help",
      ].join("\n"),
    },
  }),
  {
    name: "kca",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    localization: { text },
    determineExitCode: exitCodeOf,
  },
);
