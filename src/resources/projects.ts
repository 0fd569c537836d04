// Noun: projects, the groups that the config of the hub makes of experiments and models.
import { formatBytes } from '../core/format.ts'
import { NEARLY_FULL, type ProjectUse, projectUse } from '../core/project-use.ts'
import { type Project, projectOf } from '../core/projects.ts'
import type { World } from '../core/world.ts'
import { defineResource } from './define.ts'

interface Row {
  readonly project: Project
  readonly runs: number
  readonly use: ProjectUse
}

function runsOf({ state }: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { experiment, deleted } of state.runs.values()) {
    const project = deleted === undefined ? projectOf(state, 'experiments', experiment) : null
    if (project !== null) counts.set(project, (counts.get(project) ?? 0) + 1)
  }
  return counts
}

function* rows(world: World): Generator<Row> {
  if (world.state.projects.size === 0) return
  const runs = runsOf(world)
  for (const project of world.state.projects.values())
    yield { project, runs: runs.get(project.id) ?? 0, use: projectUse(world.state, project.id) }
}

/** Share of the quota in use; null without one. */
const shareOf = ({ project: { quotaBytes }, use }: Row): number | null =>
  quotaBytes === null || quotaBytes === 0 ? null : use.bytes / quotaBytes

/** Projects. */
export const projects = defineResource<Row>({
  name: 'projects',
  aliases: ['proj'],
  doc: 'Groups of experiments and models, as the config of the hub names them, with what they use of their quota.',
  rows,
  id: ({ project }) => project.id,
  sort: 'name',
  open: { resource: 'models', filter: ({ project }) => `project="${project.id}"` },
  columns: {
    name: {
      title: 'PROJECT',
      doc: 'Its name.',
      value: ({ project }) => project.id,
      tone: () => 'bold',
      max: 40,
    },
    runs: { title: 'RUNS', doc: 'Runs of its experiments.', value: ({ runs }) => runs, align: 'right' },
    models: { title: 'MODELS', doc: 'Registered models.', value: ({ use }) => use.models, align: 'right' },
    versions: {
      title: 'VERSIONS',
      doc: 'Versions of its models.',
      value: ({ use }) => use.versions,
      align: 'right',
    },
    bytes: {
      title: 'BYTES',
      doc: 'Bytes of the files of its versions that are in the hub, equal ones counted once.',
      value: ({ use }) => use.bytes,
      show: ({ use }) => formatBytes(use.bytes),
      align: 'right',
    },
    quota: {
      title: 'QUOTA',
      doc: 'Bytes that they may have; nothing is refused above it, an alert says so from 90 % on.',
      value: ({ project }) => project.quotaBytes,
      show: ({ project }) => (project.quotaBytes === null ? '-' : formatBytes(project.quotaBytes)),
      align: 'right',
    },
    used: {
      title: 'USED',
      doc: 'Share of the quota in use, 0 to 1 and above; the table shows per cent.',
      value: shareOf,
      show: (row) => {
        const share = shareOf(row)
        return share === null ? '-' : `${Math.floor(share * 100)} %`
      },
      tone: (row) => ((shareOf(row) ?? 0) > NEARLY_FULL ? 'warn' : 'text'),
      align: 'right',
    },
    experimentNames: {
      title: 'EXPERIMENTS',
      doc: 'Names of its experiments, * for any text.',
      value: ({ project }) => project.experiments,
      table: 'wide',
    },
    modelNames: {
      title: 'MODEL NAMES',
      doc: 'Names of its models, * for any text.',
      value: ({ project }) => project.models,
      table: 'wide',
    },
  },
})
