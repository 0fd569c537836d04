// The nouns of the registry: what they show, join and open, and which rows are made anew.
import { describe, expect, test } from 'vitest'
import { createChanges } from '../../src/core/changes.ts'
import { emptyState } from '../../src/core/state.ts'
import { type Summary, summarise } from '../../src/core/summary.ts'
import type { World } from '../../src/core/world.ts'
import { parseFilter } from '../../src/resources/filter.ts'
import { findResource } from '../../src/resources/index.ts'
import { parseSort } from '../../src/resources/sort.ts'
import { createRows } from '../../src/tui/app/rows.ts'
import { run } from '../cli/world.ts'
import { registryTables } from '../frames/registry.ts'

const NOW = Date.UTC(2026, 0, 5)

function point(value: number) {
  const columns = { steps: Float64Array.of(7), times: Float64Array.of(NOW), values: Float64Array.of(value) }
  return summarise(undefined, columns, 0, 1)
}

const dataset = (digest: string) => ({
  name: 'd',
  digest,
  sourceType: 's3',
  source: '{}',
  schema: '[]',
  profile: 'äöü',
  tags: { 'mlflow.data.context': 'training' },
})

interface Changing extends World {
  readonly changes: ReturnType<typeof createChanges>
  readonly series: Map<string, ReadonlyMap<string, Summary>>
}

function world(): Changing {
  const runs = [
    run('run0002', { name: 'newest', params: { lr: '0.1' }, datasets: [dataset('2')], started: 3 }),
    run('run0006', {
      name: 'older',
      params: { lr: '0.2' },
      datasets: [dataset('1'), dataset('1')],
      started: 2,
    }),
    run('run0010', { name: 'gone', deleted: 5, datasets: [dataset('0')] }),
  ]
  const series = new Map<string, ReadonlyMap<string, Summary>>([
    ['run0002', new Map([['val/auc', point(0.9)]])],
    ['run0006', new Map([['val/auc', point(0.8)]])],
  ])
  const state = { ...emptyState, runs: new Map(runs.map((one) => [one.id, one])), ...registryTables(NOW) }
  return { state, series, presence: new Map(), changes: createChanges() }
}

const itemsOf = (noun: string, from: World = world()) => findResource(noun)!.items(from, NOW)
const item = (noun: string, id: string) => itemsOf(noun).find((one) => one.id === id)!

describe('versions', () => {
  test('have the shape that scripts rely on', () => {
    expect(item('versions', 'churn/2').record()).toMatchObject({
      model: 'churn',
      version: 2,
      aliases: ['champion'],
      stage: 'None',
      run: 'run0006',
      created: new Date(NOW - 48 * 3_600_000),
      digest: 'sha-2',
      tags: { digest: 'sha-2' },
    })
  })

  test('are filtered and sorted by params and metrics of their runs', () => {
    const passing = (filter: string) => {
      const parsed = parseFilter(filter)
      if (!parsed.ok) throw new Error(parsed.reason)
      return itemsOf('versions')
        .filter((one) => parsed.test({ text: () => one.id, field: (path) => one.field(path) }))
        .map(({ id }) => id)
    }
    expect(passing('metrics.val/auc>0.85')).toEqual(['churn/3'])
    expect(passing('params.lr=0.2')).toEqual(['churn/2'])
    expect(passing('aliases=champion')).toEqual(['churn/2'])
    expect(item('versions', 'churn/3').field('metrics.val/auc')).toBe(0.9)
    expect(item('versions', 'ranker/1').field('metrics.val/auc')).toBeUndefined()
  })
})

describe('models', () => {
  test('show where their aliases stand, and who moved them, the newest first', () => {
    const churn = item('models', 'churn')
    expect(churn.text('aliases', NOW)).toBe('champion=2')
    expect(churn.field('aliases.champion')).toBe(2)
    expect(churn.field('history')).toMatchObject([
      { alias: 'champion', from: 1, to: 2, by: 'bob', reason: 'better on the June holdout' },
      { alias: 'champion', from: null, to: 1, by: 'ada', reason: 'first one' },
    ])
  })

  test('open their versions, whatever their name', () => {
    const { models, ...rest } = world().state
    const name = 'a "b" \\ or c'
    const odd = new Map([[name, { ...models.get('churn')!, id: name }]])
    const [opened] = itemsOf('models', { ...world(), state: { ...rest, models: odd } })
    const filter = parseFilter(opened!.openFilter())
    expect(filter.ok && filter.test({ text: () => '', field: () => name })).toBe(true)
    expect(filter.ok && filter.test({ text: () => '', field: () => 'other' })).toBe(false)
  })
})

