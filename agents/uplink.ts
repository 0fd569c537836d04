// The agent's end of a session: hello, resume where the hub stands, batches within a window, acks.
import type { Channel } from '../src/protocol/channel.ts'
import { decode } from '../src/protocol/decode.ts'
import type { AgentEvent } from '../src/protocol/events.ts'
import { type AgentHello, PROTOCOL, ToAgent } from '../src/protocol/messages.ts'
import { batchFrame } from './batcher.ts'
import type { Spool } from './spool/index.ts'

/** Frames and bytes that may be on their way without an ack: bounds memory on both sides. */
const WINDOW_FRAMES = 64
const WINDOW_BYTES = 4 << 20
/** How long the hub may take to answer hello, ms. */
const WELCOME_MS = 10_000

/** What one session needs. */
export interface UplinkOptions {
  readonly spool: Spool
  readonly channel: Channel
  readonly hello: Pick<AgentHello, 'name' | 'role' | 'version'>
  readonly now: () => number
  /** The hub does not know what this spool has already given away: start anew. */
  readonly onReset: () => void
  readonly onAck: () => void
  /** Called once with the reason when the session is over. */
  readonly onEnd: (reason: string) => void
}

/** A session with a hub. */
export class Uplink {
  readonly #options: UplinkOptions
  readonly #deadline: NodeJS.Timeout
  /** Next frame to send; 0 before welcome. */
  #cursor = 0
  #inFlight: number[] = []
  #bytes = 0
  #over = false

  constructor(options: UplinkOptions) {
    this.#options = options
    const { channel, spool, hello } = options
    this.#deadline = setTimeout(() => this.end('no welcome from the hub'), WELCOME_MS)
    channel.receive(
      (frame) => this.#receive(frame),
      (reason) => this.#ended(reason),
    )
    const message: AgentHello = {
      type: 'agent.hello',
      protocol: PROTOCOL,
      ...spool.identity,
      ...hello,
      first: spool.first,
      next: spool.next,
    }
    channel.send(JSON.stringify(message))
  }

  /** Sends what the window allows. Call it whenever the spool has grown. */
  pump(): void {
    const { spool, channel } = this.#options
    if (this.#cursor === 0 || this.#over) return
    while (this.#cursor < spool.next && this.#inFlight.length < WINDOW_FRAMES && this.#bytes < WINDOW_BYTES) {
      const frame = spool.frame(this.#cursor) ?? this.#missing(this.#cursor)
      channel.send(frame)
      this.#inFlight.push(frame.length)
      this.#bytes += frame.length
      this.#cursor++
    }
  }

  end(reason: string): void {
    if (this.#over) return
    this.#options.channel.close(reason)
    this.#ended(reason)
  }

  /** A frame that the spool dropped or lost: an empty batch that says so keeps the numbers whole. */
  #missing(seq: number): string {
    const { spool, now } = this.#options
    const reason = 'dropped by the full spool or cut from a damaged one'
    const event: AgentEvent = {
      type: 'agent.gap',
      at: now(),
      about: spool.identity.agent,
      data: { reason, batches: 1, points: 0 },
    }
    return batchFrame(seq, now(), { series: [], counts: [], steps: [], times: [], values: [] }, [event])
  }

  #ended(reason: string): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#deadline)
    this.#options.onEnd(reason)
  }

  #receive(frame: string): void {
    if (this.#over) return
    const message = decode(ToAgent, frame)
    if (!message.ok) return this.end(`bad frame from the hub: ${message.reason}`)
    if (message.value.type === 'refused') return this.end(`${message.value.reason}; ${message.value.hint}`)
    if (message.value.type === 'welcome') return this.#welcome(message.value.high)
    this.#acknowledge(message.value.high)
  }

  #welcome(high: number | null): void {
    clearTimeout(this.#deadline)
    const { spool, onReset } = this.#options
    if ((high ?? 0) < spool.first - 1) {
      onReset()
      return this.end('the hub does not have what this agent sent before; reading everything anew')
    }
    spool.ack(high ?? 0)
    this.#cursor = (high ?? 0) + 1
    this.#options.onAck()
    this.pump()
  }

  #acknowledge(high: number): void {
    const { spool, onAck } = this.#options
    const confirmed = Math.max(0, high - (this.#cursor - 1 - this.#inFlight.length))
    for (const length of this.#inFlight.splice(0, confirmed)) this.#bytes -= length
    spool.ack(high)
    onAck()
    this.pump()
  }
}
