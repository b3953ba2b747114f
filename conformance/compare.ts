/**
 * Compares the received with the expected bytes, and shows both.
 *
 * @module
 */

import { toBytes } from "./table/exchange.ts";

/** Longest text of a step, in characters. */
const SHOWN = 1_000;

/** One result in a reply, as its bytes. */
const RESULT = /\{"target":"((?:[^"\\]|\\.)*)"(?:,"value":"(?:[^"\\]|\\.)*")?\}/g;
const HEAD = '{"type":"RESPONSE","status":"success"';

/**
 * A reply with only the kit's own results, sorted. Any other reply stays unchanged, byte for byte.
 *
 * @param reply With its line feed.
 * @param prefix The prefix of the kit's own names.
 */
export function inOrder(reply: string, prefix: string): string {
  const start = `${HEAD},"results":[`;
  if (!reply.startsWith(start) || !reply.endsWith("]}\n")) return reply;
  const list = reply.slice(start.length, -3);
  const results = [...list.matchAll(RESULT)];
  if (results.map(([result]) => result).join() !== list) return reply;
  const own = results.filter(([, target]) => target!.startsWith(prefix)).map(([result]) => result);
  return own.length === 0 ? `${HEAD}}\n` : `${start}${own.sort().join()}]}\n`;
}

/** Bytes as readable text. */
export function shown(latin1: string): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(toBytes(latin1));
  if (text.length <= SHOWN) return text;
  const half = SHOWN / 2;
  return `${text.slice(0, half)}[… of ${latin1.length} bytes …]${text.slice(-half)}`;
}

/**
 * Removes every value that the kit has not written, because a faulty daemon can send the values of
 * others.
 *
 * @param observed What the daemon sent.
 * @param known Texts that the kit has sent or expects.
 */
export function withoutForeignValues(observed: string, known: readonly string[]): string {
  const own = new Set(known.flatMap(stringsOf));
  return observed.replace(/("value"\s*:\s*)("(?:[^"\\]|\\.)*"?)/gi, (all, key, value) => {
    const decoded = stringsOf(value)[0];
    return decoded !== undefined && own.has(decoded) ? all : `${key}"[not shown]"`;
  });
}

/** Every JSON string in a text. */
function stringsOf(text: string): string[] {
  return (text.match(/"(?:[^"\\]|\\.)*"/g) ?? []).flatMap((json) => {
    try {
      return [JSON.parse(json)];
    } catch {
      return [json];
    }
  });
}
