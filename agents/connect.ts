// How an agent and a hub find each other: the agent listens, or it dials out (NAT).
import WebSocket, { WebSocketServer } from 'ws'
import { type Address, socketUrl } from '../src/protocol/access.ts'
import { backoff } from '../src/protocol/backoff.ts'
import { MAX_FRAME } from '../src/protocol/decode.ts'
import { type Listener, listen } from '../src/protocol/listener.ts'
import { socketChannel, type Wire } from '../src/protocol/socket-channel.ts'
import type { Agent } from './agent.ts'
import type { StartedAgent } from './start.ts'

/** Opens the agent's port, for a hub that dials it and for training code on this host. Throws AccessError. */
export function openAgentPort(
  { agent, tracking }: Pick<StartedAgent, 'agent' | 'tracking'>,
  address: Address,
  token: string | undefined,
): Promise<Listener> {
  return listen({
    address,
    token,
    upgrader: new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false }),
    onSocket: (socket, wire) => void agent.serve(socketChannel(socket, wire)),
    handle: (request, response) => tracking.handle(request, response),
    pages: { '/healthz': () => 'ok', '/metrics': () => agent.metrics() },
  })
}

/** A session that lasted this long counts as good: the next retry starts from the shortest delay, ms. */
const STEADY_MS = 2_000

/** Keeps a session with the hub at `url` until the returned function is called. `trouble` is told why there is none. */
export function dialHub(
  agent: Agent,
  url: string,
  token: string | undefined,
  trouble: (reason: string) => void,
): () => void {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const options = { headers, maxPayload: MAX_FRAME, perMessageDeflate: false, handshakeTimeout: 5_000 }
  const target = socketUrl(url)
  let attempt = 0
  let timer: NodeJS.Timeout | undefined
  let socket: WebSocket
  let stopped = false

  function again(reason: string, since: number): void {
    if (stopped) return
    trouble(reason)
    if (since > 0 && performance.now() - since > STEADY_MS) attempt = 0
    timer = setTimeout(dial, backoff(attempt++))
  }
  function dial(): void {
    socket = new WebSocket(target, options)
    let failure = 'closed'
    let wire: Wire | undefined
    const failed = (error: Error) => {
      failure = error.message
    }
    socket.on('error', failed)
    const neverOpened = () => again(failure, 0)
    socket.once('close', neverOpened)
    socket.once('upgrade', (response) => {
      wire = response.socket
    })
    socket.once('open', () => {
      socket.off('close', neverOpened)
      const since = performance.now()
      void agent.serve(socketChannel(socket, wire)).then((reason) => again(reason, since))
    })
  }
  dial()
  return () => {
    stopped = true
    clearTimeout(timer)
    socket.terminate()
  }
}
