// What happened between two views of a hub, in short sentences, the worst first. Pure.
import type { LogEvent } from './events.ts'
import { formatAge } from './format.ts'
import { glanceOf } from './glance.ts'
import type { AliasMove, RegisteredModel } from './registry-state.ts'
import type { Host, Problem, Run } from './state.ts'
import type { World } from './world.ts'

/** What kinds of change there are, in the order in which a digest tells them. */
export const DIGEST_KINDS = [
  'run.diverged',
  'run.failed',
  'host.gone',
  'points.lost',
  'problem.new',
  'run.restarted',
  'run.idle',
  'host.away',
  'alias.moved',
  'run.finished',
  'run.started',
  'host.new',
  'host.back',
  'problem.gone',
] as const

/** One kind of change. */
export type DigestKind = (typeof DIGEST_KINDS)[number]

/** One thing that changed. */
export interface Change {
  readonly kind: DigestKind
  /** How it should strike the eye. */
  readonly tone: 'bad' | 'warn' | 'good' | 'text'
  /** Id of the run, host or model; null where the line stands for several. */
  readonly about: string | null
  /** Unix ms, as far as known by the clock of whoever reported it. */
  readonly time: number
  /** A short sentence with the name in it. */
  readonly text: string
}

/** Changes of one kind that are told one by one; the rest are counted. */
export const MOST_OF_A_KIND = 8

const TONES: Readonly<Record<DigestKind, Change['tone']>> = {
  'run.diverged': 'bad',
  'run.failed': 'bad',
  'host.gone': 'bad',
  'points.lost': 'bad',
  'problem.new': 'warn',
  'run.restarted': 'warn',
  'run.idle': 'warn',
  'host.away': 'warn',
  'alias.moved': 'text',
  'run.finished': 'good',
  'run.started': 'text',
  'host.new': 'text',
  'host.back': 'good',
  'problem.gone': 'good',
}

const MORE: Readonly<Record<DigestKind, string>> = {
  'run.diverged': 'more metrics are not finite',
  'run.failed': 'more runs failed or were killed',
  'host.gone': 'more hosts are offline',
  'points.lost': 'more hosts lost points',
  'problem.new': 'more problems of files',
  'run.restarted': 'more runs began anew',
  'run.idle': 'more runs went idle',
  'host.away': 'more hosts were away for a while',
  'alias.moved': 'more aliases moved',
  'run.finished': 'more runs finished',
  'run.started': 'more runs started',
  'host.new': 'more hosts are new',
  'host.back': 'more hosts are back',
  'problem.gone': 'more problems are gone',
}

/** When, for each event type and id, it last happened, and how often. */
type Times = (type: LogEvent['type'], about: string) => { readonly last: number; readonly count: number }

function timesOf(events: readonly LogEvent[], otherwise: number): Times {
  const found = new Map<string, { last: number; count: number }>()
  for (const { type, about, at } of events) {
    const key = `${type} ${about}`
    found.set(key, { last: at, count: (found.get(key)?.count ?? 0) + 1 })
  }
  return (type, about) => found.get(`${type} ${about}`) ?? { last: otherwise, count: 0 }
}

/** Kind, id, time and sentence. */
type Line = readonly [DigestKind, string, number, string]

const ENDED = {
  finished: 'run.finished',
  failed: 'run.failed',
  killed: 'run.failed',
  stale: 'run.failed',
} as const

function* runLines(before: Run | undefined, run: Run, times: Times): Generator<Line> {
  const { id, name, status } = run
  const told = times('run.status', id).last
  if (!before) yield ['run.started', id, run.started ?? times('run.found', id).last, `${name} started`]
  if (run.restarts > (before?.restarts ?? 0)) {
    const text = `${name}: its log was replaced, it began anew`
    yield ['run.restarted', id, times('run.restarted', id).last, text]
  }
  if (status === before?.status || status === 'running' || status === 'scheduled') return
  if (status === 'idle') {
    // A run begins as idle until its log is seen to grow.
    if (before?.status === 'running' || times('run.status', id).count > 0)
      yield ['run.idle', id, told, `${name} went idle: its log stopped growing`]
    return
  }
  const took =
    run.started !== null && run.ended !== null ? ` after ${formatAge(run.ended - run.started)}` : ''
  const verb = {
    killed: 'was killed',
    stale: 'is stale: nobody knows how it ended',
    failed: 'failed',
    finished: 'finished',
  }[status]
  yield [ENDED[status], id, run.ended ?? told, `${name} ${verb}${took}`]
}

