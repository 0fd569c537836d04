// One port that speaks HTTP and WebSocket: the same door for hub and agent.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AccessError, type Address, isAddressedHere, tokenMatches } from './access.ts'
import type { Socket, Wire } from './socket-channel.ts'

/** Turns an HTTP request into a WebSocket; the `ws` package's server without a port of its own. */
export interface Upgrader {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: Socket) => void): void
}

/** What a listener is made with. */
export interface ListenerOptions {
  readonly address: Address
  /** Asked of every request but `/healthz`; undefined asks for none. */
  readonly token: string | undefined
  readonly upgrader: Upgrader
  /** Called for each WebSocket on `/ws`. */
  readonly onSocket: (socket: Socket, wire: Wire) => void
  /** Plain GET answers by path. */
  readonly pages: Readonly<Record<string, () => string>>
  /** Answers what the pages do not; false, and nothing done, for paths that are not its own. Never rejects. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>
}

/** A port that is open. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Sockets beyond this are refused: descriptors are for agents, not for a flood. */
const MAX_CONNECTIONS = 2048
/** A connection that does not say what it wants is closed after this, ms. */
const SPEAK_MS = 5_000
/** A request that is being answered may pause for so long, ms: uploads and downloads over bad links. */
const PAUSE_MS = 60_000
/** Longest time that a request may take to arrive, ms. */
const UPLOAD_MS = 6 * 3_600_000
/** Clients that log once in a while keep their connection for so long, ms. */
const KEEP_ALIVE_MS = 75_000

function refusal(
  request: IncomingMessage,
  { address, token }: ListenerOptions,
): [number, string] | undefined {
  if (!isAddressedHere(request.headers, address.host)) return [403, 'not addressed to this service']
  if (token !== undefined && !tokenMatches(request.headers.authorization, token))
    return [401, 'token missing or wrong']
  return undefined
}

const pathOf = (request: IncomingMessage) => (request.url ?? '/').split('?', 1)[0]!

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
): Promise<void> {
  const path = pathOf(request)
  const refused = path === '/healthz' ? undefined : refusal(request, options)
  const page = options.pages[path]
  if (!refused && !page && options.handle) {
    request.socket.setTimeout(PAUSE_MS)
    if (await options.handle(request, response)) return
  }
  const [status, body] = refused ?? (page ? [200, page()] : [404, 'no such page'])
  // Only clients of the API keep their connection: others could hold many and say nothing more.
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${body}\n`)
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, options: ListenerOptions): void {
  const refused = pathOf(request) === '/ws' ? refusal(request, options) : ([404, 'no such page'] as const)
  if (refused) {
    socket.end(`HTTP/1.1 ${refused[0]} ${refused[1]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    return
  }
  options.upgrader.handleUpgrade(request, socket, head, (open) => options.onSocket(open, request.socket))
}

function bind(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE')
        return reject(
          new AccessError(
            `cannot listen on ${host}:${port}: ${error.message}`,
            'choose another address with --listen',
          ),
        )
      reject(
        new AccessError(
          `port ${port} on ${host} is taken`,
          'another mlops may be running there; choose another port with --listen HOST:PORT',
        ),
      )
    })
    server.listen(port, host, resolve)
  })
}

/** Opens the port. Throws AccessError when it is taken. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const server = createServer(
    { connectionsCheckingInterval: 1_000 },
    // A fault in one answer costs that connection, not all others.
    (request, response) => void answer(request, response, options).catch(() => response.destroy()),
  )
  server.maxConnections = MAX_CONNECTIONS
  server.headersTimeout = SPEAK_MS
  // Node leaves a connection open that sends nothing at all; `ws` takes this off the ones that it upgrades.
  server.timeout = SPEAK_MS
  // Files of models take their time over slow links; what pauses for longer than PAUSE_MS is cut anyway.
  server.requestTimeout = UPLOAD_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    upgrade(request, socket, head, options)
  })
  await bind(server, options.address)
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
