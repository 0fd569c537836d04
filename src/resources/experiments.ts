// Noun: experiments, the groups of runs.
import { formatAge } from '../core/format.ts'
import type { World } from '../core/world.ts'
import { defineResource } from './define.ts'

interface Row {
  readonly name: string
  readonly hosts: Set<string>
  runs: number
  running: number
  updated: number | null
}

function rows({ state, series }: World): Iterable<Row> {
  const groups = new Map<string, Row>()
  for (const run of state.runs.values()) {
    let row = groups.get(run.experiment)
    if (!row) {
      row = { name: run.experiment, hosts: new Set(), runs: 0, running: 0, updated: null }
      groups.set(run.experiment, row)
    }
    row.runs++
    if (run.status === 'running') row.running++
    row.hosts.add(state.hosts.get(run.host)?.name ?? run.host)
    for (const { last } of series.get(run.id)?.values() ?? [])
      if (row.updated === null || last.time > row.updated) row.updated = last.time
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
  },
})
