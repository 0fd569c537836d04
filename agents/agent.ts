// The agent: polls its sources, writes what they saw to the spool, keeps sessions with a hub.
import { randomBytes } from 'node:crypto'
import type { Channel } from '../src/protocol/channel.ts'
import type { AgentHello } from '../src/protocol/messages.ts'
import { Batcher, gapFrame } from './batcher.ts'
import type { Answer, Request } from './calls.ts'
import { createRejections } from './rejections.ts'
import type { Source, SourceOptions } from './sources/source.ts'
import type { Lane, Spool } from './spool/index.ts'
import { spoolGauges } from './spool-gauges.ts'
import { Uplink } from './uplink.ts'

/** What an agent is made with. */
export interface AgentOptions {
  readonly name: string
  readonly role: AgentHello['role']
  readonly version: string
  readonly spool: Spool
  /** Makes the sources of a lane; called at start and after a reset. */
  readonly sources: (lane: Lane, options: SourceOptions) => Source[]
  /** Pause between polls that found nothing more to read, ms. */
  readonly pollMs: number
  readonly now?: () => number
  /** Told of what an operator of this host should see. */
  readonly onTrouble?: (text: string) => void
}

const LANES: readonly Lane[] = ['run', 'host']
/** Logs that have not grown for so long are looked at half as often, ms. */
const QUIET_MS = 10_000
/** What is told by a call is read this much later, together with what follows it, ms. */
const WAKE_MS = 150

/** A running agent. */
export class Agent {
  readonly #options: AgentOptions
  readonly #now: () => number
  #sources: { lane: Lane; batcher: Batcher; source: Source }[] = []
  /** The session that the hub has welcomed last. */
  #uplink: Uplink | undefined
  /** All sessions, also those that nobody has answered yet. */
  readonly #uplinks = new Set<Uplink>()
  readonly #instance = randomBytes(6).toString('hex')
  readonly #rejections = createRejections()
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined
  #stopped = false
  #polls = 0
  /** Between two turns, nothing being read. */
  #waits = false
  #resetDue = false
  /** When a log last grew, monotonic ms. */
  #grew = performance.now()
  #renewed = new Set<() => void>()
  #settled = new Set<() => void>()

  constructor(options: AgentOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#makeSources()
    this.#timer = setImmediate(() => this.#turn())
  }

  /** Id under which the hub knows this host. */
  get id(): string {
    return this.#options.spool.identity.agent
  }

