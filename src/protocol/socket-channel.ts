// A WebSocket as a channel, with the heartbeat that finds half-open links within 15 s.
import type { Channel } from './channel.ts'

/** The part of a `ws` socket that is used; declared here so that this folder needs no transport package. */
export interface Socket {
  readonly bufferedAmount: number
  readonly OPEN: number
  readonly readyState: number
  send(data: string): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: Uint8Array, isBinary: boolean) => void): unknown
  on(event: 'ping' | 'pong', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'close', listener: (code: number, reason: Uint8Array) => void): unknown
}

/** The TCP socket below: a frame that comes slowly is a sign of life long before it is whole. */
export interface Wire {
  readonly bytesRead: number
}

/** How often each side pings, ms. */
export const HEARTBEAT_MS = 5_000
/** Silence after which the link counts as dead, ms. */
export const SILENCE_MS = 12_000

/** How often it is checked, ms: the dead link is found this much later at most. */
const CHECK_MS = 1_000

function heartbeat(
  socket: Socket,
  wire: Wire | undefined,
  lost: () => void,
): { heard(): void; stop(): void } {
  let last = performance.now()
  let pinged = last
  let read = 0
  const heard = () => (last = performance.now())
  const timer = setInterval(() => {
    const now = performance.now()
    if (wire && wire.bytesRead !== read) heard()
    read = wire?.bytesRead ?? 0
    if (now - last > SILENCE_MS) return lost()
    if (now - pinged < HEARTBEAT_MS || socket.readyState !== socket.OPEN) return
    pinged = now
    socket.ping()
  }, CHECK_MS)
  timer.unref?.()
  return { heard, stop: () => clearInterval(timer) }
}

/** Wraps an open socket. `close` gives the peer a second to answer, then drops the line. */
export function socketChannel(socket: Socket, wire?: Wire): Channel {
  let why = ''
  const beat = heartbeat(socket, wire, () => {
    why = `nothing heard for ${SILENCE_MS / 1000} s`
    socket.terminate()
  })
  socket.on('ping', beat.heard)
  socket.on('pong', beat.heard)
  socket.on('error', (error) => (why ||= error.message))
  return {
    send: (frame) => socket.readyState === socket.OPEN && socket.send(frame),
    buffered: () => socket.bufferedAmount,
    close(reason) {
      why ||= reason
      socket.close(1008, Buffer.from(reason).subarray(0, 120).toString())
      setTimeout(() => socket.terminate(), 1000).unref?.()
    },
    receive(onFrame, onClose) {
      socket.on('message', (data) => {
        beat.heard()
        onFrame(data.toString())
      })
      socket.on('close', (code, reason) => {
        beat.stop()
        onClose(why || reason.toString() || `closed with code ${code}`)
      })
    },
  }
}
