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
  type Command,
  formatMessageForArgumentScannerError,
  text_en,
} from "@stricli/core";
import { run } from "./commands/run.ts";
import type { Context } from "./context.ts";
import { exitCodeOf, isBrokenPipe, messageOf } from "./exit_codes.ts";
import { kebab } from "./flags.ts";
import { printableLines } from "./printable.ts";

/** What a command is called, and what it is. */
export type Routes = Readonly<Record<string, Command<Context>>>;

const DOCS = {
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
};

const text: ApplicationText = {
  ...text_en,
  exceptionWhileParsingArguments: (error) =>
    `kca: ${
      formatMessageForArgumentScannerError(error as ArgumentScannerError, {
        // What no command knows may be a secret's value.
        FlagNotFoundError: ({ corrections }) =>
          `No such flag${
            corrections.length > 0
              ? `, did you mean ${corrections.map((flag) => `--${kebab(flag)}`).join(" or ")}?`
              : ""
          }`,
        AliasNotFoundError: () => "No such flag",
        InvalidNegatedFlagSyntaxError: ({ externalFlagName }) =>
          `--${externalFlagName} takes no value`,
        UnexpectedPositionalError: ({ expectedCount }) =>
          `Too many arguments: ${expectedCount} expected. Secrets are never arguments`,
        UnexpectedFlagError: ({ externalFlagName }) => `--${externalFlagName} was given twice`,
        ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) =>
          `Cannot use the value of ${externalFlagNameOrPlaceholder}: ${messageOf(exception)}`,
      })
    }`,
  formatException,
  exceptionWhileRunningCommand: (error) => `kca: ${formatException(error)}`,
  exceptionWhileLoadingCommandFunction: (error) => `kca: ${formatException(error)}`,
  noCommandRegisteredForInput: (args) => `kca: ${text_en.noCommandRegisteredForInput(args)}`,
};

function formatException(error: unknown): string {
  // There is nobody to say it to: whoever runs this ends silently.
  if (isBrokenPipe(error)) throw error;
  return printableLines(messageOf(error));
}

/**
 * Builds the application.
 *
 * @param others The commands besides `run`, which is the one that is waited for: building it alone
 * saves a few milliseconds of every start.
 */
export function buildApp(others: Routes): Application<Context> {
  return buildApplication<Context>(
    buildRouteMap<string, Context>({ routes: { run, ...others }, docs: DOCS }),
    {
      name: "kca",
      scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
      documentation: { onlyRequiredInUsageLine: true },
      localization: { text },
      determineExitCode: exitCodeOf,
    },
  );
}
