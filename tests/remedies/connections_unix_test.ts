/** Every way out where there is no daemon to talk to. */
import { connections } from "./connections.ts";
import { playAll } from "./play.ts";

playAll(connections);
