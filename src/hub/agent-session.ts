// One agent's connection: hello, resume from the high-water mark, batches in order, acks after commit.
import type { NewEvent } from '../core/events.ts'
import type { State } from '../core/state.ts'
import type { Channel } from '../protocol/channel.ts'
import { decode } from '../protocol/decode.ts'
import { type AgentHello, FromAgent, PROTOCOL, type ToAgent } from '../protocol/messages.ts'
import { BadPoints, fromWirePoints } from '../protocol/points.ts'
import type { Unit } from '../store/store.ts'
import type { Intake } from './ingest.ts'

/** A peer that says nothing is cut off after this, ms. */
export const HELLO_MS = 5_000

/** What a session needs of the hub. */
export interface SessionHub {
  readonly storeId: string
  state(): State
  now(): number
  highWater(agent: string, epoch: string): number | null
  take(intake: Intake): void
  /** Registers the session; the answer is why it is refused, if it is. Replaces an older session of the same epoch. */
  join(hello: AgentHello, session: AgentSession): { reason: string; hint: string } | undefined
  leave(agent: string, session: AgentSession): void
  heard(agent: string, lagMs: number | null): void
  badFrame(who: string, reason: string): void
}

type BatchMessage = Extract<FromAgent, { type: 'batch' }>

/** Runs that this batch reports anew although another life of the agent had filled them. */
function replaced(state: State, agent: string, events: readonly NewEvent[]): string[] {
  const epoch = state.hosts.get(agent)?.epoch
  return events
    .filter((event) => event.type === 'run.found')
    .map((event) => event.about)
    .filter((id) => state.runs.has(id) && state.runs.get(id)!.epoch !== epoch)
}

/** One agent on an open channel, until either side ends it. The caller passes on the channel's frames and its end. */
export class AgentSession {
  readonly #hub: SessionHub
  readonly #channel: Channel
  readonly #deadline: NodeJS.Timeout
  #hello: AgentHello | undefined
  /** Last batch taken, committed or on its way there. */
  #high = 0
  /** Last batch committed. */
  #stored = 0
  #over = false

  constructor(hub: SessionHub, channel: Channel) {
    this.#hub = hub
    this.#channel = channel
    this.#deadline = setTimeout(() => this.end(`no hello within ${HELLO_MS / 1000} s`), HELLO_MS)
  }

  end(reason: string): void {
    if (this.#over) return
    this.#channel.close(reason)
    this.closed(reason)
  }

  #send(message: ToAgent): void {
    this.#channel.send(JSON.stringify(message))
  }

  /** The channel has ended. */
  closed(reason: string): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#deadline)
    if (!this.#hello) return
    const { agent } = this.#hello
    this.#hub.leave(agent, this)
    const event: NewEvent = { type: 'host.disconnected', at: this.#hub.now(), about: agent, data: { reason } }
    this.#hub.take({ unit: { by: 'hub', events: [event] }, done: () => {}, failed: () => {} })
  }

  /** Takes one frame of the agent. */
  receive(frame: string): void {
    if (this.#over) return
    const decoded = decode(FromAgent, frame)
    if (!decoded.ok) return this.#bad(decoded.reason)
    const message = decoded.value
    if (!this.#hello)
      return message.type === 'agent.hello'
        ? this.#greet(message)
        : this.#bad('the first message must be agent.hello')
    if (message.type !== 'batch') return this.#bad('a second hello')
    this.#hub.heard(this.#hello.agent, null)
    try {
      this.#take(message, this.#hello, frame)
    } catch (error) {
      if (!(error instanceof BadPoints)) throw error
      this.#bad(error.message)
    }
  }

  #greet(hello: AgentHello): void {
    if (hello.protocol !== PROTOCOL)
      return this.#refuse(
        `this hub speaks protocol ${PROTOCOL}, the agent ${hello.protocol}`,
        'install the same mlops on both',
      )
    const conflict = this.#hub.join(hello, this)
    if (conflict) return this.#refuse(conflict.reason, conflict.hint)
    clearTimeout(this.#deadline)
    this.#hello = hello
    const { agent, name, role, version, epoch } = hello
    const known = this.#hub.highWater(agent, epoch)
    this.#stored = known ?? hello.first - 1
    this.#high = this.#stored
    const event: NewEvent = {
      type: 'host.connected',
      at: this.#hub.now(),
      about: agent,
      data: { name, role, version, epoch },
    }
    this.#hub.take({
      unit: { by: 'hub', events: [event] },
      done: () => this.#send({ type: 'welcome', protocol: PROTOCOL, hub: this.#hub.storeId, high: known }),
      failed: (reason) => this.end(reason),
    })
  }

  #take(message: BatchMessage, { agent, epoch }: AgentHello, frame: string): void {
    const { seq, at, events } = message
    if (seq <= this.#high) return this.#send({ type: 'ack', high: this.#stored })
    if (seq !== this.#high + 1) return this.end(`batch ${seq} where ${this.#high + 1} was due`)
    const points = fromWirePoints(message.points)
    this.#high = seq
    const unit: Unit = {
      by: `agent:${agent}`,
      events,
      batch: { agent, epoch, seq, points, frame },
      replaces: replaced(this.#hub.state(), agent, events),
    }
    const done = () => {
      this.#stored = seq
      this.#send({ type: 'ack', high: seq })
      this.#hub.heard(agent, this.#hub.now() - at)
    }
    this.#hub.take({
      unit,
      done,
      failed: (reason) => this.end(`the hub could not store the batch: ${reason}`),
    })
  }

  #refuse(reason: string, hint: string): void {
    this.#send({ type: 'refused', reason, hint })
    this.end(reason)
  }

  #bad(reason: string): void {
    this.#hub.badFrame(this.#hello?.name ?? 'an unknown agent', reason)
    if (this.#hello) this.#send({ type: 'rejected', seq: this.#high + 1, reason })
    this.end(`bad frame: ${reason}`)
  }
}