  /**
   * Serves a hub on an open channel; resolves with the reason when it is over. It takes the place of an
   * earlier session once the hub answers, so that a caller who says nothing cannot.
   */
  serve(channel: Channel): Promise<string> {
    const { spool, name, role, version } = this.#options
    return new Promise((resolve) => {
      const uplink = new Uplink({
        spool,
        channel,
        hello: { name, role, version, instance: this.#instance },
        now: this.#now,
        onReset: () => this.startAnew(),
        onAck: () => this.#settle(),
        onWelcome: () => this.#welcomed(uplink),
        onRejected: (seq, reason) => this.#reject(seq, reason),
        givenUp: (seq) => this.#rejections.givenUp(seq),
        onEnd: (reason) => {
          this.#uplinks.delete(uplink)
          resolve(reason)
        },
      })
      this.#uplinks.add(uplink)
    })
  }

  /** A hub has welcomed this agent, and the session is open. */
  get connected(): boolean {
    return this.#uplink !== undefined && this.#uplinks.has(this.#uplink)
  }

  /** Passes a request on to the hub; undefined while none is connected, or when it does not answer. */
  async call(request: Request): Promise<Answer | undefined> {
    return this.#uplink?.call(request)
  }

  /** Gauges of the spool in the Prometheus text format. */
  metrics(): string {
    return spoolGauges(this.#options.spool)
  }

  /** There is something to read: polls soon, without waiting for the next turn. */
  wake(withinMs = WAKE_MS): void {
    if (this.#stopped || !this.#waits) return
    this.#waits = false
    clearTimeout(this.#timer as NodeJS.Timeout)
    this.#timer = setTimeout(() => this.#turn(), withinMs)
  }

  /** Resolves when everything that is there has been read and the hub has confirmed it; `anew`: looks once more first. */
  caughtUp(anew = false): Promise<void> {
    if (anew) this.#polls = 0
    return new Promise((resolve) => {
      this.#settled.add(resolve)
      if (anew) this.wake(0)
      else this.#settle()
    })
  }

  /** Forgets what was sent and reads everything again, under a new epoch; the session ends. */
  startAnew(): void {
    this.#resetDue = true
  }

  /** Resolves when a new start that was asked for has been made. */
  renewed(): Promise<void> {
    return this.#resetDue ? new Promise((resolve) => this.#renewed.add(resolve)) : Promise.resolve()
  }

  /** Stops polling, ends the session and closes the spool. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer as NodeJS.Timeout)
    clearImmediate(this.#timer as NodeJS.Immediate)
    for (const { source } of this.#sources) source.close()
    for (const uplink of this.#uplinks) uplink.end('the agent is stopping')
    this.#options.spool.close()
  }

  #welcomed(uplink: Uplink): void {
    if (this.#uplink !== uplink) this.#uplink?.end('replaced by a newer connection')
    this.#uplink = uplink
  }

  #reject(seq: number, reason: string): void {
    if (!this.#rejections.isLast(seq, reason)) return
    this.#options.onTrouble?.(`batch ${seq} is given up, a copy is in the quarantine folder: ${reason}`)
    this.#options.spool.setAside(seq)
  }

  #makeSources(): void {
    const { spool, sources } = this.#options
    for (const { source } of this.#sources) source.close()
    const options: SourceOptions = { agent: spool.identity.agent, cursors: new Map(spool.cursors) }
    this.#sources = LANES.flatMap((lane) => {
      const batcher = new Batcher(lane, spool, this.#now)
      return sources(lane, options).map((source) => ({ lane, batcher, source }))
    })
    this.#polls = 0
  }

  async #turn(): Promise<void> {
    this.#waits = false
    const ready = this.#isReset()
    const more = ready && (await this.#poll())
    if (this.#stopped) return
    if (ready && !more && !this.#options.spool.full) this.#polls++
    this.#settle()
    this.#waits = !more
    this.#timer = more ? setImmediate(() => this.#turn()) : setTimeout(() => this.#turn(), this.#pause())
  }

  #pause(): number {
    const { pollMs } = this.#options
    return performance.now() - this.#grew > QUIET_MS ? 2 * pollMs : pollMs
  }

  /** Starts anew where that is due; false when the disk will not take it, for now. */
  #isReset(): boolean {
    if (!this.#resetDue) return true
    for (const uplink of this.#uplinks) uplink.end('the agent starts anew')
    try {
      this.#tellLost(this.#options.spool.reset())
    } catch (error) {
      this.#options.onTrouble?.(`cannot start anew: ${(error as Error).message}`)
      return false
    }
    this.#resetDue = false
    this.#rejections.clear()
    this.#makeSources()
    for (const resolve of this.#renewed) resolve()
    this.#renewed.clear()
    return true
  }

  /** Samples of the machine cannot be read again as files can: the gap is told. */
  #tellLost(batches: number): void {
    if (batches === 0) return
    const { spool } = this.#options
    const reason = 'samples of the machine that waited for a hub which does not know this agent'
    spool.append('host', [gapFrame(spool, spool.next, this.#now(), reason, batches)], {})
  }

  async #poll(): Promise<boolean> {
    let more = false
    const sources = this.#sources
    for (const { lane, batcher, source } of sources) {
      // One of them failed, and all were made anew.
      if (sources !== this.#sources) return false
      if (lane === 'run' && this.#options.spool.full) continue
      more = (await this.#pollOne(lane, batcher, source)) || more
      if (this.#stopped) return false
    }
    return more
  }

  async #pollOne(lane: Lane, batcher: Batcher, source: Source): Promise<boolean> {
    try {
      const more = await source.poll(batcher, this.#now())
      if (this.#stopped) return false
      if (batcher.flush() && lane === 'run') this.#grew = performance.now()
      return more
    } catch (error) {
      // What was collected is not on disk, so read it again from the last cursor that is.
      this.#options.onTrouble?.(`${source.name}: ${(error as Error).message}`)
      this.#makeSources()
      return false
    } finally {
      // Also after a failure: what was written before it may be what fills the disk.
      if (!this.#stopped) this.#uplink?.pump()
    }
  }

  #settle(): void {
    const { spool } = this.#options
    if (this.#polls === 0 || spool.acked < spool.next - 1) return
    for (const resolve of this.#settled) resolve()
    this.#settled.clear()
  }
}
