// Lineage: from data, code and host to aliases, both ways, with what is stale marked.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { lineageOf, lineageTree, MOST_NODES } from '../../src/core/lineage.ts'
import { linksDown, linksUp } from '../../src/core/lineage-links.ts'
import { emptyState, type State } from '../../src/core/state.ts'

const fold = (events: readonly NewEvent[], by = 'agent:h1'): State =>
  apply(
    emptyState,
    events.map((event, i) => ({ ...event, seq: i + 1, by }) as LogEvent),
  )

const run = (about: string, tags: Record<string, string> = {}, started = 1): NewEvent[] => [
  {
    type: 'run.found',
    at: 1,
    about,
    data: { name: `name of ${about}`, experiment: 'x', source: 'csv', path: '/', started },
  },
  { type: 'run.tags', at: 1, about, data: { tags } },
]
const used = (about: string, digest: string, models: string[] = []): NewEvent => {
  const dataset = { name: 'd', digest, sourceType: '', source: '', schema: null, profile: null, tags: {} }
  return { type: 'run.inputs', at: 1, about, data: { datasets: [dataset], models } }
}
const logged = (about: string, run: string): NewEvent => ({
  type: 'logged-model.found',
  at: 1,
  about,
  data: {
    name: 'lm',
    experimentId: '0',
    run,
    modelType: null,
    artifactUri: null,
    created: 1,
    status: 'ready',
    params: {},
    tags: {},
  },
})
const model: NewEvent = {
  type: 'model.found',
  at: 1,
  about: 'm',
  data: { description: '', created: 1, tags: {} },
}
const version = (number: number, run: string | null, loggedModel: string | null = null): NewEvent => ({
  type: 'version.found',
  at: 1,
  about: 'm',
  data: {
    version: number,
    source: '',
    run,
    loggedModel,
    runLink: null,
    user: null,
    description: '',
    stage: 'None',
    created: 1,
    tags: {},
  },
})
const alias = (version: number): NewEvent => ({
  type: 'alias.moved',
  at: 1,
  about: 'm',
  data: { alias: 'champion', version },
})

const state = fold([
  {
    type: 'host.connected',
    at: 1,
    about: 'h1',
    data: { name: 'gpu-1', role: 'training', version: '', epoch: '' },
  },
  ...run('parent'),
  ...run('r1', { 'mlflow.source.git.commit': 'abc', 'mlflow.parentRunId': 'parent' }, 1),
  ...run('r2', {}, 2),
  used('r1', '1'),
  used('r2', '2', ['lm1']),
  logged('lm1', 'r1'),
  model,
  version(1, 'r1', 'lm1'),
  version(2, 'r2'),
  version(3, 'r2'),
  alias(2),
  { type: 'run.deleted', at: 1, about: 'parent', data: {} },
])
const edges = (root: string, way: 'up' | 'down') =>
  lineageOf(state, root, [way]).edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`)
const staleOf = (root: string) =>
  Object.fromEntries(
    lineageOf(state, root).nodes.flatMap(({ id, stale }) => (stale === null ? [] : [[id, stale]])),
  )

describe('a lineage', () => {
  test('goes up from an alias to data, code and host', () => {
    expect(edges('alias:m@champion', 'up')).toEqual([
      'version:m/2 alias alias:m@champion',
      'run:r2 registered version:m/2',
      'dataset:d@2 used run:r2',
      'logged-model:lm1 used run:r2',
      'host:h1 ran run:r2',
      'run:r1 logged logged-model:lm1',
      'dataset:d@1 used run:r1',
      'commit:abc code run:r1',
      'run:parent parent run:r1',
      'host:h1 ran run:r1',
      'host:h1 ran run:parent',
    ])
  })

  test('goes down from data to versions and aliases, through logged models where there are', () => {
    expect(edges('dataset:d@1', 'down')).toEqual([
      'dataset:d@1 used run:r1',
      'run:r1 logged logged-model:lm1',
      'logged-model:lm1 used run:r2',
      'logged-model:lm1 registered version:m/1',
      'run:r2 registered version:m/2',
      'run:r2 registered version:m/3',
      'version:m/1 version model:m',
      'version:m/2 alias alias:m@champion',
      'version:m/2 version model:m',
      'version:m/3 version model:m',
    ])
  })

  test('marks deleted runs, data with a newer digest, and versions behind the champion', () => {
    expect(staleOf('version:m/1')).toEqual({
      'version:m/1': 'no alias, and older than champion 2',
      'dataset:d@1': '2 is newer',
      'run:parent': 'deleted',
    })
    expect(staleOf('version:m/3')).not.toHaveProperty('version:m/3')
    expect(staleOf('run:gone')).toEqual({ 'run:gone': 'not known here' })
  })

  test('tells a node that is reached twice once, and says so', () => {
    const lines = lineageTree(state, 'alias:m@champion', 'up')
    expect(lines.filter(({ node }) => node.id === 'run:r1').length).toBe(1)
    expect(lines.map(({ depth }) => depth).slice(0, 4)).toEqual([0, 1, 2, 3])
    const twice = lineageTree(state, 'model:m', 'up').filter(({ node }) => node.id === 'run:r2')
    expect(twice.map(({ again }) => again)).toEqual([false, true])
  })

  test('ends although runs name each other as parents', () => {
    const round = fold([
      ...run('a', { 'mlflow.parentRunId': 'b' }),
      ...run('b', { 'mlflow.parentRunId': 'a' }),
    ])
    expect(lineageOf(round, 'run:a').nodes.map(({ id }) => id)).toEqual(['run:a', 'run:b'])
    expect(lineageTree(round, 'run:a', 'down').map(({ again }) => again)).toEqual([false, false, true])
  })

  test('of thousands of runs is cut, and says so', () => {
    const many = fold(
      Array.from({ length: MOST_NODES + 10 }, (_, i) => [...run(`r${i}`), used(`r${i}`, '1')]).flat(),
    )
    const { nodes, cut } = lineageOf(many, 'dataset:d@1', ['down'])
    expect([nodes.length, cut]).toEqual([MOST_NODES, true])
  })

  test('is the same edge from both of its ends', () => {
    const ids = lineageOf(state, 'version:m/1').nodes.concat(lineageOf(state, 'host:h1').nodes)
    const property = fc.property(fc.constantFrom(...ids.map(({ id }) => id)), (id) => {
      for (const { id: below, kind } of linksDown(state, id))
        expect(linksUp(state, below)).toContainEqual({ id, kind })
      for (const { id: above, kind } of linksUp(state, id))
        expect(linksDown(state, above)).toContainEqual({ id, kind })
    })
    fc.assert(property)
  })
})
