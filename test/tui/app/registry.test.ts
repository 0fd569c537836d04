// The registry in the console: aliases that move after a question, lineages walked a hop a key, versions compared.
import { describe, expect, test } from 'vitest'
import { NOW } from '../../frames/world.ts'
import { drive } from './driving.ts'

function onVersions(options?: Parameters<typeof drive>[3]) {
  const console = drive(12, 120, 30, options)
  console.command('models')
  console.press('enter')
  return console
}
const said = (console: ReturnType<typeof drive>) => console.state.message?.text

describe('promoting', () => {
  test('asks with model, alias and versions, and moves from where the alias is seen to stand', () => {
    const console = onVersions()
    console.press('P')
    expect(console.state.dialog).toMatchObject({
      text: 'Move champion of churn: version 2 -> 3?',
      word: null,
    })
    expect(console.effects).toEqual([])
    console.press('enter')
    const common = { action: 'alias.move', about: 'churn' }
    expect(console.effects).toEqual([
      { type: 'act', actions: [{ ...common, alias: 'champion', version: 3, expected: 2 }] },
    ])
  })

  test.each([
    ['promote new', 'new', 3, null, undefined],
    ['promote champion better AUC', 'champion', 3, 2, 'better AUC'],
    ['rollback', 'champion', 1, 2, undefined],
    ['unalias champion not fair', 'champion', null, 2, 'not fair'],
  ])(':%s moves %s', (line, alias, version, expected, note) => {
    const console = onVersions()
    console.command(line)
    console.press('enter')
    const action = { action: 'alias.move', about: 'churn', alias, version, expected, ...(note && { note }) }
    expect(console.effects).toEqual([{ type: 'act', actions: [action] }])
  })

  test('Esc moves nothing', () => {
    const console = onVersions()
    console.press('P', 'escape')
    expect([console.effects, said(console)]).toEqual([[], 'nothing was changed'])
  })

  test.each([
    ['promote', 'runs', 'choose a model or a version first: :models'],
    ['promote', 'models', 'choose a version: Enter opens those of a model'],
    ['rollback other', 'models', 'other of churn stood for no other version before'],
    ['unalias other', 'models', 'churn has no alias other'],
  ])(':%s on %s says what is missing', (line, list, reason) => {
    const console = drive()
    console.command(list)
    console.command(line)
    expect([said(console), console.state.dialog]).toEqual([reason, null])
  })

  test('is refused where the console is read-only', () => {
    const console = onVersions({ readOnly: true })
    console.press('P')
    expect([said(console), console.state.dialog]).toEqual(['this console is read-only', null])
  })
})

describe('a lineage', () => {
  const node = (console: ReturnType<typeof drive>) =>
    console.view.kind === 'lineage' ? console.view.node : console.view.kind

  test('is walked up and down, a key a hop, and Esc goes back', () => {
    const console = onVersions()
    console.press('L')
    expect(node(console)).toBe('version:churn/3')
    console.press('h')
    expect(node(console)).toBe('run:run0002')
    console.press('enter')
    expect(node(console)).toBe('dataset:customers@d2')
    console.press('escape', 'l')
    expect(node(console)).toBe('version:churn/3')
    console.press('G', 'enter')
    expect(node(console)).toBe('model:churn')
  })

  test('with several ways on goes to the first of them', () => {
    const console = drive()
    console.command('lineage churn/2')
    console.press('l')
    expect(console.view).toMatchObject({ node: 'version:churn/2', index: 1 })
    console.press('enter', 'l')
    expect([node(console), said(console)]).toEqual(['alias:churn@champion', 'nothing came of it'])
  })

  test('opens details of what is in sight, and promotes it', () => {
    const console = drive()
    console.command('lineage churn/3')
    console.press('P')
    expect(console.state.dialog?.text).toBe('Move champion of churn: version 2 -> 3?')
    console.press('escape', 'd')
    expect(console.view).toMatchObject({ kind: 'details', resource: 'versions', id: 'churn/3' })
  })

  test('of nothing that is known says so', () => {
    const console = drive()
    console.command('lineage nowhere')
    expect(said(console)).toBe('no run "nowhere"')
    console.command('alerts')
    console.press('L')
    expect(said(console)).toContain('choose a run, model, version or dataset first')
  })
})

describe('versions', () => {
  test('open their runs; one whose run is not known opens its details', () => {
    const console = onVersions()
    console.press('enter')
    expect(console.view).toMatchObject({ kind: 'charts', ids: ['run0002'] })
    const { state } = console.hub.link.world()
    ;(state.runs as Map<string, unknown>).delete('run0006')
    console.press('escape', 'j', 'enter')
    expect(console.view).toMatchObject({ kind: 'details', id: 'churn/2' })
  })

  test('are compared where marked, else with the champion', () => {
    const console = onVersions()
    console.press('=')
    expect(console.view).toMatchObject({
      kind: 'compare',
      versions: ['churn/2', 'churn/3'],
      ids: ['run0006', 'run0002'],
    })
    console.press('escape', 'space', 'space', 'space', '=')
    expect(console.view).toMatchObject({ versions: ['churn/3', 'churn/2', 'churn/1'] })
    console.command('compare churn/1 churn/2')
    expect(console.view).toMatchObject({ versions: ['churn/1', 'churn/2'] })
  })

  test('the champion is compared with the version before it', () => {
    const console = onVersions()
    console.press('j', '=')
    expect(console.view).toMatchObject({ versions: ['churn/1', 'churn/2'] })
  })

  test('T puts the best first: the least loss, the greatest accuracy', () => {
    const console = drive()
    console.press('T')
    const { items } = console
      .facts()
      .rows({ ...(console.view as never as { resource: string; filter: string; sort: [] }) })
    const losses = items.map((item) => Number(item.field('metrics.val/loss')))
    expect(losses).toEqual([...losses].sort((a, b) => a - b))
    console.command('alerts')
    console.press('T')
    expect(said(console)).toBe('only runs and versions have metrics')
  })
})

test('what a deleted run says of its losses is no alert', () => {
  const console = drive()
  console.command('alerts')
  const count = () =>
    console.facts().rows({ resource: 'alerts', filter: 'rule=run.diverged', sort: [] }).items.length
  expect(count()).toBe(1)
  const runs = console.hub.link.world().state.runs as Map<string, object>
  runs.set('run0003', { ...runs.get('run0003'), deleted: NOW })
  console.change()
  expect(count()).toBe(0)
})
