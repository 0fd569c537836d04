// A HubLink over a channel: keeps a mirror of the world, asks questions, reconnects by itself.
import { type Columns, concat, noColumns } from '../core/columns.ts'
import type { LogEvent } from '../core/events.ts'
import type { LinePage, LineQuery } from '../core/lines.ts'
import {
  type Action,
  type HubLink,
  type LinkStatus,
  type Page,
  type PageQuery,
  type PageRows,
  Refused,
} from '../core/link.ts'
import type { EventQuery, PastMoment, SeriesQuery, World } from '../core/world.ts'
import { PROTOCOL } from '../protocol/agent-answers.ts'
import { backoff } from '../protocol/backoff.ts'
import type { Channel } from '../protocol/channel.ts'
import { type FromConsole, ToConsole } from '../protocol/console.ts'
import { decode, MAX_CONSOLE_FRAME } from '../protocol/decode.ts'
import { userName } from '../protocol/user-name.ts'
import { Mirror } from './mirror.ts'
import { readColumns, type WireColumns } from './wire-columns.ts'

/** Opens a channel to the hub; rejects with the reason when it cannot. */
export type Connect = () => Promise<Channel>

/** The hub could not be reached, or broke off. */
export class Unreachable extends Error {}

interface Answer {
  readonly columns: Columns
  readonly events: LogEvent[]
  readonly lines: LinePage | undefined
  readonly page: PageRows | undefined
  /** Set for a question about the past, or for a page. */
  readonly world: World | undefined
}

interface Question {
  readonly columns: Columns[]
  /** Grows by the parts of a past. */
  readonly past: Mirror
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** A live view of a hub elsewhere. */
export class RemoteLink implements HubLink {
  readonly #connect: Connect
  readonly #where: string
  readonly #version: string
  readonly #whole: boolean
  readonly #listeners = new Set<() => void>()
  readonly #questions = new Map<number, Question>()
  #mirror = new Mirror()
  #shown = this.#mirror
  #channel: Channel | undefined
  #status: { connected: boolean; trouble: string | null; heard: number; hub?: string }
  #timer: NodeJS.Timeout | undefined
  #attempt = 0
  #nextId = 1
  #closed = false
  #ready: { resolve(): void; reject(error: Error): void } | undefined

  /** `world: false` for a client that only asks for pages, points and events: its world stays empty. */
  constructor(options: { connect: Connect; where: string; version: string; world?: boolean }) {
    this.#connect = options.connect
    this.#where = options.where
    this.#version = options.version
    this.#whole = options.world ?? true
    this.#status = { connected: false, trouble: null, heard: Date.now() }
  }

