// Noun: registered models, with what their aliases stand for and who moved them.
import { headline } from '../core/card.ts'
import { formatAge } from '../core/format.ts'
import { projectOf } from '../core/projects.ts'
import { latestVersion } from '../core/registry-lookup.ts'
import type { AliasMove, RegisteredModel } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { defineResource, type Raw } from './define.ts'

interface Row {
  readonly model: RegisteredModel
  readonly latest: number | null
  readonly project: string | null
}

/** A text as a filter reads it whole. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const rowOf = (state: State, model: RegisteredModel): Row => ({
  model,
  latest: latestVersion(state, model)?.version ?? null,
  project: projectOf(state, 'models', model.id),
})

function* rows({ state }: World): Generator<Row> {
  for (const model of state.models.values()) yield rowOf(state, model)
}

/** `user:ada` as people call her. */
export const personOf = (by: string): string => by.replace(/^user:/, '')

const moveRecord = ({ alias, from, to, at, by, reason }: AliasMove): Raw => ({
  at: new Date(at),
  alias,
  from,
  to,
  by: personOf(by),
  reason,
})

const showAliases = ({ model: { aliases } }: Row): string => {
  const pairs = Object.entries(aliases)
  return pairs.length === 0 ? '-' : pairs.map(([alias, version]) => `${alias}=${version}`).join(' ')
}

/** Registered models. */
export const models = defineResource<Row>({
  name: 'models',
  aliases: ['model', 'm'],
  doc: 'Registered models: which version each alias stands for, and who moved it.',
  rows,
  one: {
    table: 'models',
    also: ['projects'],
    row: ({ state }, id) => {
      const model = state.models.get(id)
      return model && rowOf(state, model)
    },
  },
  id: ({ model }) => model.id,
  sort: '-updated',
  open: { resource: 'versions', filter: ({ model }) => `model=${quoted(model.id)}` },
  columns: {
    name: {
      title: 'MODEL',
      doc: 'Name of the registered model; its id.',
      value: ({ model }) => model.id,
      tone: () => 'bold',
      max: 48,
    },
    aliases: {
      title: 'ALIASES',
      doc: 'Each alias and the version that it stands for.',
      value: ({ model }) => model.aliases,
      show: showAliases,
      tone: () => 'accent',
      max: 48,
    },
    versions: {
      title: 'VERSIONS',
      doc: 'Versions registered so far, deleted ones too.',
      value: ({ model }) => model.lastVersion,
      align: 'right',
    },
    latest: {
      title: 'LATEST',
      doc: 'The newest version.',
      value: ({ latest }) => latest,
      align: 'right',
    },
    updated: {
      title: 'UPDATED',
      doc: 'Last change of the model, its aliases or tags; the table shows the age.',
      value: ({ model }) => new Date(model.updated),
      show: ({ model }, now) => formatAge(now - model.updated),
      align: 'right',
    },
    created: {
      title: 'CREATED',
      doc: 'When it was registered; the table shows the age.',
      value: ({ model }) => new Date(model.created),
      show: ({ model }, now) => formatAge(now - model.created),
      align: 'right',
      table: 'wide',
    },
    description: {
      title: 'DESCRIPTION',
      doc: 'What it is, in Markdown.',
      value: ({ model }) => model.description,
      show: ({ model }) => headline(model.description) || '-',
      max: 60,
    },
    project: {
      title: 'PROJECT',
      doc: 'Project that its name belongs to, as the config of the hub groups them.',
      value: ({ project }) => project,
      table: 'never',
      max: 20,
    },
    tags: { title: 'TAGS', doc: 'Tags, each as text.', value: ({ model }) => model.tags, table: 'never' },
    history: {
      title: 'HISTORY',
      doc: 'Moves of its aliases, the newest first: when, which alias, from and to which version (null for none), who, why.',
      value: ({ model }) => (model.moves ?? []).map(moveRecord).reverse(),
      table: 'never',
    },
  },
})
