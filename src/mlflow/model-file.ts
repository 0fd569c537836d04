// MLmodel, the YAML file beside a model of MLflow: its flavors, its signature and its size.
// Format: https://mlflow.org/docs/latest/ml/model/ and /model/signatures/
import * as z from 'zod/mini'
import type { Measured, SignatureColumn } from '../core/registry-state.ts'
import { MOST_COLUMNS } from '../protocol/registry-events.ts'
import { cleanText } from '../protocol/text.ts'
import type { Artifacts } from './backend.ts'

/** What an MLmodel tells. */
export type ModelFile = Pick<Measured, 'flavors' | 'inputs' | 'outputs' | 'modelBytes'>

/** Largest MLmodel that is read, bytes. */
const MAX_FILE = 1 << 20
const MOST_FLAVORS = 50

const NOTHING: ModelFile = { flavors: [], inputs: null, outputs: null, modelBytes: null }

const Signature = z.object({ inputs: z.optional(z.unknown()), outputs: z.optional(z.unknown()) })
const Content = z.object({
  flavors: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  signature: z.optional(z.nullable(Signature)),
  model_size_bytes: z.optional(z.unknown()),
})

const Column = z.object({
  name: z.optional(z.nullable(z.string())),
  type: z.unknown(),
  required: z.optional(z.boolean()),
  optional: z.optional(z.boolean()),
  'tensor-spec': z.optional(z.object({ dtype: z.string(), shape: z.array(z.number()) })),
})

/** A type as a person writes it: arrays and objects hold others, two levels are told. */
function typeText(raw: unknown, depth = 0): string {
  if (typeof raw === 'string') return raw
  if (typeof raw !== 'object' || raw === null || depth > 2) return '?'
  const { type, items, values, properties } = raw as { readonly [key: string]: unknown }
  if (type === 'array') return `array(${typeText(items, depth + 1)})`
  if (type === 'map') return `map(${typeText(values, depth + 1)})`
  if (type !== 'object' || typeof properties !== 'object' || properties === null)
    return typeText(type, depth + 1)
  const fields = Object.entries(properties).map(([key, value]) => `${key}: ${typeText(value, depth + 1)}`)
  return `object(${fields.join(', ')})`
}

function columnOf(raw: unknown, index: number): SignatureColumn | undefined {
  const read = Column.safeParse(raw)
  if (!read.success) return undefined
  const { name, type, required, optional, 'tensor-spec': tensor } = read.data
  const told = tensor ? `tensor(${tensor.dtype}, [${tensor.shape.join(', ')}])` : columnType(type, raw)
  const isOptional = required === false || optional === true
  return { name: cleanText(name ?? String(index), 256), type: cleanText(told, 256), optional: isOptional }
}

/** Arrays, maps and objects keep what they hold beside their type. */
const columnType = (type: unknown, column: unknown): string =>
  type === 'array' || type === 'map' || type === 'object' ? typeText(column) : typeText(type)

/** Columns of a signature, a JSON text; null for one that is none. */
export function columnsOf(json: unknown): SignatureColumn[] | null {
  if (typeof json !== 'string') return null
  let raw: unknown
  try {
    raw = JSON.parse(json)
  } catch {
    return null
  }
  if (!Array.isArray(raw)) return null
  const columns = raw.slice(0, MOST_COLUMNS).flatMap((one, i) => columnOf(one, i) ?? [])
  const more = raw.length - MOST_COLUMNS
  return more > 0 ? [...columns, { name: '…', type: `and ${more} more`, optional: false }] : columns
}

const bytesOf = (raw: unknown): number | null => {
  const bytes = typeof raw === 'string' ? Number(raw) : raw
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null
}

/** What the text of an MLmodel tells; of one that is none, nothing. */
export async function parseModelFile(text: string): Promise<ModelFile> {
  const { CORE_SCHEMA, load } = await import('js-yaml')
  let raw: unknown
  try {
    raw = load(text, { schema: CORE_SCHEMA })
  } catch {
    return NOTHING
  }
  const read = Content.safeParse(raw)
  if (!read.success) return NOTHING
  const { flavors, signature, model_size_bytes: size } = read.data
  const names = Object.keys(flavors ?? {}).slice(0, MOST_FLAVORS)
  return {
    flavors: names.map((name) => cleanText(name, 128)),
    inputs: columnsOf(signature?.inputs),
    outputs: columnsOf(signature?.outputs),
    modelBytes: bytesOf(size),
  }
}

/** Reads an MLmodel of the store; where there is none, or a huge one, it tells nothing. */
export async function readModelFile(artifacts: Artifacts, path: string): Promise<ModelFile> {
  const file = await artifacts.read(path)
  if (!file) return NOTHING
  if (file.size > MAX_FILE) {
    file.body.destroy()
    return NOTHING
  }
  const parts: Buffer[] = []
  for await (const part of file.body) parts.push(part as Buffer)
  return parseModelFile(Buffer.concat(parts).toString('utf8'))
}
