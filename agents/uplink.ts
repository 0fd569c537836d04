// The agent's end of a session: hello, resume where the hub stands, batches within a window, acks.

import { PROTOCOL, ToAgent } from '../src/protocol/agent-answers.ts'
import type { Channel } from '../src/protocol/channel.ts'
import { decode, MAX_FRAME } from '../src/protocol/decode.ts'
import type { AgentHello } from '../src/protocol/messages.ts'
import { Ranges } from '../src/protocol/ranges.ts'
import { gapFrame } from './batcher.ts'
import { type Answer, createCalls, type Request } from './calls.ts'
import { type SendingOrder, sendingOrder } from './sending-order.ts'
import type { Spool } from './spool/index.ts'

/** Frames and bytes that may be on their way without an ack: bounds memory on both sides. */
const WINDOW_FRAMES = 64
const WINDOW_BYTES = 4 << 20
/** How long the hub may take to answer hello, ms. */
const WELCOME_MS = 5_000

/** What one session needs. */
export interface UplinkOptions {
  readonly spool: Spool
  readonly channel: Channel
  readonly hello: Pick<AgentHello, 'name' | 'role' | 'version' | 'instance'>
  readonly now: () => number
  /** The hub does not know what this spool has already given away: start anew. */
  readonly onReset: () => void
  readonly onAck: () => void
  /** The hub has welcomed this session. */
  readonly onWelcome: () => void
  /** The hub says that a batch is not valid. */
  readonly onRejected: (seq: number, reason: string) => void
  /** Why a batch is not sent any more, when it is not. */
  readonly givenUp: (seq: number) => string | undefined
  /** Called once with the reason when the session is over. */
  readonly onEnd: (reason: string) => void
}

/** A session with a hub. */
export class Uplink {
  readonly #options: UplinkOptions
  readonly #deadline: NodeJS.Timeout
  /** `next` as the hub was told it. */
  readonly #told: number
  /** What to send next; undefined before welcome. */
  #order: SendingOrder | undefined
  /** What the hub has. */
  #done = new Ranges()
  #inFlight: { seq: number; length: number }[] = []
  #bytes = 0
  /** Batches of this session that the hub has confirmed. */
  #taken = 0
  #over = false
  readonly #calls = createCalls((call) => this.#options.channel.send(JSON.stringify(call)))

  constructor(options: UplinkOptions) {
    this.#options = options
    const { channel, spool, hello } = options
    this.#told = spool.next
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
    try {
      this.#fill()
    } catch (error) {
      // The spool could not be read: its disk, not this process, is at fault.
      this.end((error as Error).message)
    }
  }

  #fill(): void {
    if (!this.#order || this.#over) return
    while (this.#inFlight.length < WINDOW_FRAMES && this.#bytes < WINDOW_BYTES) {
      const seq = this.#order()
      if (seq === undefined) return
      const frame = this.#frame(seq)
      this.#options.channel.send(frame)
      this.#inFlight.push({ seq, length: frame.length })
      this.#bytes += frame.length
    }
  }

  /** Passes a request on to the hub; undefined where nobody answers. */
  async call(request: Request): Promise<Answer | undefined> {
    return this.#order && !this.#over ? this.#calls.ask(request) : undefined
  }

  end(reason: string): void {
    if (this.#over) return
    this.#options.channel.close(reason)
    this.#ended(reason)
  }

  #frame(seq: number): string {
    const { spool, givenUp } = this.#options
    const reason = givenUp(seq)
    if (reason !== undefined) return this.#gap(seq, reason)
    const frame = spool.frame(seq)
    if (frame === undefined) return this.#gap(seq, 'dropped by the full spool or cut from a damaged one')
    const tooLarge = frame.length * 3 > MAX_FRAME && Buffer.byteLength(frame) > MAX_FRAME
    return tooLarge ? this.#gap(seq, `larger than a frame may be: ${frame.length} characters`) : frame
  }

  /** In place of a frame that cannot be sent: an empty batch that says so keeps the numbers whole. */
  #gap(seq: number, reason: string): string {
    const { spool, now } = this.#options
    return gapFrame(spool, seq, now(), reason, 1)
  }

  #ended(reason: string): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#deadline)
    this.#calls.end()
    this.#options.onEnd(reason)
  }

  #receive(frame: string): void {
    if (this.#over) return
    const message = decode(ToAgent, frame)
    if (!message.ok) return this.end(`bad frame from the hub: ${message.reason}`)
    if (message.value.type === 'refused') return this.end(`${message.value.reason}; ${message.value.hint}`)
    try {
      this.#obey(message.value)
    } catch (error) {
      // The spool could not be read: its disk, not this process, is at fault.
      this.end((error as Error).message)
    }
  }

  #obey(message: Exclude<ToAgent, { type: 'refused' }>): void {
    if (message.type === 'welcome') return this.#welcome(message)
    if (message.type === 'ack') return this.#acknowledge(message.taken)
    if (message.type === 'result') return this.#calls.answered(message)
    const batch = this.#inFlight[message.after - this.#taken]
    if (batch) this.#options.onRejected(batch.seq, message.reason)
  }

  #welcome({ high, beyond }: Extract<ToAgent, { type: 'welcome' }>): void {
    clearTimeout(this.#deadline)
    const { spool, onReset, onWelcome, onAck } = this.#options
    this.#done = new Ranges({ high: high ?? 0, beyond })
    onWelcome()
    if (this.#done.low < spool.first - 1) {
      onReset()
      return this.end('the hub does not have what this agent sent before; reading everything anew')
    }
    if (this.#done.top >= this.#told) {
      onReset()
      return this.end(
        'the hub has more than this agent ever sent: its spool went back; reading everything anew',
      )
    }
    spool.ack(this.#done)
    this.#order = sendingOrder(spool, new Ranges(this.#done.mark()), this.#told)
    onAck()
    this.pump()
  }

  #acknowledge(taken: number): void {
    const { spool, onAck } = this.#options
    for (const { seq, length } of this.#inFlight.splice(0, Math.max(0, taken - this.#taken))) {
      this.#done.add(seq)
      this.#bytes -= length
      this.#taken++
    }
    spool.ack(this.#done)
    onAck()
    this.pump()
  }
}
