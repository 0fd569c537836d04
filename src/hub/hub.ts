// The hub: sessions in, one store, views out. Runs in the console's process or headless.
import {
  type Action,
  type HubLink,
  type PageQuery,
  type PageRows,
  type PickPage,
  Refused,
} from '../core/link.ts'
import type { PastMoment, Presence, World } from '../core/world.ts'
import type { Channel } from '../protocol/channel.ts'
import type { AgentHello } from '../protocol/messages.ts'
import { onlyNewest, openPast, type Past } from '../store/past.ts'
import type { Store, Unit } from '../store/store.ts'
import { act } from './actions.ts'
import { AgentSession, type SessionHub } from './agent-session.ts'
import { createCounters } from './counters.ts'
import type { OpenFiles } from './files.ts'
import { hubLink } from './hub-link.ts'
import { type Change, createIngest, type Ingest, type Intake } from './ingest.ts'
import { leftOnline } from './leftovers.ts'
import type { Space } from './space.ts'

/** Answers a request of the API that an agent passed on. Never rejects. */
export type AnswerCall = SessionHub['call']

/** What a hub is made with. */
export interface HubOptions {
  readonly store: Store
  /** Unix ms; injected so that tests own the time. */
  readonly now?: () => number
  /** Free space of the store's disk; without it none is watched. */
  readonly space?: Space
  /** Picks out a page; without it the hub answers for none. */
  readonly page?: PickPage
  /** Files of artifacts; without them none are measured. */
  readonly files?: OpenFiles
  /** Aliases that only people may move; see mayMove(). */
  readonly protectedAliases?: readonly string[]
  /** Told, once each, of what an operator of this machine should see. */
  readonly onTrouble?: (text: string) => void
}

/** A running hub. */
export class Hub {
  readonly store: Store
  readonly counters = createCounters()
  readonly files: OpenFiles | undefined
  readonly protectedAliases: readonly string[]
  readonly #now: () => number
  readonly #pick: PickPage | undefined
  readonly #space: Space
  readonly #onTrouble: (text: string) => void
  readonly #ingest: Ingest
  readonly #past: Past
  readonly #presence = new Map<string, Presence>()
  #call: AnswerCall = async () => ({ status: 404, body: '{}' })
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #sessions = new Map<string, { epoch: string; instance: string; session: AgentSession }>()

