/** The session of a synchronous client: what it opens, and what it tells of a problem. */
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { encodeFrame, Failure, type Outcome } from "../../../core.ts";
import { Denial, type Destination } from "../../../src/client/denial.ts";
import type { DialFailure } from "../../../src/client/dial.ts";
import type { Operation } from "../../../src/client/operation.ts";
import { settingsOf, UNLIMITED } from "../../../src/client/options.ts";
import { SessionSync } from "../../../src/client/session_sync.ts";
import { Deadline } from "../../../src/clock.ts";
import {
  ClientClosedError,
  ConnectionLostError,
  TimeoutError,
  TransportUnavailableError,
} from "../../../mod.ts";
import { runtimeSystem } from "../../../net/system.ts";
import { SystemCallError, type Transport } from "../../../src/transport.ts";
import { test } from "../../harness.ts";
import { NOWHERE, Played } from "../../support/played.ts";
import { SNA } from "../../support/replies.ts";

/** A session over a transport, and what it asked its host. */
function sessionOver(transport: Transport) {
  const told: [unknown, Destination][] = [];
  const failures: DialFailure[] = [];
  const session = new SessionSync({
    route: { transport, system: runtimeSystem, candidates: [NOWHERE] },
    explain(problem, place) {
      told.push([problem, place]);
      return new Error("explained", { cause: problem });
    },
    noRoute(failure) {
      failures.push(failure);
      return new Failure(() => new Error("no route"), false);
    },
  }, settingsOf({}));
  return { session, told, failures };
}

const read = (target: string) => encodeFrame({ action: "read", service: "S", targets: [target] });

/** Sends requests, and gives their outcomes or throws the first failure's error. */
function* sending(count = 1): Operation<readonly Outcome[]> {
  const outcomes = yield Array.from({ length: count }, (_, at) => read(`${at}`));
  for (const outcome of outcomes) if (outcome instanceof Failure) throw outcome.error;
  return outcomes;
}

/** Sends requests. @returns How they ended. */
function* trying(count = 1): Operation<readonly Outcome[]> {
  return yield Array.from({ length: count }, (_, at) => read(`${at}`));
}

test("a problem is explained by who listened where, and whether it has ever answered", () => {
  const transport = new Played(() => undefined);
  transport.peer = { pid: 7, uid: runtimeSystem.uid() };
  const { session, told } = sessionOver(transport);
  session.open(UNLIMITED);
  const place = { endpoint: NOWHERE, peer: transport.peer };
  transport.onOpen = (connection) => connection.end();
  transport.last.end();
  assertThrows(() => session.run(sending(), UNLIMITED), Error, "explained");
  const [problem, where] = told.pop()!;
  assertInstanceOf(problem, ConnectionLostError);
  assertEquals(where, { ...place, answered: false });
  function* failing(): Operation<void> {
    yield [read("A")];
    throw new Error("of the operation");
  }
  transport.onOpen = (connection) => {
    connection.onWrite = () => connection.say('{"type":"RESPONSE","status":"success"}\n');
  };
  assertThrows(() => session.run(failing(), UNLIMITED), Error, "explained");
  assertEquals(told.pop()![1], { ...place, answered: true });
});

test("behind a denial the next call takes another connection, which sees a new policy", () => {
  const transport = new Played(() => SNA);
  const { session, told } = sessionOver(transport);
  session.open(UNLIMITED);
  function* denied(): Operation<void> {
    const frame = read("A");
    yield [frame];
    throw new Denial(frame, "service_not_allowed");
  }
  assertThrows(() => session.run(denied(), UNLIMITED), Error, "explained");
  assertInstanceOf(told.pop()![0], Denial);
  assertEquals([transport.connections.length, transport.last.closes], [1, 1]);
  session.run(trying(), UNLIMITED);
  assertEquals([transport.connections.length, transport.last.closes], [2, 0]);
  session.close();
});

test("a transport that cannot block is refused at once", () => {
  const { name, available, connect } = new Played();
  const { session } = sessionOver({ name, available, connect });
  assertThrows(() => session.open(UNLIMITED), TransportUnavailableError, "connect() with it");
});

test("why no endpoint could be connected to is asked with each error", () => {
  const transport = new Played();
  const error = new SystemCallError("connect", "ECONNREFUSED");
  transport.onConnect = () => {
    throw error;
  };
  const { session, failures } = sessionOver(transport);
  assertThrows(() => session.open(UNLIMITED), Error, "no route");
  assertEquals(failures.map(({ errors }) => errors), [[[NOWHERE, error]]]);
  assertEquals(session.endpoint, "");
});

test("a call whose time is over sends nothing and opens nothing", () => {
  const transport = new Played();
  const { session } = sessionOver(transport);
  const deadline = new Deadline(60_000);
  deadline.end();
  const error = assertThrows(() => session.open({ deadline }), TimeoutError);
  assertEquals([error.timeout, error.sent], [60_000, false]);
  const outcomes = session.run(trying(2), { deadline }) as Failure[];
  assertEquals(outcomes.map(({ sent }) => sent), [false, false]);
  assertEquals(transport.connections.length, 0);
});

test("a closed session sends nothing, asks for nothing, and opens no connection", () => {
  const transport = new Played();
  const { session, told } = sessionOver(transport);
  session.open(UNLIMITED);
  assert(session.connection !== undefined);
  session.close();
  session.close();
  assertEquals([transport.last.closes, session.connection], [1, undefined]);
  const outcomes = session.run(trying(2), UNLIMITED) as Failure[];
  for (const { error, sent } of outcomes) {
    assertInstanceOf(error, ClientClosedError);
    assertEquals([error.sent, sent], [false, false]);
  }
  // Also where there is nothing to send.
  assertThrows(() => session.run(trying(0), UNLIMITED), Error, "explained");
  assertInstanceOf(told.pop()![0], ClientClosedError);
  assertEquals([transport.connections.length, transport.asked.length], [1, 0]);
});

test("a connection is watched from the beginning, for a client that nobody closes", () => {
  const { register } = FinalizationRegistry.prototype;
  const watched: unknown[] = [];
  FinalizationRegistry.prototype.register = function (target, held, token) {
    watched.push(token);
    return register.call(this, target, held, token);
  };
  try {
    const { session } = sessionOver(new Played());
    session.open(UNLIMITED);
    assertEquals(watched.length, 1);
    assert(watched[0] === session.connection);
    session.close();
  } finally {
    FinalizationRegistry.prototype.register = register;
  }
});
