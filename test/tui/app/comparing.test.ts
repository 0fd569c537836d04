// Runs side by side.
import { describe, expect, test } from 'vitest'
import { coloursOf } from '../../../src/tui/app/colours.ts'
import { compareLines } from '../../../src/tui/app/compare-lines.ts'
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
    expect(console.state.message?.text).toBe('only runs can be compared')
  })

  test('lines that differ come first, and d leaves only those', () => {
    const console = drive()
    console.press('space', 'space', '=')
    const lines = compareLines(console.facts().world, compareOf(console))
    const first = lines.findIndex(({ differs }) => !differs)
    expect(first).toBeGreaterThan(0)
    expect(lines.slice(first).some(({ differs }) => differs)).toBe(false)
    expect(lines.find(({ name }) => name === 'batch_size')?.values).toEqual(['32', '64'])
    console.press('G')
    expect(compareOf(console).index).toBe(lines.length - 1)
    console.press('d')
    expect(compareLines(console.facts().world, compareOf(console))).toEqual(lines.slice(0, first))
    expect(compareOf(console).index).toBe(0)
  })

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
    expect(console.state.message?.text).toContain('this is a param')
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
