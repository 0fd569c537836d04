// Noun: experiments, the groups of runs.
import { formatAge } from '../core/format.ts'
import { glanceOf } from '../core/glance.ts'
import { projectOf } from '../core/projects.ts'
import type { Experiment } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { defineResource } from './define.ts'

interface Row {
  readonly name: string
  /** Where somebody made it as such. */
  readonly made: Experiment | undefined
  readonly project: string | null
  readonly hosts: Set<string>
  runs: number
  running: number
  updated: number | null
}

const rowOf = (state: State, name: string, made?: Experiment): Row => ({
  name,
  made,
  project: projectOf(state, 'experiments', name),
  hosts: new Set(),
  runs: 0,
  running: 0,
  updated: null,
})

function addRun(row: Row, run: Run, { state, series }: World): void {
  row.runs++
  if (run.status === 'running') row.running++
  row.hosts.add(state.hosts.get(run.host)?.name ?? run.host)
  const { updated } = glanceOf(series.get(run.id))
  if (updated !== null && (row.updated === null || updated > row.updated)) row.updated = updated
}

function rows(world: World): Iterable<Row> {
  const { experiments, runs } = world.state
  const groups = new Map<string, Row>()
  for (const made of experiments.values())
    if (!made.deleted) groups.set(made.name, rowOf(world.state, made.name, made))
  for (const run of runs.values()) {
    if (run.deleted !== undefined) continue
    const row = groups.get(run.experiment) ?? rowOf(world.state, run.experiment)
    groups.set(run.experiment, row)
    addRun(row, run, world)
  }
  return groups.values()
}

/** Experiments. */
export const experiments = defineResource<Row>({
  name: 'experiments',
  aliases: ['experiment', 'exp', 'e'],
  doc: 'Groups of runs.',
  rows,
  id: ({ name }) => name,
  sort: '-updated',
  open: { resource: 'runs', filter: ({ name }) => `experiment="${name.replaceAll('"', '\\"')}"` },
  columns: {
    name: {
      title: 'EXPERIMENT',
      doc: 'Name of the group.',
      value: ({ name }) => name,
      tone: () => 'bold',
      max: 60,
    },
    runs: { title: 'RUNS', doc: 'Number of runs.', value: ({ runs }) => runs, align: 'right' },
    running: {
      title: 'RUNNING',
      doc: 'Runs whose log grows now.',
      value: ({ running }) => running,
      tone: ({ running }) => (running > 0 ? 'good' : 'dim'),
      align: 'right',
    },
    hosts: { title: 'HOSTS', doc: 'Hosts that have runs of it.', value: ({ hosts }) => [...hosts], max: 40 },
    updated: {
      title: 'UPDATED',
      doc: 'Time of the newest point; the table shows its age.',
      value: ({ updated }) => (updated === null ? null : new Date(updated)),
      show: ({ updated }, now) => (updated === null ? '-' : formatAge(now - updated)),
      align: 'right',
    },
    experimentId: {
      title: 'ID',
      doc: 'Its id, where somebody made it as such; runs of plain log files name their group only.',
      value: ({ made }) => made?.id ?? null,
      tone: () => 'dim',
      table: 'wide',
    },
    created: {
      title: 'CREATED',
      doc: 'When it was made; the table shows the age.',
      value: ({ made }) => (made?.created == null ? null : new Date(made.created)),
      show: ({ made }, now) => (made?.created == null ? '-' : formatAge(now - made.created)),
      align: 'right',
      table: 'wide',
    },
    project: {
      title: 'PROJECT',
      doc: 'Project that its name belongs to, as the config of the hub groups them.',
      value: ({ project }) => project,
      table: 'never',
      max: 20,
    },
    tags: {
      title: 'TAGS',
      doc: 'Tags, each as text.',
      value: ({ made }) => made?.tags ?? {},
      table: 'never',
    },
  },
})
