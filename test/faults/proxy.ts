// A TCP proxy between agent and hub that breaks the link in ways that tests choose: it holds a direction,
// goes silent, lets bytes through slowly, stops after byte N.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** One direction of all connections through the proxy. */
export interface Lane {
  /** Keeps what comes instead of passing it on. */
  held: boolean
  /** Bytes a second; Infinity does not slow down. */
  rate: number
  /** Bytes that may still pass before the lane holds; Infinity for ever. */
  left: number
  /** Bytes passed so far. */
  passed: number
}

/** A proxy. */
export interface FaultProxy {
  readonly port: number
  /** From the agent to the hub. */
  readonly up: Lane
  /** From the hub to the agent. */
  readonly down: Lane
  /** Connections open now, and made so far. */
  open(): number
  made(): number
  /** Passes on nothing any more, not even that an end was closed; new connections meet silence too. */
  silence(): void
  /** Ends the silence for connections made from now on; those from before stay dead. */
  speak(): void
  /** Resets all connections. */
  cut(): void
  close(): Promise<void>
}

const TICK_MS = 20

const newLane = (): Lane => ({
  held: false,
  rate: Number.POSITIVE_INFINITY,
  left: Number.POSITIVE_INFINITY,
  passed: 0,
})

interface Link {
  dead: boolean
  readonly ends: readonly [Socket, Socket]
}

/** Moves bytes of one direction; the returned function is called again and again. */
function pump(from: Socket, to: Socket, lane: Lane, link: Link): () => void {
  let waiting: Buffer[] = []
  let ended = false
  const push = () => {
    if (link.dead || lane.held) return
    let room = Math.min(
      lane.left,
      Number.isFinite(lane.rate) ? (lane.rate * TICK_MS) / 1000 : Number.POSITIVE_INFINITY,
    )
    while (waiting.length > 0 && room > 0) {
      const chunk = waiting[0]!
      const part = chunk.subarray(0, Math.ceil(room))
      if (part.length < chunk.length) waiting[0] = chunk.subarray(part.length)
      else waiting.shift()
      to.write(part)
      lane.passed += part.length
      lane.left -= part.length
      room -= part.length
    }
    if (ended && waiting.length === 0) to.end()
  }
  from.on('data', (chunk) => {
    waiting.push(chunk)
    if (!Number.isFinite(lane.rate)) push()
  })
  from.on('end', () => {
    ended = true
    push()
  })
  from.on('error', () => {})
  from.on('close', (failed) => {
    if (failed) waiting = []
    if (failed && !link.dead && !lane.held) to.destroy()
  })
  return push
}

/** Opens a proxy in front of a port of this machine. */
export async function openProxy(target: number): Promise<FaultProxy> {
  const links = new Set<Link>()
  const [up, down] = [newLane(), newLane()]
  let made = 0
  let silent = false
  const server = createServer({ allowHalfOpen: true }, (near) => {
    made++
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const link: Link = { dead: silent, ends: [near, far] }
    links.add(link)
    far.on('error', () => link.dead || near.destroy())
    const pumps = [pump(near, far, up, link), pump(far, near, down, link)]
    const timer = setInterval(() => {
      for (const push of pumps) push()
    }, TICK_MS)
    const gone = () => {
      if (!near.destroyed || !far.destroyed) return
      clearInterval(timer)
      links.delete(link)
    }
    near.on('close', gone)
    far.on('close', gone)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const { ends } of links) for (const end of ends) end.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    up,
    down,
    open: () => links.size,
    made: () => made,
    silence() {
      silent = true
      for (const link of links) link.dead = true
    },
    speak() {
      silent = false
    },
    cut,
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
