/** Every way out where the daemon denies the program. */
import { denials } from "./denials.ts";
import { playAll } from "./play.ts";

playAll(denials);
