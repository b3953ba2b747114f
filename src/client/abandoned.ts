/**
 * Closes connections that the program does not close: those of garbage-collected clients, and idle
 * ones that the daemon has closed.
 *
 * @module
 */

import { setBackgroundTimer } from "../clock.ts";
import type { ConnectionBase } from "../transport.ts";

/** Milliseconds between two checks. The daemon closes a connection that was idle for 30 s. */
const LOOK = 5_000;

/** The object through which a client uses a connection. It is garbage-collected with its client. */
export interface User {
  readonly ended: boolean;
  /** Ends the connection if the daemon has closed it. Does nothing while it is in use. */
  look(): void;
}

const collected = new FinalizationRegistry<ConnectionBase>((connection) => connection.close());

/**
 * Closes a connection when its user is garbage-collected or the daemon has closed it.
 *
 * @param connection Must not refer to the client.
 * @param user The user of the connection.
 */
export function watch(connection: ConnectionBase, user: User): void {
  collected.register(user, connection, connection);
  lookLater(new WeakRef(connection), new WeakRef(user));
}

/** Forgets a connection that its user has closed, because its buffers take 64 KiB. */
export function unwatch(connection: ConnectionBase): void {
  collected.unregister(connection);
}

/**
 * Checks at intervals until the connection has ended. The timer also keeps the registry alive,
 * which would be collected with this module when `bun --hot` reloads it. The registry keeps the
 * connection alive.
 */
function lookLater(connection: WeakRef<ConnectionBase>, weak: WeakRef<User>): void {
  setBackgroundTimer(() => {
    try {
      const user = weak.deref();
      user?.look();
      if (user?.ended === false) return lookLater(connection, weak);
      const abandoned = connection.deref();
      if (abandoned === undefined) return;
      unwatch(abandoned);
      abandoned.close();
    } catch {
      // A custom transport failed. The next call reports the error.
    }
  }, LOOK);
}
