/** Every situation, in the chapters of the page. */
import { connections } from "./connections.ts";
import { denials } from "./denials.ts";
import { silence } from "./silence.ts";
import type { Situation } from "./situation.ts";

export const chapters: Readonly<Record<string, readonly Situation[]>> = {
  "The program is denied": denials,
  "There is no daemon to talk to": connections,
  "The daemon does not answer": silence,
};

export const situations: readonly Situation[] = Object.values(chapters).flat();
