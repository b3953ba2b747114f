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

/** Asks for a value and never shows any of it. */
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

/** Asks a question that is answered by `y` or `yes`, and Enter. */
export async function askYes(host: Host, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await askShown(host, `${question} (y/N) `, 100));
}

/** Asks for a visible text. Enter alone accepts the offered one. */
export async function askText(host: Host, question: string, offered: string): Promise<string> {
  return await askShown(host, `${question} (${offered || "none"}): `, 4_096) || offered;
}

async function askShown(host: Host, text: string, most: number): Promise<string> {
  let shown = "";
  const bytes = await askTerminal(host, {
    text,
    most,
    onInput(editor, show) {
      const text = new TextDecoder().decode(editor.bytes).replace(/[^ -~]/g, "?");
      let same = 0;
      while (same < shown.length && shown[same] === text[same]) same++;
      show("\b \b".repeat(shown.length - same) + text.slice(same));
      shown = text;
    },
  });
  return decode(bytes, "The answer").trim();
}
