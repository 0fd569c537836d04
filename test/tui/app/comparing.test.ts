// Runs side by side.
import { describe, expect, test } from 'vitest'
import { coloursOf } from '../../../src/tui/app/colours.ts'
import { compareLines, isEnvironment } from '../../../src/tui/app/compare-lines.ts'
import { chartsOf, drive } from './driving.ts'

function compareOf({ view }: Pick<ReturnType<typeof drive>, 'view'>) {
  if (view.kind !== 'compare') throw new Error(`a ${view.kind} is in sight`)
  return view
}

describe('comparing', () => {
  test('= takes the marked runs, two to eight', () => {
    const console = drive()
    console.press('=')
    expect(console.state.message?.text).toContain('mark two runs')
    console.press('space', 'space', '=')
    expect(compareOf(console).ids).toEqual(['run0000', 'run0001'])
    console.press('q', '*', '=')
    expect(console.state.message?.text).toContain('up to 8')
  })

  test(':compare takes names, ids and beginnings of ids', () => {
    const console = drive()
    console.command('compare bert-base-3 run0009')
    expect(compareOf(console).ids).toEqual(['run0003', 'run0009'])
    console.command('compare bert-base-3 nobody')
    expect(console.state.message?.text).toBe('no run "nobody"')
    console.command('compare run0001 vit-b16-1')
    expect(console.state.message?.text).toContain('mark two runs')
  })

  test('hosts cannot be compared', () => {
    const console = drive()
    console.command('hosts')
    console.press('space', 'space', '=')
    expect(console.state.message?.text).toBe('only runs and versions can be compared')
  })

  test('what differs comes first, params and tags before metrics; what is equal is one line until d unfolds it', () => {
    const console = drive()
    console.press('space', 'space', '=')
    const folded = compareLines(console.facts().world, compareOf(console))
    const kinds = folded.map(({ kind }) => kind)
    expect([...new Set(kinds)]).toEqual(['param', 'tag', 'metric', 'fold', 'env'])
    expect(folded.filter(({ kind }) => kind !== 'fold').every(({ differs }) => differs)).toBe(true)
    expect(folded.find(({ name }) => name === 'batch_size')?.values).toEqual(['32', '64'])
    expect(folded.at(-1)!.name).toMatch(/^\d+ equal: optimizer, lr/)
    console.press('G')
    expect(compareOf(console).index).toBe(folded.length - 1)
    console.press('d')
    const all = compareLines(console.facts().world, compareOf(console))
    expect(all.slice(0, folded.length - 1)).toEqual(folded.slice(0, -1))
    expect(all.slice(folded.length).some(({ differs }) => differs)).toBe(false)
    expect(all.slice(folded.length).map(({ name }) => name)).toContain('optimizer')
    console.press('d', 'G', 'enter')
    expect(compareOf(console).differing).toBe(false)
  })

  test('commit, environment and host have a section of their own', () => {
    const console = drive()
    const { world } = console.facts()
    const tagged = (id: string, tags: Record<string, string>) => ({ ...world.state.runs.get(id)!, tags })
    const runs = new Map([
      ['run0000', tagged('run0000', { 'mlflow.source.git.commit': 'abc', 'env.CUDA': '12', team: 'a' })],
      ['run0001', tagged('run0001', { 'mlflow.source.git.commit': 'def', 'env.CUDA': '12', team: 'b' })],
    ])
    const lines = compareLines(
      { ...world, state: { ...world.state, runs } },
      { ids: [...runs.keys()], differing: true },
    )
    const from = lines.findIndex(({ name }) => name.startsWith('environment'))
    expect(lines[from]!.name).toBe('environment: 2 of 6 differ')
    const section = lines.slice(from + 1, -1).map(({ kind, name, values }) => [kind, name, ...values])
    expect(section).toEqual([
      ['env', 'host', 'gpu-a', 'gpu-b'],
      ['env', 'mlflow.source.git.commit', 'abc', 'def'],
    ])
    expect(lines.at(-1)!.name).toContain('env.CUDA')
    expect(lines.find(({ name }) => name === 'team')).toMatchObject({ kind: 'tag', differs: true })
  })

  test.each([
    'mlflow.source.git.commit',
    'git.commit',
    'env.PATH',
    'host.gpu',
    'python_version',
    'cuda',
    'docker/image',
  ])('%s says where a run came from', (name) => expect(isEnvironment(name)).toBe(true))

  test.each(['lr', 'environments_seen', 'gitter', 'hosted', 'mlflow.runName', 'model.host'])(
    '%s says what a run is',
    (name) => expect(isEnvironment(name)).toBe(false),
  )

  test('two runs that both ended with NaN do not differ in it; a missing value differs', () => {
    const { world } = drive().facts()
    const lineOf = (ids: string[], name: string) =>
      compareLines(world, { ids, differing: false }).find(
        (line) => line.name === name && line.kind === 'metric',
      )
    expect(lineOf(['run0003', 'run0003'], 'train/loss')).toMatchObject({ differs: false })
    expect(lineOf(['run0003', 'gone'], 'train/loss')).toMatchObject({
      differs: true,
      values: [Number.NaN, null],
    })
  })

  test('n steps through the metrics and round, Enter opens the metric of the line', () => {
    const console = drive()
    console.press('space', 'space', '=', 'n')
    expect(compareOf(console).focus).toBe('train/loss')
    console.press('N', 'N')
    expect(compareOf(console).focus).toBe('perf/samples_per_second')
    console.press('enter')
    expect(console.state.message?.text).toContain('this is none')
    const lines = compareLines(console.facts().world, compareOf(console))
    const at = lines.findIndex(({ kind }) => kind === 'metric')
    console.press(...Array<string>(at).fill('j'), 'enter')
    expect(chartsOf(console)).toMatchObject({
      full: true,
      focus: lines[at]!.name,
      ids: ['run0000', 'run0001'],
    })
    console.press('q')
    if (console.view.kind === 'charts') console.press('q')
    expect(compareOf(console).index).toBe(at)
  })

  test('runs beyond the right edge are reached with l, and h comes back', () => {
    const console = drive()
    console.press('space', 'space', 'space', '=', 'l', 'l', 'l')
    expect(compareOf(console).left).toBe(2)
    console.press('h')
    expect(compareOf(console).left).toBe(1)
  })
})

describe('colours', () => {
  test('a run keeps its colour whatever stands beside it, where there is room for all', () => {
    const ids = Array.from({ length: 50 }, (_, i) => `run${i}`)
    for (const id of ids) expect(coloursOf([id, 'other'], 8)[0]).toBe(coloursOf([id], 8)[0])
    expect(new Set(ids.map((id) => coloursOf([id], 8)[0])).size).toBe(8)
  })

  test('up to eight lines of a chart never share one, more of them share', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `run${i}`)
    expect(new Set(coloursOf(ids.slice(0, 8), 8)).size).toBe(8)
    expect(coloursOf(ids, 8).every((colour) => colour >= 0 && colour < 8)).toBe(true)
  })
})
