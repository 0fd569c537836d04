// The fold: (state, events) -> state. Pure: no clock, no I/O. Hub, console and tests run this same code.
import type { LogEvent } from './events.ts'
import type { Ack, Host, Problem, Run, State, Table } from './state.ts'

/** Tables copied at most once per call of apply(), so that a bulk of events costs one copy. */
interface Draft extends Record<Table, Map<string, unknown>> {
  hosts: Map<string, Host>
  runs: Map<string, Run>
  problems: Map<string, Problem>
  acks: Map<string, Ack>
}

type EventOf<T extends LogEvent['type']> = Extract<LogEvent, { type: T }>
type Edit = <T extends Table>(table: T) => Draft[T]
type Reducers = { readonly [T in LogEvent['type']]: (edit: Edit, event: EventOf<T>) => void }

const unknownHost = {
  name: '?',
  role: 'training',
  online: false,
  reason: null,
  version: '',
  epoch: '',
  since: 0,
  os: null,
  kernel: null,
  cpus: null,
  cpuModel: null,
  memoryBytes: null,
  gpus: [],
  note: null,
  lostPoints: 0,
} as const

function editHost(edit: Edit, id: string, change: (host: Host) => Partial<Host>): void {
  const hosts = edit('hosts')
  const host = hosts.get(id) ?? { id, ...unknownHost }
  hosts.set(id, { ...host, ...change(host) })
}

function editRun(edit: Edit, id: string, change: (run: Run) => Partial<Run>): void {
  const run = edit('runs').get(id)
  if (run) edit('runs').set(id, { ...run, ...change(run) })
}

function editAck(
  edit: Edit,
  { about: id, at, by, data }: EventOf<'alert.acknowledged' | 'alert.silenced'>,
  word: Pick<Ack, 'state' | 'until'>,
): void {
  const { opened, note } = data
  edit('acks').set(id, { id, ...word, opened, by: by.replace(/^user:/, ''), note, at })
}

const ENDED = new Set(['finished', 'failed', 'killed'])

const reducers: Reducers = {
  'host.connected': (edit, { about, at, data }) =>
    editHost(edit, about, () => ({ ...data, online: true, reason: null, since: at })),
  'host.disconnected': (edit, { about, at, data }) =>
    editHost(edit, about, () => ({ online: false, reason: data.reason, since: at })),
  'host.refused': () => {},
  'run.pruned': () => {},
  'host.described': (edit, { about, data }) => editHost(edit, about, () => data),
  'agent.gap': (edit, { about, at, data }) =>
    editHost(edit, about, (host) => ({
      lostPoints: host.lostPoints + data.points,
      ...(data.points > 0 && { lostAt: at }),
    })),
  'run.found': (edit, { about, by, data }) => {
    const runs = edit('runs')
    const fresh = { status: 'idle', ended: null, params: {}, tags: {}, restarts: 0 } as const
    const host = by.replace(/^agent:/, '')
    const epoch = edit('hosts').get(host)?.epoch ?? ''
    runs.set(about, { ...(runs.get(about) ?? fresh), id: about, host, epoch, ...data })
  },
  'run.params': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ params: { ...run.params, ...data.params } })),
  'run.tags': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ tags: { ...run.tags, ...data.tags } })),
  'run.status': (edit, { about, at, data }) =>
    editRun(edit, about, () => ({ status: data.status, ended: ENDED.has(data.status) ? at : null })),
  'run.restarted': (edit, { about }) => editRun(edit, about, (run) => ({ restarts: run.restarts + 1 })),
  'source.problem': (edit, { about, by, at, data }) => {
    const id = `${about}:${data.path}`
    const problems = edit('problems')
    const since = problems.get(id)?.since ?? at
    if (data.count === 0) problems.delete(id)
    else problems.set(id, { id, host: by.replace(/^agent:/, ''), about, at, since, ...data })
  },
  'alert.acknowledged': (edit, event) => editAck(edit, event, { state: 'acknowledged', until: null }),
  'alert.silenced': (edit, event) => editAck(edit, event, { state: 'silenced', until: event.data.until }),
  'alert.unsilenced': (edit, { about }) => void edit('acks').delete(about),
}

/** Folds events, in log order, into a state. Events at or below `state.seq` are passed over (replays are harmless). */
export function apply(state: State, events: readonly LogEvent[]): State {
  const draft: Partial<Draft> = {}
  const edit: Edit = (table) => {
    draft[table] ??= new Map(state[table] as Map<string, never>) as never
    return draft[table] as never
  }
  let seq = state.seq
  for (const event of events) {
    if (event.seq <= seq) continue
    seq = event.seq
    const reduce = reducers[event.type] as (edit: Edit, event: LogEvent) => void
    reduce(edit, event)
  }
  return { ...state, ...draft, seq }
}
