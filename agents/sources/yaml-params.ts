// Hyperparameters in YAML (hparams.yaml of Lightning, args.yaml of Ultralytics), shown as their author
// wrote them: `no`, `1e-5` and `0o17` stay text. Nothing that a tag names is ever made or run.
import { FAILSAFE_SCHEMA, load, Type } from 'js-yaml'
import { flattenParams } from './params.ts'

/** Stands for a tagged value: its plain content, or what the tag names when it has none. */
const construct = (data: unknown, tag?: string): unknown =>
  data === null || data === '' ? (tag ?? '').replace(/^.*:/, '') : data

const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (data) => data === '<<' })
const anyTag = ['!', 'tag:'].flatMap((prefix) =>
  (['scalar', 'sequence', 'mapping'] as const).map(
    (kind) => new Type(prefix, { kind, multi: true, construct } as ConstructorParameters<typeof Type>[1]),
  ),
)
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: [merge], explicit: anyTag })

/** What a YAML or JSON text holds, all leaves as text. Throws an Error whose message names the line. */
export const parseYaml = (text: string): unknown => load(text, { schema: SCHEMA })

/** The settings in a YAML or JSON text by dotted path. Throws an Error whose message names the line. */
export const parseYamlText = (text: string): Record<string, string> => flattenParams(parseYaml(text))