  /** Starts a hub on an open store. */
  constructor({
    store,
    now = Date.now,
    page,
    files,
    protectedAliases = [],
    space = { shortage: () => undefined },
    onTrouble = () => {},
  }: HubOptions) {
    this.store = store
    this.#now = now
    this.#pick = page
    this.files = files
    this.protectedAliases = protectedAliases
    this.#space = space
    this.#onTrouble = onTrouble
    this.#past = openPast(store)
    this.#ingest = createIngest(
      store,
      now,
      (change) => this.#tell(change),
      (reason) => this.#fail(`cannot seal: ${reason}`),
    )
    this.#closeLeftovers()
  }

  world(): World {
    const { series, changes, lineIndex: lines } = this.store
    return { state: this.store.state(), series, presence: this.#presence, changes, lines }
  }

  /** Ids of a page of a noun; undefined where this hub has no way to pick them. */
  page = (query: PageQuery): PageRows | undefined => this.#pick?.(this.world(), query, this.#now())

  /** See HubLink.worldAt; rejects with the signal's reason once it is aborted. */
  worldAt(moment: PastMoment, signal?: AbortSignal): Promise<World> {
    return this.#past.worldAt(moment, signal)
  }

  /** Does what a person asked; `by` is their name. Resolves once it is on disk; rejects with Refused. */
  async act(action: Action, by: string): Promise<void> {
    await act(this, action, by)
  }

  /** Writes what comes from no agent; resolves once it is on disk, rejects with Refused. */
  write(unit: Unit): Promise<void> {
    return new Promise((done, reject) => {
      const failed = (reason: string) =>
        reject(new Refused(`the hub cannot store it: ${reason}`, 'mlops doctor checks the hub'))
      this.#take(this.#counted({ unit, done, failed }))
    })
  }

  /** Says who answers the requests that agents pass on. */
  answerCalls(answer: AnswerCall): void {
    this.#call = answer
  }

  /** Unix ms by the hub's clock. */
  now(): number {
    return this.#now()
  }

  /** Serves an agent on an open channel. */
  serveAgent(channel: Channel): AgentSession {
    const session = this.agentSession(channel)
    channel.receive(
      (frame) => session.receive(frame),
      (reason) => session.closed(reason),
    )
    return session
  }

  /** A session whose frames the caller passes on. */
  agentSession(channel: Channel): AgentSession {
    return new AgentSession(this.#sessionHub(), channel)
  }

  /** Calls `listener` after each commit; returns the way to stop. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** The hub as the console sees it, without a wire. */
  link(where = 'this process'): HubLink {
    return hubLink(this, onlyNewest(this.#past.worldAt), where)
  }

  /** Why the hub takes nothing now, in words; null while all is well. */
  trouble(): string | null {
    const damage = this.store.damage()[0]
    return (
      this.#space.shortage() ??
      this.counters.lastFailure ??
      (damage ? `the store is damaged (${damage}): mlops doctor says how much, a backup helps` : null)
    )
  }

  /** Commits what waits and ends all sessions. The store stays open. */
  close(): void {
    for (const { session } of [...this.#sessions.values()]) session.end('the hub is closing')
    this.#ingest.stop()
  }

  #fail(failure: string): void {
    this.counters.commitFailures++
    if (this.counters.lastFailure !== failure) this.#onTrouble(failure)
    this.counters.lastFailure = failure
  }

  /** A full disk must not keep a hub from serving what it has. */
  #closeLeftovers(): void {
    const events = leftOnline(this.store, this.#now())
    if (events.length === 0) return
    const unit = { by: 'hub', events }
    this.#ingest.take({ unit, done: () => {}, failed: (reason) => this.#fail(`cannot store: ${reason}`) })
    this.#ingest.flush()
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }

  #sessionHub(): SessionHub {
    return {
      storeId: this.store.id,
      state: () => this.store.state(),
      now: this.#now,
      mark: (agent, epoch) => this.store.mark(agent, epoch),
      take: (intake) => this.#take(this.#counted(intake)),
      join: (hello, session) => this.#join(hello, session),
      leave: (agent, session) => {
        if (this.#sessions.get(agent)?.session === session) this.#sessions.delete(agent)
      },
      heard: (agent, lagMs) => {
        const before = this.#presence.get(agent)?.lagMs ?? null
        this.#presence.set(agent, { lastSeen: this.#now(), lagMs: lagMs ?? before })
      },
      call: (call) => this.#call(call),
      badFrame: (who, reason) => {
        this.counters.badFrames++
        this.counters.lastBadFrame = `${who}: ${reason}`
      },
    }
  }

  #take(intake: Intake): void {
    const shortage = intake.unit.batch && this.#space.shortage()
    if (shortage) intake.failed(shortage)
    else this.#ingest.take(intake)
  }

  #counted(intake: Intake): Intake {
    return {
      unit: intake.unit,
      done: () => {
        if (intake.unit.batch) this.counters.batches++
        this.counters.points += intake.unit.batch?.points.values.length ?? 0
        this.counters.lastFailure = null
        intake.done()
      },
      failed: (reason) => {
        this.#fail(`cannot store: ${reason}`)
        intake.failed(reason)
      },
    }
  }

  #join(hello: AgentHello, session: AgentSession): { reason: string; hint: string } | undefined {
    const shortage = this.#space.shortage()
    if (shortage) return { reason: shortage, hint: 'it resumes by itself; nothing is lost meanwhile' }
    const other = this.#sessions.get(hello.agent)
    const { epoch, instance } = hello
    if (other && (other.epoch !== epoch || other.instance !== instance)) {
      const hint = 'give one of them its own state folder: mlops agent --state DIR'
      return { reason: `another agent with the id ${hello.agent} is connected`, hint }
    }
    // What an older session has taken, one that has ended too, is on disk before the new one is told where to resume.
    this.#ingest.flush()
    this.#sessions.set(hello.agent, { epoch, instance, session })
    other?.session.end('replaced by a newer connection of the same agent')
    return undefined
  }
}
