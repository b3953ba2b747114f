/**
 * Questions at a terminal. They are asked on stderr, so that stdout stays for data.
 *
 * @module
 */

import { MAX_LINE } from "../../src/protocol/envelope.ts";
import { decode } from "../files.ts";
import type { Host } from "../host/host.ts";
import { pastedText } from "./line_editor.ts";
import { askTerminal } from "./raw_terminal.ts";

/** Asks for a value without showing anything of it, and without a key that would. */
export async function askSecret(host: Host, question: string): Promise<string> {
  let pastes = 0;
  const bytes = await askTerminal(host, {
    text: `${question} (hidden): `,
    most: MAX_LINE,
    onInput(editor, show) {
      if (editor.pastes > pastes) show("pasted, press Enter ");
      ({ pastes } = editor);
    },
  });
  return pastedText(decode(bytes, "The value"));
}

/** Asks for a yes: `y` or `yes`, and Enter. */
export async function askYes(host: Host, question: string): Promise<boolean> {
  let shown = 0;
  const bytes = await askTerminal(host, {
    text: `${question} (y/N) `,
    most: 100,
    onInput(editor, show) {
      const text = new TextDecoder().decode(editor.bytes).replace(/[^ -~]/g, "?");
      show("\b \b".repeat(Math.max(shown - text.length, 0)) + text.slice(shown));
      shown = text.length;
    },
  });
  return /^y(?:es)?$/i.test(new TextDecoder().decode(bytes).trim());
}
