// One console on a channel: the whole world once, then its changes, coalesced; answers to questions.
import type { Columns } from '../core/columns.ts'
import type { LogEvent } from '../core/events.ts'
import { type PageQuery, Refused } from '../core/link.ts'
import { toWireSummary } from '../core/summary.ts'
import type { PastMoment, SeriesQuery, World } from '../core/world.ts'
import { PROTOCOL } from '../protocol/agent-answers.ts'
import type { Channel } from '../protocol/channel.ts'
import { type ConsoleHello, FromConsole, type ToConsole } from '../protocol/console.ts'
import { decode } from '../protocol/decode.ts'
import { toWireStep, toWireValue } from '../protocol/numbers.ts'
import { TABLES } from '../protocol/tables.ts'
import { SUPERSEDED } from '../store/past.ts'
import { inSlices } from '../store/slices.ts'
import type { Hub } from './hub.ts'
import type { Change } from './ingest.ts'
import { answerLines } from './line-answers.ts'
import { worldOfRuns } from './page-world.ts'

/** Changes are sent at most this often, ms: a console draws five times a second. */
const CHANGE_MS = 200
/** Presence alone is sent this often, ms, so that ages stay true. */
const PRESENCE_MS = 1000
/** Bytes waiting in the link above which changes are held back and coalesced. */
const BACKLOG_BYTES = 1 << 20
/** Rows of the world, points and events in one frame. */
const PART_ROWS = 200
const PART_POINTS = 10_000