function* divergedLines(run: Run, before: World, after: World): Generator<Line> {
  for (const [key, { last, badSince }] of glanceOf(after.series.get(run.id)).bad) {
    if (badSince === null) continue
    const known = before.series.get(run.id)?.get(key)
    // What the earlier view left out is judged by its time.
    if (known ? known.badSince === badSince : before.at !== undefined && badSince <= before.at) continue
    yield ['run.diverged', run.id, badSince, `${run.name}: ${key} is ${last.value} at step ${last.step}`]
  }
}

function* hostLines(before: Host | undefined, host: Host, times: Times): Generator<Line> {
  const { id, name, online, reason, since } = host
  const gone = times('host.disconnected', id).count
  if (!before) yield ['host.new', id, times('host.connected', id).last, `${name} is new`]
  if (!online && before?.online !== false) yield ['host.gone', id, since, `${name} is offline: ${reason}`]
  if (online && before?.online === false) yield ['host.back', id, since, `${name} is back`]
  if (online && before?.online && gone > 0)
    yield ['host.away', id, since, `${name} was away ${gone === 1 ? 'once' : `${gone} times`}, and is back`]
  const lost = host.lostPoints - (before?.lostPoints ?? 0)
  if (lost > 0) yield ['points.lost', id, host.lostAt ?? since, `${name} lost ${lost} points`]
}

const problemText = ({ source, path, problem }: Problem) => `${source}: ${path}: ${problem}`

function* problemLines(before: World, after: World, times: Times): Generator<Line> {
  for (const [id, problem] of after.state.problems)
    if (!before.state.problems.has(id)) yield ['problem.new', problem.about, problem.at, problemText(problem)]
  for (const [id, { about, source, path }] of before.state.problems)
    if (!after.state.problems.has(id)) {
      const { last } = times('source.problem', about)
      yield ['problem.gone', about, last, `${source}: ${path} can be read again`]
    }
}

const saidVersion = (version: number | null): string => (version === null ? 'none' : `version ${version}`)

function* aliasLines(
  before: RegisteredModel | undefined,
  { id, moves = [] }: RegisteredModel,
): Generator<Line> {
  const last = before?.moves?.at(-1)
  const isLast = (move: AliasMove) =>
    move.at === last?.at && move.alias === last.alias && move.to === last.to && move.from === last.from
  for (const { alias, from, to, at, by, reason } of moves.slice(moves.findLastIndex(isLast) + 1)) {
    const why = reason === null ? '' : ` (${reason})`
    const text = `${id}: ${alias} moved from ${saidVersion(from)} to ${saidVersion(to)} by ${by.replace(/^user:/, '')}${why}`
    yield ['alias.moved', id, at, text]
  }
}

function* linesOf(before: World, after: World, times: Times): Generator<Line> {
  for (const run of after.state.runs.values()) {
    yield* divergedLines(run, before, after)
    yield* runLines(before.state.runs.get(run.id), run, times)
  }
  for (const host of after.state.hosts.values())
    yield* hostLines(before.state.hosts.get(host.id), host, times)
  for (const model of after.state.models.values()) yield* aliasLines(before.state.models.get(model.id), model)
  yield* problemLines(before, after, times)
}

/** The newest first; what happened at the same time by id and text. */
const order = (a: Line, b: Line) => b[2] - a[2] || (`${a[1]} ${a[3]}` < `${b[1]} ${b[3]}` ? -1 : 1)

function bounded(kind: DigestKind, lines: readonly Line[]): Change[] {
  const tone = TONES[kind]
  const sorted = [...lines].sort(order)
  const one = ([, about, time, text]: Line): Change => ({ kind, tone, about, time, text })
  if (sorted.length <= MOST_OF_A_KIND) return sorted.map(one)
  const rest = sorted.slice(MOST_OF_A_KIND)
  const more: Change = { kind, tone, about: null, time: rest[0]![2], text: `${rest.length} ${MORE[kind]}` }
  return [...sorted.slice(0, MOST_OF_A_KIND).map(one), more]
}

/**
 * What changed from one world to a later one, by DIGEST_KINDS, each the newest first and at most MOST_OF_A_KIND of
 * it, then a line that counts the rest. `events` are those between, in order; they tell times, and what came and
 * went again. Without them the sentences are the same and the times that of the later view.
 */
export function digest(before: World, after: World, events: readonly LogEvent[]): Change[] {
  const times = timesOf(events, after.at ?? events.at(-1)?.at ?? 0)
  const byKind = new Map<DigestKind, Line[]>()
  for (const line of linesOf(before, after, times)) {
    const mine = byKind.get(line[0])
    if (mine) mine.push(line)
    else byKind.set(line[0], [line])
  }
  return DIGEST_KINDS.flatMap((kind) => bounded(kind, byKind.get(kind) ?? []))
}
