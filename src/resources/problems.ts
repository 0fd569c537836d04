// Noun: problems of sources: files that could not be read in full.
import { formatAge } from '../core/format.ts'
import type { Problem } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { defineResource } from './define.ts'

interface Row {
  readonly problem: Problem
  readonly host: string
}

function* rows({ state }: World): Generator<Row> {
  for (const problem of state.problems.values())
    yield { problem, host: state.hosts.get(problem.host)?.name ?? problem.host }
}

/** Problems. */
export const problems = defineResource<Row>({
  name: 'problems',
  aliases: ['problem', 'p'],
  doc: 'Files and folders that a source could not read in full.',
  rows,
  id: ({ problem }) => problem.id,
  sort: '-at',
  columns: {
    at: {
      title: 'SEEN',
      doc: 'When it was last met; the table shows the age.',
      value: ({ problem }) => new Date(problem.at),
      show: ({ problem }, now) => formatAge(now - problem.at),
      align: 'right',
    },
    host: { title: 'HOST', doc: 'Name of the host.', value: ({ host }) => host, max: 20 },
    source: { title: 'SOURCE', doc: 'Source that met it.', value: ({ problem }) => problem.source },
    count: {
      title: 'COUNT',
      doc: 'How many records it cost, as far as known.',
      value: ({ problem }) => problem.count,
      align: 'right',
    },
    problem: {
      title: 'PROBLEM',
      doc: 'What is wrong and where.',
      value: ({ problem }) => problem.problem,
      tone: () => 'warn',
      max: 80,
    },
    path: { title: 'PATH', doc: 'Absolute path on the host.', value: ({ problem }) => problem.path, max: 80 },
    id: { title: 'ID', doc: 'Host and path.', value: ({ problem }) => problem.id, table: 'never' },
  },
})
