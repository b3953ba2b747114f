/** What most people would write: node:net, a growing string, JSON.parse. No deadline, no checks. */
import { createConnection, type Socket } from "node:net";
import type { Reply } from "./bare_socket.ts";

/** One connection; replies come in the order of the requests. */
export class NaiveClient {
  #socket: Socket;
  #held = "";
  #waiting: ((reply: Reply) => void)[] = [];

  /** Connects. */
  constructor(path: string) {
    this.#socket = createConnection(path);
    this.#socket.setEncoding("utf8");
    this.#socket.on("data", (piece: string) => {
      this.#held += piece;
      for (let at; (at = this.#held.indexOf("\n")) >= 0;) {
        const line = this.#held.slice(0, at);
        this.#held = this.#held.slice(at + 1);
        this.#waiting.shift()?.(JSON.parse(line));
      }
    });
  }

  /** Sends one request and waits for its reply. */
  read(service: string, name: string): Promise<Reply> {
    const request = { type: "REQUEST", action: "read", service, targets: [name] };
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(JSON.stringify(request) + "\n");
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.end();
  }
}
