// Who is asking: each connection to the API and the process behind it, found once.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import type { Client, Peer } from './client-process.ts'

/** One connection. */
export interface Connection {
  /** Its process, being looked for; undefined while nobody has looked. */
  client: Promise<Client> | undefined
}

/** The connections of a port. */
export interface Connections {
  /** Answers a request; `current` tells its connection for as long as that takes. */
  during<T>(request: Pick<IncomingMessage, 'socket' | 'url'>, answer: () => Promise<T>): Promise<T>
  current(): Connection | undefined
}

/** Requests by which a run is made or written to. */
const WRITES = /\/mlflow\/runs\/(?:create|update|log-)/
/** Searches may take this share of the time, and so much at once, ms: clients may connect anew for each request. */
const SHARE = 0.1
const BURST_MS = 50

/** Makes it; `find` looks for the process of a client. */
export function createConnections(find: (peer: Peer) => Promise<Client>): Connections {
  const known = new WeakMap<object, Connection>()
  const storage = new AsyncLocalStorage<Connection>()
  let spent = 0
  let last = 0

  /** Begun with the request, while its connection is surely open. */
  function lookFor({
    remoteAddress,
    remotePort,
    localAddress,
    localPort,
  }: Peer): Promise<Client> | undefined {
    const began = performance.now()
    spent = Math.max(0, spent - SHARE * (began - last))
    last = began
    if (spent > BURST_MS) return undefined
    const client = find({ remoteAddress, remotePort, localAddress, localPort })
    spent += performance.now() - began
    return client
  }

  return {
    during({ socket, url = '' }, answer) {
      let connection = known.get(socket)
      if (!connection) {
        connection = { client: undefined }
        known.set(socket, connection)
      }
      if (WRITES.test(url)) connection.client ??= lookFor(socket)
      return storage.run(connection, answer)
    },
    current: () => storage.getStore(),
  }
}
