// Reaches agents that listen: dials, serves the session, dials again with backoff when it ends.
import WebSocket from 'ws'
import { socketUrl } from '../protocol/access.ts'
import { backoff } from '../protocol/backoff.ts'
import { MAX_FRAME } from '../protocol/decode.ts'
import { socketChannel, type Wire } from '../protocol/socket-channel.ts'
import type { Hub } from './hub.ts'

/** One agent to reach. */
export interface DialTarget {
  /** `ws://HOST:PORT` or `wss://...`; the path `/ws` is added where there is none. */
  readonly url: string
  readonly token?: string
}

/** A link that stayed up this long counts as good: the next retry starts from the shortest delay, ms. */
const STEADY_MS = 2_000

/** Keeps a session with one agent until the returned function is called. `trouble` is told why it is not connected. */
export function dialAgent(
  hub: Hub,
  target: DialTarget,
  trouble: (reason: string | null) => void,
): () => void {
  let attempt = 0
  let timer: NodeJS.Timeout | undefined
  let socket: WebSocket | undefined
  let stopped = false

  function dial(): void {
    const headers = target.token ? { authorization: `Bearer ${target.token}` } : {}
    const options = { headers, maxPayload: MAX_FRAME, perMessageDeflate: false, handshakeTimeout: 5_000 }
    socket = new WebSocket(socketUrl(target.url), options)
    let opened = 0
    let wire: Wire | undefined
    let reason = ''
    socket.on('error', (error) => {
      reason = error.message
    })
    socket.on('upgrade', (response) => {
      wire = response.socket
    })
    socket.on('open', () => {
      opened = performance.now()
      trouble(null)
      hub.serveAgent(socketChannel(socket!, wire))
    })
    socket.on('close', (code) => {
      if (stopped) return
      trouble(reason || `closed with code ${code}`)
      if (opened > 0 && performance.now() - opened > STEADY_MS) attempt = 0
      timer = setTimeout(dial, backoff(attempt++))
    })
  }

  dial()
  return () => {
    stopped = true
    clearTimeout(timer)
    socket?.close()
  }
}
