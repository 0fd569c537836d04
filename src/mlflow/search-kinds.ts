// What can be searched, and by what: entities, attributes and operators of each kind of thing, as MLflow has them.
import { invalid } from './errors.ts'
import { quote, type Token } from './search-token.ts'

/** What a clause is about. */
export type Entity = 'metric' | 'parameter' | 'tag' | 'attribute' | 'dataset'

/** What a search finds. */
export type SearchKind = keyof typeof KINDS

/** How the values of an attribute compare; `listed` is text that may also be in a list. */
type AttributeType = 'text' | 'listed' | 'number'

/** Rules of one kind of thing. */
export interface KindRules {
  readonly entities: readonly Entity[]
  readonly attributes: Readonly<Record<string, AttributeType>>
  /** Attributes to order by. */
  readonly orderable: readonly string[]
  /** Entities to order by. */
  readonly orderEntities: readonly Entity[]
  /** Order where none is asked for, and the last word among equals. */
  readonly order: readonly string[]
  readonly ties: readonly string[]
  /** Other names of attributes. */
  readonly aliases: Readonly<Record<string, string>>
  readonly tagsMayBeNull: boolean
}

const RUN_ATTRIBUTES = {
  run_id: 'listed',
  run_name: 'text',
  user_id: 'text',
  status: 'text',
  artifact_uri: 'text',
  start_time: 'number',
  end_time: 'number',
} as const

const LOGGED_MODEL_ATTRIBUTES = {
  name: 'listed',
  model_id: 'listed',
  model_type: 'listed',
  status: 'listed',
  source_run_id: 'listed',
  experiment_id: 'listed',
  creation_timestamp: 'number',
  last_updated_timestamp: 'number',
} as const

const MODEL_TIMES = ['creation_timestamp', 'last_updated_timestamp']

const KINDS = {
  runs: {
    entities: ['metric', 'parameter', 'tag', 'attribute', 'dataset'],
    attributes: RUN_ATTRIBUTES,
    orderable: Object.keys(RUN_ATTRIBUTES),
    orderEntities: ['metric', 'parameter', 'tag', 'attribute'],
    order: ['start_time DESC', 'run_id'],
    ties: ['start_time DESC', 'run_id'],
    aliases: {
      created: 'start_time',
      Created: 'start_time',
      'run name': 'run_name',
      'Run name': 'run_name',
      'Run Name': 'run_name',
    },
    tagsMayBeNull: true,
  },
  experiments: {
    entities: ['attribute', 'tag'],
    attributes: { name: 'text', creation_time: 'number', last_update_time: 'number' },
    orderable: ['name', 'experiment_id', 'creation_time', 'last_update_time'],
    orderEntities: ['attribute'],
    order: ['creation_time DESC', 'experiment_id'],
    ties: ['experiment_id DESC'],
    aliases: {},
    tagsMayBeNull: true,
  },
  'registered models': {
    entities: ['attribute', 'tag'],
    attributes: { name: 'text' },
    orderable: ['name', ...MODEL_TIMES],
    orderEntities: ['attribute'],
    order: ['name'],
    ties: ['name'],
    aliases: { timestamp: 'last_updated_timestamp' },
    tagsMayBeNull: false,
  },
  'model versions': {
    entities: ['attribute', 'tag'],
    attributes: { name: 'text', version_number: 'number', run_id: 'listed', source_path: 'text' },
    orderable: ['name', 'version_number', ...MODEL_TIMES],
    orderEntities: ['attribute'],
    order: ['last_updated_timestamp DESC', 'name', 'version_number DESC'],
    ties: ['name', 'version_number DESC'],
    aliases: {},
    tagsMayBeNull: false,
  },
  'logged models': {
    entities: ['metric', 'parameter', 'tag', 'attribute'],
    attributes: LOGGED_MODEL_ATTRIBUTES,
    orderable: Object.keys(LOGGED_MODEL_ATTRIBUTES),
    orderEntities: ['metric', 'parameter', 'tag', 'attribute'],
    order: ['creation_timestamp DESC', 'model_id'],
    ties: ['creation_timestamp DESC', 'model_id'],
    aliases: { creation_time: 'creation_timestamp', last_updated_time: 'last_updated_timestamp' },
    tagsMayBeNull: true,
  },
} as const satisfies Record<string, KindRules>

/** Rules of a kind of thing. */
export const rulesOf = (kind: SearchKind): KindRules => KINDS[kind]

const ENTITY_NAMES: ReadonlyMap<string, Entity> = new Map([
  ['metric', 'metric'],
  ['metrics', 'metric'],
  ['parameter', 'parameter'],
  ['parameters', 'parameter'],
  ['param', 'parameter'],
  ['params', 'parameter'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['attribute', 'attribute'],
  ['attributes', 'attribute'],
  ['attr', 'attribute'],
  ['run', 'attribute'],
  ['dataset', 'dataset'],
  ['datasets', 'dataset'],
])

const DATASET_KEYS = ['name', 'digest', 'context']

/** What a name stands for. */
export interface Identifier {
  readonly entity: Entity
  readonly key: string
}

function entityOf({ entities }: KindRules, token: Token): Entity {
  const entity = token.entity === null ? 'attribute' : ENTITY_NAMES.get(token.entity)
  if (!entity || !entities.includes(entity))
    throw invalid(
      `Invalid entity type '${quote(token.entity ?? '')}'. Valid values are ${entities.join(', ')}`,
    )
  return entity
}

/** Reads a name; `keys` are the attributes that may stand there. Throws MlflowError naming an unknown one. */
export function identify(rules: KindRules, token: Token, keys: readonly string[]): Identifier {
  const entity = entityOf(rules, token)
  const known = entity === 'attribute' && Object.hasOwn(rules.aliases, token.text)
  const key = known ? rules.aliases[token.text]! : token.text
  const valid = entity === 'attribute' ? keys : entity === 'dataset' ? DATASET_KEYS : undefined
  if (valid && !valid.includes(key))
    throw invalid(`Invalid ${entity} key '${quote(key)}' specified. Valid keys are ${valid.join(', ')}`)
  return { entity, key }
}
