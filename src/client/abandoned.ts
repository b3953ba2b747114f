/**
 * Connections that nobody closes give their descriptors back: those of clients that were collected,
 * and idle ones that the daemon has closed.
 *
 * @module
 */

import { glance } from "../clock.ts";
import type { ConnectionBase } from "../transport.ts";

/** Milliseconds between two looks. The daemon closes a connection that was idle for 30 s. */
const LOOK = 5_000;

/** What a client uses a connection through. It is collected with its client. */
export interface User {
  readonly ended: boolean;
  /** Ends the connection if the daemon has closed it. Does nothing while it is in use. */
  look(): void;
}

const collected = new FinalizationRegistry<ConnectionBase>((connection) => connection.close());

/**
 * Closes a connection when nobody uses it any more or the daemon has closed it.
 *
 * @param connection Refers to nothing of the client.
 * @param user Uses it.
 */
export function watch(connection: ConnectionBase, user: User): void {
  collected.register(user, connection, connection);
  lookLater(new WeakRef(connection), new WeakRef(user));
}

/** Lets go of a connection that its user has closed: its buffers take 64 KiB. */
export function unwatch(connection: ConnectionBase): void {
  collected.unregister(connection);
}

/**
 * Looks at intervals until the connection has ended. It keeps the registry as well, which would be
 * collected with this module when `bun --hot` loads it anew. The registry keeps the connection.
 */
function lookLater(connection: WeakRef<ConnectionBase>, weak: WeakRef<User>): void {
  glance(() => {
    try {
      const user = weak.deref();
      user?.look();
      if (user?.ended === false) return lookLater(connection, weak);
      const abandoned = connection.deref();
      if (abandoned === undefined) return;
      unwatch(abandoned);
      abandoned.close();
    } catch {
      // A transport of the caller's own. The next call tells what is wrong with it.
    }
  }, LOOK);
}
