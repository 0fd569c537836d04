// Conversations of real clients, replayed over HTTP: the same status, and JSON of the same keys and types.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

interface Call {
  readonly m: string
  readonly u: string
  readonly h?: Record<string, string>
  readonly b?: string
  readonly s: number
  readonly ct?: string
  readonly rb: string | null
}

const folder = join(import.meta.dirname, '../../fixtures/mlflow-traces')
const callsOf = (name: string): Call[] =>
  readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Keys and types. A list is the sum of its items: which keys some have. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf).reduce(joined, null) ?? []
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]))
}

function joined(a: unknown, b: unknown): unknown {
  if (a === null || typeof a !== 'object' || typeof b !== 'object' || b === null) return a === null ? b : a
  const merged: Record<string, unknown> = { ...a }
  for (const [key, item] of Object.entries(b)) merged[key] = key in merged ? joined(merged[key], item) : item
  return merged
}

const ID = /^(?:m-|tr-)?[0-9a-f]{32}$/

/** Learns which of our ids stands for which recorded one, from two answers to one request. */
function learn(ids: Map<string, string>, recorded: unknown, ours: unknown, key = ''): void {
  if (typeof recorded === 'string' && typeof ours === 'string') {
    if (key === 'experiment_id') ids.set(`experiment ${recorded}`, ours)
    else if (ID.test(recorded) && ID.test(ours)) ids.set(recorded, ours)
  } else if (typeof recorded === 'object' && recorded !== null && typeof ours === 'object' && ours !== null) {
    for (const [name, item] of Object.entries(recorded))
      learn(ids, item, (ours as Record<string, unknown>)[name], name)
  }
}

/** Puts our ids in the place of recorded ones. */
function translate(ids: ReadonlyMap<string, string>, text: string): string {
  const experiment = (whole: string, before: string, id: string, after: string) => {
    const ours = ids.get(`experiment ${id}`)
    return ours === undefined ? whole : before + ours + after
  }
  const translated = text
    .replace(/("experiment_ids?": ?\[?")(\d+)(")/g, experiment)
    .replace(/(experiment_id=)(\d+)(&|$)/g, experiment)
    .replace(/(mlflow-artifacts:\/|artifacts\/artifacts\/|artifacts\?path=)(\d+)(\/|%2F)/g, experiment)
  return [...ids].reduce((whole, [recorded, ours]) => whole.replaceAll(recorded, ours), translated)
}

/** What one shape has more (`+`), less (`-`), or of another type (`~`) than the other, by path. */
function differences(ours: unknown, theirs: unknown, path: string): string[] {
  const isObject = (shape: unknown) => typeof shape === 'object' && shape !== null
  if (!isObject(ours) || !isObject(theirs)) return ours === theirs ? [] : [`~${path}: ${ours}, not ${theirs}`]
  const [a, b] = [ours as Record<string, unknown>, theirs as Record<string, unknown>]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    if (!(key in b)) return [`+${path}.${key}`]
    return key in a ? differences(a[key], b[key], `${path}.${key}`) : [`-${path}.${key}`]
  })
}

/** What is so on purpose: fields of MLflow's protocol that its own server leaves out there, and what is not kept. */
const KNOWN = [
  // Of a metric, the dataset that it was measured on is not kept.
  /^-\.models?\.data\.metrics\.dataset_(?:name|digest)$/,
]

/** What the server of a recording knew already. */
const BEFORE: Readonly<Record<string, readonly string[]>> = { 'client-2.22': ['smoke'] }

async function replay(server: TestServer, name: string): Promise<string[]> {
  const ids = new Map<string, string>()
  for (const experiment of BEFORE[name] ?? []) {
    const { body } = await server.post('experiments/create', { name: experiment })
    ids.set('experiment 1', body.experiment_id)
  }
  const differing: string[] = []
  for (const { m, u, h, b, s, ct, rb } of callsOf(name)) {
    server.backend.clock.now += 10
    const call = { method: m, ...(h && { headers: h }), ...(b !== undefined && { body: translate(ids, b) }) }
    const answer = await server.send(translate(ids, u), call)
    const where = `${m} ${u.split('?')[0]}`
    if (answer.status !== s) {
      differing.push(`${where}: ${answer.status}, recorded ${s}: ${answer.text.slice(0, 200)}`)
      continue
    }
    if (!ct?.startsWith('application/json')) continue
    if (answer.type !== 'application/json') differing.push(`${where}: content type ${answer.type}`)
    if (rb === null) continue
    const recorded: unknown = JSON.parse(rb)
    learn(ids, recorded, answer.body)
    const found = differences(shapeOf(answer.body), shapeOf(recorded), '')
    const unknown = found.filter((difference) => !KNOWN.some((known) => known.test(difference)))
    if (unknown.length > 0) differing.push(`${where} ${unknown.join(' ')}`)
  }
  return differing
}

describe('real clients get from this server what they got from MLflow', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startServer({
      onError: (error) => {
        throw error
      },
    })
  })
  afterEach(() => server.close())

  test.each(['client-2.22', 'client-3.11', 'client-lightning', 'client-hf'])('%s', async (name) => {
    expect(await replay(server, name)).toEqual([])
  })
})