describe('datasets', () => {
  test('are one row for each name and digest, with the runs that are there and their versions', () => {
    expect(itemsOf('datasets').map((one) => one.record())).toMatchObject([
      {
        id: 'd@2',
        state: 'newest',
        runs: 1,
        runIds: ['run0002'],
        versions: ['churn/3'],
        contexts: ['training'],
      },
      { id: 'd@1', state: 'stale', runs: 1, runIds: ['run0006'], versions: ['churn/2'], profileBytes: 6 },
    ])
  })

  test('open the runs that used them', () => {
    const runs = itemsOf('runs')
    const parsed = parseFilter(item('datasets', 'd@1').openFilter())
    const found = runs.filter(
      (one) => parsed.ok && parsed.test({ text: () => '', field: (path) => one.field(path) }),
    )
    expect(found.map(({ id }) => id)).toEqual(['run0006'])
  })
})

describe('what was deleted', () => {
  test('is not listed: runs, and experiments with what they were called', () => {
    expect(itemsOf('runs').map(({ id }) => id)).toEqual(['run0002', 'run0006'])
    const experiment = { artifactLocation: null, created: 4, updated: 4, tags: { k: 'v' } }
    const experiments = new Map([
      ['1', { ...experiment, id: '1', name: 'made', deleted: false }],
      ['2', { ...experiment, id: '2', name: 'deleted', deleted: true }],
    ])
    const { state, ...rest } = world()
    const listed = itemsOf('experiments', { ...rest, state: { ...state, experiments } })
    expect(listed.map((one) => one.record())).toMatchObject([
      { name: 'made', runs: 0, experimentId: '1', created: new Date(4), tags: { k: 'v' } },
      { name: 'vision', runs: 2, experimentId: null, created: null, tags: {} },
    ])
  })
})

describe('lists of versions', () => {
  const list = (filter: string) => ({ resource: 'versions', filter, sort: parseSort('-version') })
  const ids = (rows: { items: readonly { id: string }[] }) => rows.items.map(({ id }) => id)

  test('of one model are made of its rows alone', () => {
    const rows = createRows()
    const source = { world: world(), version: 1, now: NOW }
    expect(rows(source, list('model="churn"'))).toMatchObject({ total: 3, error: null })
    expect(ids(rows(source, list('model="churn" aliases=champion')))).toEqual(['churn/2'])
    expect(rows(source, list('model="churn" or model="ranker"')).items.length).toBe(4)
    expect(rows(source, list('model="none"')).total).toBe(0)
    expect(rows(source, list('model="chu')).error).not.toBeNull()
  })

  test.each(['', 'model="churn"'])('filtered by "%s" follow their model and their run', (filter) => {
    const rows = createRows()
    const before = world()
    const champion = () => `${filter} aliases=champion`.trim()
    const good = () => `${filter} metrics.val/auc>0.85`.trim()
    expect(ids(rows({ world: before, version: 1, now: NOW }, list(champion())))).toEqual(['churn/2'])
    expect(ids(rows({ world: before, version: 1, now: NOW }, list(good())))).toEqual(['churn/3'])
    const churn = { ...before.state.models.get('churn')!, aliases: { champion: 1 } }
    const models = new Map(before.state.models).set('churn', churn)
    before.series.set('run0006', new Map([['val/auc', point(0.95)]]))
    before.changes.touch('run0006')
    const after = { ...before, state: { ...before.state, models } }
    expect(ids(rows({ world: after, version: 2, now: NOW }, list(champion())))).toEqual(['churn/1'])
    expect(ids(rows({ world: after, version: 2, now: NOW }, list(good())))).toEqual(['churn/3', 'churn/2'])
  })
})