  /** Connects for the first time; rejects with Unreachable when that fails. Later breaks are mended by itself. */
  async open(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#ready = { resolve, reject }
    })
    await this.#dial()
    return ready
  }

  world = () => this.#shown.world()

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  status(): LinkStatus {
    return { where: this.#where, ...this.#status }
  }

  async points(query: SeriesQuery): Promise<Columns> {
    const finite = (n: number | undefined) => (Number.isFinite(n) ? n : undefined)
    const { from, to, until } = query
    const asked = { ...query, from: finite(from), to: finite(to), until: finite(until) }
    return (await this.#ask({ type: 'ask.points', query: asked })).columns
  }

  async events(query: EventQuery): Promise<LogEvent[]> {
    return (await this.#ask({ type: 'ask.events', query })).events
  }

  async lines(query: LineQuery): Promise<LinePage> {
    const { lines } = await this.#ask({ type: 'ask.lines', query })
    if (!lines) throw new Error(`the hub at ${this.#where} answered without lines`)
    return lines
  }

  async worldAt(moment: PastMoment): Promise<World> {
    const wanted = typeof moment === 'number' ? Math.floor(moment) : moment
    const { world } = await this.#ask({ type: 'ask.at', moment: wanted })
    if (!world) throw new Error(`the hub at ${this.#where} answered without a world`)
    return world
  }

  async page(query: PageQuery): Promise<Page> {
    const { page, world } = await this.#ask({ type: 'ask.page', query })
    if (!page || !world) throw new Error(`the hub at ${this.#where} answered without a page`)
    return { ...page, world }
  }

  async act(action: Action): Promise<void> {
    await this.#ask({ type: 'do', by: userName(), action })
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#channel?.close('the console is closing')
  }

  #ask(question: { readonly type: FromConsole['type']; readonly [key: string]: unknown }): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#channel) return reject(new Unreachable(`the hub at ${this.#where} is not connected`))
      const id = this.#nextId++
      this.#questions.set(id, { columns: [], past: new Mirror(), resolve, reject })
      this.#channel.send(JSON.stringify({ ...question, id }))
    })
  }

  async #dial(): Promise<void> {
    try {
      const channel = await this.#connect()
      this.#channel = channel
      this.#mirror = new Mirror()
      channel.receive(
        (frame) => this.#receive(frame),
        (reason) => this.#lost(reason),
      )
      channel.send(
        JSON.stringify({
          type: 'console.hello',
          protocol: PROTOCOL,
          version: this.#version,
          ...(!this.#whole && { world: false }),
        }),
      )
    } catch (error) {
      this.#lost((error as Error).message)
    }
  }

  #lost(reason: string): void {
    this.#channel = undefined
    this.#status = { ...this.#status, connected: false, trouble: reason }
    const error = new Unreachable(`the hub at ${this.#where} cannot be reached: ${reason}`)
    for (const { reject } of this.#questions.values()) reject(error)
    this.#questions.clear()
    if (this.#ready) {
      this.#ready.reject(error)
      this.#closed = true
    }
    this.#tell()
    if (!this.#closed) this.#timer = setTimeout(() => this.#dial(), backoff(this.#attempt++))
  }

  #receive(frame: string): void {
    this.#status.heard = Date.now()
    const decoded = decode(ToConsole, frame, MAX_CONSOLE_FRAME)
    if (!decoded.ok) return this.#channel?.close(`bad frame from the hub: ${decoded.reason}`)
    const message = decoded.value
    if (message.type === 'refused') return this.#channel?.close(`${message.reason}; ${message.hint}`)
    if (message.type === 'answer') return this.#answer(message)
    if (message.type === 'failed') return this.#failed(message)
    if (message.type === 'world.part') return this.#part(message)
    if (message.type === 'world.ready') this.#welcome(message)
    else {
      this.#mirror.change(message)
      if (message.trouble !== undefined) this.#status = { ...this.#status, trouble: message.trouble }
    }
    this.#tell()
  }

  #welcome(message: Extract<ToConsole, { type: 'world.ready' }>): void {
    this.#mirror.ready(message)
    this.#shown = this.#mirror
    this.#attempt = 0
    this.#status = { connected: true, trouble: null, heard: Date.now(), hub: message.hub }
    this.#ready?.resolve()
    this.#ready = undefined
  }

  #question(id: number): Question | undefined {
    const question = this.#questions.get(id)
    this.#questions.delete(id)
    return question
  }

  /** A part of the present, or of the past that was asked for. */
  #part(message: Extract<ToConsole, { type: 'world.part' }>): void {
    if (message.id === undefined) this.#mirror.part(message)
    else this.#questions.get(message.id)?.past.part(message)
  }

  #failed({ id, reason, hint }: Extract<ToConsole, { type: 'failed' }>): void {
    this.#question(id)?.reject(hint === undefined ? new Error(reason) : new Refused(reason, hint))
  }

  #answer({ id, more, points, events, past, page, ...rest }: Extract<ToConsole, { type: 'answer' }>): void {
    const question = this.#questions.get(id)
    if (points) question?.columns.push(readColumns(points as WireColumns))
    if (more) return
    const columns = question?.columns.length ? concat(question.columns) : noColumns
    if (past) question?.past.ready(past)
    if (page) question?.past.ready({ seq: 0 })
    const seen = (past || page) && question?.past.still()
    const world = past && seen ? { ...seen, at: past.at } : seen
    const lines = rest.lines as LinePage | undefined
    this.#question(id)?.resolve({ columns, events: (events ?? []) as LogEvent[], world, page, lines })
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
