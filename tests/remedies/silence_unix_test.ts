/** Every way out where the daemon does not answer. */
import { silence } from "./silence.ts";
import { playAll } from "./play.ts";

playAll(silence);