function* parts<T>(rows: Iterable<T>, size: number): Generator<T[]> {
  let part: T[] = []
  for (const row of rows) {
    part.push(row)
    if (part.length < size) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}

function seriesRow(world: World, owner: string): unknown[] {
  const summaries = world.series.get(owner) ?? new Map()
  return [owner, ...[...summaries].map(([key, summary]) => [key, ...toWireSummary(summary)])]
}

/** Owners with so many series that they need frames of their own come in slices of keys. */
function* seriesRows(world: World, owners: Iterable<string>): Generator<unknown[]> {
  for (const owner of owners) {
    const [id, ...rows] = seriesRow(world, owner)
    for (const slice of parts(rows, 100)) yield [id, ...slice]
  }
}

/** Which lines there are of these owners. */
function* spanRows({ lines }: World, owners: Iterable<string>): Generator<unknown[]> {
  for (const owner of owners) {
    const span = lines?.get(owner)
    if (span) yield [owner, span.first, span.next]
  }
}

/** The world in parts; with an id as the answer to a question about the past. */
function* picture(world: World, id?: number): Generator<ToConsole> {
  for (const table of TABLES)
    for (const rows of parts<unknown>(world.state[table].values(), PART_ROWS))
      yield { type: 'world.part', id, table, rows }
  for (const rows of parts(seriesRows(world, world.series.keys()), PART_ROWS / 5))
    yield { type: 'world.part', id, table: 'series', rows }
  for (const rows of parts(spanRows(world, world.lines?.keys() ?? []), PART_ROWS))
    yield { type: 'world.part', id, table: 'lines', rows }
}

const presenceRows = ({ presence }: World) =>
  [...presence].map(([host, { lastSeen, lagMs }]) => [host, lastSeen, lagMs])

/** Points [from, to) as they stand in JSON. */
function pointsPart(columns: Columns, from: number, to: number) {
  return {
    steps: Array.from(columns.steps.slice(from, to) as ArrayLike<number | bigint>, toWireStep),
    times: Array.from(columns.times.subarray(from, to)),
    values: Array.from(columns.values.subarray(from, to), toWireValue),
  }
}

type Question = Exclude<FromConsole, { type: 'console.hello' }>

/** A console being served. */
export class ConsoleSession {
  readonly #hub: Hub
  readonly #channel: Channel
  readonly #version: string
  #events: LogEvent[] = []
  #owners = new Set<string>()
  #printed = new Set<string>()
  #unsubscribe = () => {}
  #timer: NodeJS.Timeout | undefined
  #lastSent = 0
  #trouble: string | null = null
  /** Ends the question about the past that is being answered. */
  #past = new AbortController()

  constructor(hub: Hub, channel: Channel, version: string) {
    this.#hub = hub
    this.#channel = channel
    this.#version = version
  }

  /** Takes the session over with its first frame; `whole`: the console wants the world, and its changes. */
  start(whole = true): void {
    const world = this.#hub.world()
    if (!whole) return this.#ready(0)
    for (const part of picture(world)) this.#send(part)
    this.#send({ type: 'world.change', events: [], series: [], presence: presenceRows(world) })
    this.#ready(world.state.seq)
    this.#tellTrouble()
    this.#unsubscribe = this.#hub.subscribe((change) => this.#changed(change))
    this.#timer = setInterval(() => this.#flush(), CHANGE_MS)
  }

  #ready(seq: number): void {
    this.#send({ type: 'world.ready', seq, hub: this.#hub.store.id, version: this.#version })
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#past.abort(new Error('the console has gone'))
    this.#unsubscribe()
  }

  /** Answers one frame. */
  receive(frame: string): void {
    const message = decode(FromConsole, frame)
    if (!message.ok) {
      this.#hub.counters.badFrames++
      this.#hub.counters.lastBadFrame = `a console: ${message.reason}`
      return this.#channel.close(`bad frame: ${message.reason}`)
    }
    if (message.value.type === 'console.hello') return
    const { id } = message.value
    this.#answer(message.value).catch((error: Error) => {
      const hint = error instanceof Refused ? error.hint : undefined
      this.#send({ type: 'failed', id, reason: error.message, hint })
    })
  }

  async #answer(message: Question): Promise<void> {
    const { type, id } = message
    if (type === 'ask.points') this.#answerPoints(id, message.query)
    else if (type === 'ask.page') this.#answerPage(id, message.query)
    else if (type === 'ask.lines')
      this.#send({ type: 'answer', id, more: false, lines: answerLines(this.#hub.store, message.query) })
    else if (type === 'ask.at') await this.#answerPast(id, message.moment)
    else if (type === 'do') {
      await this.#hub.act(message.action, message.by)
      this.#send({ type: 'answer', id, more: false })
    } else this.#send({ type: 'answer', id, more: false, events: this.#hub.store.events(message.query) })
  }

  #answerPage(id: number, query: PageQuery): void {
    const page = this.#hub.page(query)
    if (!page) throw new Error('this hub picks no pages')
    for (const part of picture(worldOfRuns(this.#hub.world(), page.ids, query.whole), id)) this.#send(part)
    this.#send({ type: 'answer', id, more: false, page: { ...page, ids: [...page.ids] } })
  }

  async #answerPast(id: number, moment: PastMoment): Promise<void> {
    this.#past.abort(new Error(SUPERSEDED))
    this.#past = new AbortController()
    const { signal } = this.#past
    const world = await this.#hub.worldAt(moment, signal)
    await inSlices(this.#sendParts(picture(world, id)), signal)
    const past = { seq: world.state.seq, at: world.at! }
    this.#send({ type: 'answer', id, more: false, past })
  }

  *#sendParts(messages: Iterable<ToConsole>): Generator<void, void> {
    for (const message of messages) {
      this.#send(message)
      yield
    }
  }

  #answerPoints(id: number, query: SeriesQuery): void {
    const columns = this.#hub.store.points(query)
    const length = columns.times.length
    for (let from = 0; from === 0 || from < length; from += PART_POINTS) {
      const points = pointsPart(columns, from, Math.min(from + PART_POINTS, length))
      this.#send({ type: 'answer', id, more: from + PART_POINTS < length, points })
    }
  }

  #send(message: ToConsole): void {
    this.#channel.send(JSON.stringify(message))
  }

  #changed({ events, owners, lines }: Change): void {
    this.#events.push(...events)
    for (const owner of owners) this.#owners.add(owner)
    for (const owner of lines) this.#printed.add(owner)
  }

  #tellTrouble(): void {
    const trouble = this.#hub.trouble()
    if (trouble !== this.#trouble)
      this.#send({ type: 'world.change', events: [], series: [], presence: [], trouble })
    this.#trouble = trouble
  }

  #flush(): void {
    if (this.#channel.buffered() <= BACKLOG_BYTES) this.#tellTrouble()
    const quiet = this.#events.length + this.#owners.size + this.#printed.size === 0
    const now = performance.now()
    if ((quiet && now - this.#lastSent < PRESENCE_MS) || this.#channel.buffered() > BACKLOG_BYTES) return
    this.#lastSent = now
    const world = this.#hub.world()
    for (const events of parts(this.#events, PART_ROWS))
      this.#send({ type: 'world.change', events, series: [], presence: [] })
    for (const series of parts(seriesRows(world, this.#owners), PART_ROWS / 5))
      this.#send({ type: 'world.change', events: [], series, presence: [] })
    this.#send({ type: 'world.change', events: [], series: [], presence: presenceRows(world) })
    for (const lines of parts(spanRows(world, this.#printed), PART_ROWS))
      this.#send({ type: 'world.change', events: [], series: [], presence: [], lines })
    this.#events = []
    this.#owners.clear()
    this.#printed.clear()
  }
}

/** Serves a console whose first frame has been read as `hello`. */
export function startConsole(
  hub: Hub,
  channel: Channel,
  version: string,
  { protocol, world }: ConsoleHello,
): ConsoleSession | undefined {
  if (protocol === PROTOCOL) {
    const session = new ConsoleSession(hub, channel, version)
    session.start(world)
    return session
  }
  const reason = `this hub speaks protocol ${PROTOCOL}, the console ${protocol}`
  channel.send(JSON.stringify({ type: 'refused', reason, hint: 'install the same mlops on both' }))
  channel.close(reason)
  return undefined
}
