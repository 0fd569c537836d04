// One agent's connection: hello, resume from the high-water mark, batches in order, acks after commit.
import type { NewEvent } from '../core/events.ts'
import { API_SOURCE, type State } from '../core/state.ts'
import { type CallResult, fitsCall, PROTOCOL, type ToAgent } from '../protocol/agent-answers.ts'
import type { Channel } from '../protocol/channel.ts'
import { decode } from '../protocol/decode.ts'
import { BadLines, fromWireLines } from '../protocol/lines.ts'
import { type AgentHello, type Call, FromAgent } from '../protocol/messages.ts'
import { BadPoints, fromWirePoints } from '../protocol/points.ts'
import { MAX_RANGES, type Mark, Ranges } from '../protocol/ranges.ts'
import type { Unit } from '../store/store.ts'
import type { Intake } from './ingest.ts'

/** A peer that says nothing is cut off after this, ms. */
export const HELLO_MS = 5_000

/** What a session needs of the hub. */
export interface SessionHub {
  readonly storeId: string
  state(): State
  now(): number
  mark(agent: string, epoch: string): Mark | null
  take(intake: Intake): void
  /** Registers the session; the answer is why it is refused, if it is. Replaces an older session of the same epoch. */
  join(hello: AgentHello, session: AgentSession): { reason: string; hint: string } | undefined
  leave(agent: string, session: AgentSession): void
  heard(agent: string, lagMs: number | null): void
  badFrame(who: string, reason: string): void
  /** Answers a request of the API. Never rejects. */
  call(call: Call): Promise<Pick<CallResult, 'status' | 'body'>>
}

/** Calls of one agent that may wait for their answer at once. */
const MAX_CALLS = 64

/** In place of an answer that would break the session. */
const TOO_LONG = {
  status: 413,
  body: JSON.stringify({
    error_code: 'BAD_REQUEST',
    message: 'The answer is too long to come through an agent: ask for fewer results, or ask the hub itself.',
  }),
}

type BatchMessage = Extract<FromAgent, { type: 'batch' }>

/**
 * Runs that this batch reports anew although another life of the agent had filled them: their log is read again from
 * its start. What was logged through an API is, where the agent still has it whole.
 */
function replaced(state: State, agent: string, events: readonly NewEvent[]): string[] {
  const epoch = state.hosts.get(agent)?.epoch
  return events
    .filter((event) => event.type === 'run.found' && (event.data.source !== API_SOURCE || event.data.whole))
    .map((event) => event.about)
    .filter((id) => state.runs.has(id) && state.runs.get(id)!.epoch !== epoch)
}

/** One agent on an open channel, until either side ends it. The caller passes on the channel's frames and its end. */
export class AgentSession {
  readonly #hub: SessionHub
  readonly #channel: Channel
  readonly #deadline: NodeJS.Timeout
  #hello: AgentHello | undefined
  /** Batches taken, committed or on their way there. */
  #taken = new Ranges()
  /** Batches of this session that came, and that were committed. */
  #came = 0
  #stored = 0
  /** Calls that wait for their answer. */
  #calls = 0
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
    if (!decoded.ok) return this.#bad(decoded.reason, frame.startsWith('{"type":"batch"'))
    const message = decoded.value
    if (!this.#hello)
      return message.type === 'agent.hello'
        ? this.#greet(message)
        : this.#bad('the first message must be agent.hello')
    if (message.type === 'agent.hello') return this.#bad('a second hello')
    this.#hub.heard(this.#hello.agent, null)
    if (message.type === 'call') return void this.#answer(message)
    try {
      this.#take(message, this.#hello, frame)
    } catch (error) {
      if (!(error instanceof BadPoints || error instanceof BadLines)) throw error
      this.#bad(error.message, true)
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
    const known = this.#markOf(hello)
    if (known === 'damaged') return
    const { high, beyond } = known ?? { high: null, beyond: [] }
    this.#taken = new Ranges(known ?? { high: Math.max(0, hello.first - 1), beyond })
    const event: NewEvent = {
      type: 'host.connected',
      at: this.#hub.now(),
      about: agent,
      data: { name, role, version, epoch },
    }
    this.#hub.take({
      unit: { by: 'hub', events: [event] },
      done: () =>
        this.#send({
          type: 'welcome',
          protocol: PROTOCOL,
          hub: this.#hub.storeId,
          high,
          beyond: [...beyond],
        }),
      failed: (reason) => this.end(reason),
    })
  }

  /** A store that cannot even be asked must not take the hub with it. */
  #markOf({ agent, epoch }: AgentHello): Mark | null | 'damaged' {
    try {
      return this.#hub.mark(agent, epoch)
    } catch (error) {
      this.#refuse(
        `the hub cannot read its store: ${(error as Error).message}`,
        'mlops doctor checks the hub',
      )
      return 'damaged'
    }
  }

  #take(message: BatchMessage, hello: AgentHello, frame: string): void {
    const { at } = message
    const unit = this.#unit(message, hello, frame)
    if (this.#taken.size > MAX_RANGES) return this.end(`more than ${MAX_RANGES} holes between batches`)
    this.#came++
    const done = () => {
      this.#stored++
      this.#send({ type: 'ack', taken: this.#stored })
      this.#hub.heard(hello.agent, this.#hub.now() - at)
    }
    this.#hub.take({
      unit,
      done,
      failed: (reason) => this.end(`the hub could not store the batch: ${reason}`),
    })
  }

  async #answer(call: Call): Promise<void> {
    if (this.#calls >= MAX_CALLS) return this.end(`more than ${MAX_CALLS} calls at once`)
    this.#calls++
    const answer = await this.#hub.call(call)
    this.#calls--
    if (!this.#over)
      this.#send({ type: 'result', id: call.id, ...(fitsCall(answer.body) ? answer : TOO_LONG) })
  }

  /** What is to be stored of a batch: nothing of one that was taken before. */
  #unit(message: BatchMessage, { agent, epoch }: AgentHello, frame: string): Unit {
    const { seq, events } = message
    const by = `agent:${agent}`
    if (this.#taken.has(seq)) return { by, events: [] }
    const points = fromWirePoints(message.points)
    const lines = fromWireLines(message.lines)
    const late = seq < this.#taken.top
    this.#taken.add(seq)
    // Lines are stored by themselves: the log of points is kept until these are sealed, which may be days.
    const kept = lines.length === 0 ? frame : JSON.stringify({ points: message.points })
    const batch = {
      from: { agent, epoch, seq: message.seq, mark: this.#taken.mark() },
      points,
      lines,
      frame: kept,
      late,
    }
    return { by, events, batch, replaces: replaced(this.#hub.state(), agent, events) }
  }

  #refuse(reason: string, hint: string): void {
    this.#send({ type: 'refused', reason, hint })
    this.end(reason)
  }

  #bad(reason: string, isBatch = false): void {
    this.#hub.badFrame(this.#hello?.name ?? 'an unknown agent', reason)
    if (this.#hello && isBatch) this.#send({ type: 'rejected', after: this.#came, reason })
    this.end(`bad frame: ${reason}`)
  }
}
