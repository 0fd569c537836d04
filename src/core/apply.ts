// The fold: (state, events) -> state. Pure: no clock, no I/O. Hub, console and tests run this same code.
import type { LogEvent } from './events.ts'
import type { Draft, Edit, EventOf, Reducers } from './fold.ts'
import { registryReducers } from './fold-registry.ts'
import { runReducers } from './fold-runs.ts'
import type { Ack, Host, State } from './state.ts'

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

function editAck(
  edit: Edit,
  { about: id, at, by, data }: EventOf<'alert.acknowledged' | 'alert.silenced'>,
  word: Pick<Ack, 'state' | 'until'>,
): void {
  const { opened, note } = data
  const before = edit('acks').get(id)
  // A silence leaves the alert with its owner; who acknowledges takes it over.
  const owner = word.state === 'silenced' && before?.opened === opened ? before.owner : undefined
  const common = { id, opened, by: by.replace(/^user:/, ''), note, at }
  edit('acks').set(id, { ...common, ...word, ...(owner !== undefined && { owner }) })
}

function assign(edit: Edit, { about: id, at, by, data }: EventOf<'alert.assigned'>): void {
  const { opened, to: owner, note } = data
  const before = edit('acks').get(id)
  // What was said of this opening, or of all of them for a time, still holds.
  const kept = before?.opened === opened || before?.state === 'silenced' ? before : undefined
  const word = kept ?? { state: 'assigned' as const, until: null, by: by.replace(/^user:/, ''), at }
  edit('acks').set(id, { ...word, id, opened, owner, note: note ?? kept?.note ?? null })
}

const reducers: Reducers = {
  'host.connected': (edit, { about, at, data }) =>
    editHost(edit, about, () => ({ ...data, online: true, reason: null, since: at })),
  'host.disconnected': (edit, { about, at, data }) =>
    editHost(edit, about, () => ({ online: false, reason: data.reason, since: at })),
  'host.refused': () => {},
  'run.pruned': () => {},
  'projects.set': (edit, { data }) => {
    const projects = edit('projects')
    projects.clear()
    for (const project of data.projects) projects.set(project.id, project)
  },
  'host.described': (edit, { about, data }) => editHost(edit, about, () => data),
  'agent.gap': (edit, { about, at, data }) =>
    editHost(edit, about, (host) => ({
      lostPoints: host.lostPoints + data.points,
      ...(data.points > 0 && { lostAt: at }),
    })),
  ...runReducers,
  ...registryReducers,
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
  'alert.assigned': assign,
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
