// What keys do to lists.
import { describe, expect, test } from 'vitest'
import { chartsOf, drive, listOf } from './driving.ts'

describe('moving', () => {
  test('the cursor starts on the first row and stops at both ends', () => {
    const console = drive()
    const first = listOf(console).selected
    expect(first).toBe('run0000')
    console.press('k')
    expect(listOf(console).selected).toBe(first)
    console.press('j', 'down')
    expect(listOf(console).index).toBe(2)
    console.press('G', 'j')
    expect(listOf(console).index).toBe(11)
    console.press('home')
    expect(listOf(console).index).toBe(0)
  })

  test('the row with the cursor is always in sight', () => {
    const console = drive(200)
    const inSight = () => {
      const { index, offset } = listOf(console)
      return index >= offset && index < offset + 20
    }
    for (const key of ['ctrl-d', 'ctrl-d', 'pagedown', 'j', 'ctrl-u', 'G', 'pageup', 'k', 'g']) {
      console.press(key)
      expect(inSight(), key).toBe(true)
    }
    console.press('G')
    console.act({ type: 'resize', columns: 80, rows: 12 })
    const { index, offset } = listOf(console)
    expect([index, offset]).toEqual([199, 200 - 8])
  })

  test('the cursor stays with its row when rows move and when one is added', () => {
    const console = drive()
    console.press('j', 'j')
    const { selected } = listOf(console)
    console.press('O')
    expect(listOf(console).selected).toBe(selected)
    expect(listOf(console).index).toBe(9)
    console.hub.grow()
    console.change()
    expect(listOf(console).selected).toBe(selected)
  })

  test('where its row goes, the cursor stays in place', () => {
    const console = drive()
    console.press('G')
    console.press('/')
    console.type('host=gpu-a')
    expect(listOf(console)).toMatchObject({ index: 3, offset: 0 })
    expect(console.facts().rows(listOf(console)).items[3]!.id).toBe(listOf(console).selected)
  })

  test('a list without rows takes every key', () => {
    const console = drive(0)
    for (const key of ['j', 'k', 'G', 'g', 'ctrl-d', 'space', 'v', 'd', 'c', 'O', 'enter']) console.press(key)
    expect(listOf(console)).toMatchObject({ resource: 'runs', selected: null, index: 0, offset: 0 })
  })
})

describe('order', () => {
  test('Shift-N sorts by name and the other way round when pressed again', () => {
    const console = drive()
    console.press('N')
    expect(listOf(console).sort).toEqual([{ path: 'name', falling: false }])
    console.press('N')
    expect(listOf(console).sort).toEqual([{ path: 'name', falling: true }])
  })

  test('< and > go from column to column and round', () => {
    const console = drive()
    console.press('N', '<')
    expect(listOf(console).sort[0]?.path).toBe('updated')
    console.press('>')
    expect(listOf(console).sort[0]?.path).toBe('name')
  })

  test('a noun without the column says so', () => {
    const console = drive()
    console.command('alerts')
    console.press('N')
    expect(console.state.message?.text).toBe('alerts have no name')
  })

  test('o offers the columns', () => {
    const console = drive()
    console.press('o')
    expect(console.state.prompt?.text).toBe('sort ')
    console.type('metrics.val/loss')
    console.press('enter')
    expect(listOf(console).sort).toEqual([{ path: 'metrics.val/loss', falling: false }])
  })
})

describe('opening', () => {
  test('Enter on a run shows its charts, q comes back to the same row', () => {
    const console = drive()
    console.press('j', 'enter')
    expect(chartsOf(console)).toMatchObject({ owner: 'run', ids: ['run0001'] })
    console.press('q')
    expect(listOf(console).selected).toBe('run0001')
  })

  test('marked runs open one over another', () => {
    const console = drive()
    console.press('space', 'space', 'v')
    expect(chartsOf(console).ids).toEqual(['run0000', 'run0001'])
    console.press('q', 'escape')
    expect(listOf(console).marks.size).toBe(0)
  })

  test('Enter on a host shows its runs, v its charts', () => {
    const console = drive()
    console.command('hosts')
    console.press('enter')
    expect(listOf(console)).toMatchObject({ resource: 'runs', filter: 'host="gpu-a"' })
    console.press('q', 'v')
    expect(chartsOf(console)).toMatchObject({ owner: 'host', ids: ['host0'], x: 'time' })
  })

  test('Enter on an alert opens what it is about', () => {
    const console = drive()
    console.command('alerts rule=run.diverged')
    console.press('enter')
    expect(chartsOf(console).ids).toEqual(['run0003'])
  })
})

describe('going back', () => {
  test('Escape takes one layer and never ends the console', () => {
    const console = drive()
    console.press('enter', 'enter')
    expect(chartsOf(console).full).toBe(true)
    console.press('escape')
    expect(chartsOf(console).full).toBe(false)
    console.press('escape', 'escape', 'escape')
    expect(console.state.stack).toHaveLength(1)
    expect(console.effects).toEqual([])
  })

  test('q quits at the first screen only, Ctrl-C everywhere', () => {
    const console = drive()
    console.press('enter', 'q')
    expect(console.effects).toEqual([])
    console.press('q')
    expect(console.effects).toEqual([{ type: 'quit' }])
    for (const keys of [[':'], ['?'], ['/'], ['enter']]) {
      const other = drive()
      other.press(...keys, 'ctrl-c')
      expect(other.effects, keys.join()).toEqual([{ type: 'quit' }])
    }
  })

  test('[ and ] go through what was visited, - swaps the last two', () => {
    const console = drive()
    console.command('hosts')
    console.command('alerts')
    console.press('[')
    expect(listOf(console).resource).toBe('hosts')
    console.press('[')
    expect(listOf(console).resource).toBe('runs')
    console.press(']', ']')
    expect(listOf(console).resource).toBe('alerts')
    console.press('-')
    expect(listOf(console).resource).toBe('hosts')
    console.press('-')
    expect(listOf(console).resource).toBe('alerts')
    console.press(']', ']')
    expect(console.state.message?.text).toBe('nothing after this')
  })
})

describe('copying', () => {
  test('c copies the id, Y the command that prints the list', () => {
    const console = drive()
    console.press('c', 'N')
    console.command("filter name~'x")
    console.command('filter status=running host=gpu-a')
    console.press('Y')
    expect(console.effects).toEqual([
      { type: 'copy', what: 'id', text: 'run0000' },
      {
        type: 'copy',
        what: 'command',
        text: "mlops get runs --filter 'status=running host=gpu-a' --sort name",
      },
    ])
  })

  test('a quote in a filter cannot leave its argument', () => {
    const console = drive()
    console.command(`filter "it's; rm -rf"`)
    console.press('Y')
    expect(console.effects[0]).toMatchObject({ text: `mlops get runs --filter '"it'\\''s; rm -rf"'` })
  })
})
