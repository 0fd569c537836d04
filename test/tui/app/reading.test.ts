// Events, records and what leads to them: searching, ranges, the instant of a chart.
import { describe, expect, test } from 'vitest'
import { jsonLines } from '../../../src/tui/app/text-lines.ts'
import { offsetOf } from '../../../src/tui/app/text-moves.ts'
import { NOW } from '../../frames/world.ts'
import { chartsOf, drive } from './driving.ts'

type Console = ReturnType<typeof drive>

function textOf({ view }: Pick<Console, 'view'>) {
  if (view.kind !== 'events' && view.kind !== 'json') throw new Error(`a ${view.kind} is in sight`)
  return view
}

function eventsOf(console: Console) {
  const view = textOf(console)
  if (view.kind !== 'events') throw new Error('a record is in sight')
  return view
}

const linesOf = (console: Console) =>
  console
    .facts()
    .lines(textOf(console))
    .map(({ text }) => text)
const topOf = (console: Console) => offsetOf(textOf(console), console.facts(), 21)

function openEvents() {
  const console = drive()
  console.command('events')
  return console
}

describe('events', () => {
  test('follow at first, stop when scrolled up, follow again at the end', () => {
    const console = openEvents()
    expect(topOf(console)).toBe(60 - 21)
    console.press('k')
    expect(eventsOf(console)).toMatchObject({ follow: false, offset: 38 })
    console.press('G')
    expect(eventsOf(console).follow).toBe(true)
    console.press('f')
    expect(eventsOf(console)).toMatchObject({ follow: false, offset: 39 })
  })

  test.each([
    ['2', 3],
    ['3', 11],
    ['4', 31],
    ['5', 60],
    ['0', 60],
  ])('%s shows %i of them', (key, count) => {
    const console = openEvents()
    console.press(key)
    expect(linesOf(console)).toHaveLength(count)
  })

  test('1 goes to the start, 0 to the end', () => {
    const console = openEvents()
    console.press('1')
    expect(topOf(console)).toBe(0)
    console.press('0')
    expect(topOf(console)).toBe(39)
  })

  test('t takes the times away, w wraps, m draws a line behind the newest', () => {
    const console = openEvents()
    console.press('t', 'w', 'm', 'm')
    expect(eventsOf(console)).toMatchObject({ times: false, wrap: true })
    const lines = linesOf(console)
    expect(lines[0]).toMatch(/^ +1 /)
    expect(lines.filter((line) => line.startsWith('───'))).toHaveLength(1)
  })

  test('a find keeps what stands around in sight; n and N go on and round', () => {
    const console = openEvents()
    console.press('1', '/')
    console.type('CLOSED')
    console.press('enter')
    expect(eventsOf(console)).toMatchObject({ match: 7, offset: 0, follow: false })
    console.press('n')
    expect(eventsOf(console)).toMatchObject({ match: 27, offset: 20 })
    console.press('n', 'n')
    expect(eventsOf(console).match).toBe(7)
    console.press('N')
    expect(eventsOf(console).match).toBe(47)
    expect(linesOf(console)).toHaveLength(60)
    console.press('escape')
    expect(eventsOf(console)).toMatchObject({ find: '', match: null })
  })

  test('what is not there is said, and nothing moves', () => {
    const console = openEvents()
    const before = topOf(console)
    console.press('/')
    console.type('.*')
    console.press('enter')
    expect(console.state.message?.text).toBe('".*" is not there')
    expect(topOf(console)).toBe(before)
    console.press('escape', 'n')
    expect(console.state.message?.text).toBe('nothing is looked for: / first')
  })
})

describe('a record', () => {
  test('keeps every digit, NaN and times', () => {
    const lines = jsonLines({
      step: 2n ** 62n,
      loss: Number.NaN,
      least: Number.NEGATIVE_INFINITY,
      at: new Date(NOW),
      none: null,
      empty: {},
      list: [1, 'a"b'],
    })
    const text = lines.map((line) => line.text).join('\n')
    expect(text).toContain('"step": 4611686018427387904,')
    expect(JSON.parse(text)).toMatchObject({
      loss: 'NaN',
      least: '-Infinity',
      at: '2026-11-23T12:00:00.000Z',
      none: null,
      empty: {},
      list: [1, 'a"b'],
    })
    expect(lines.find((line) => line.text.includes('NaN'))?.tone).toBe('bad')
  })

  test('y shows it for a row and for details, / searches it', () => {
    const console = drive()
    console.press('d', 'y', '/')
    console.type('batch_size')
    console.press('enter')
    expect(linesOf(console)[textOf(console).match!]).toContain('"batch_size": "32"')
    console.press('Y')
    expect(console.effects).toEqual([
      { type: 'copy', what: 'command', text: 'mlops get runs run0000 -o json' },
    ])
  })
})

describe('an instant of a chart', () => {
  async function atEnd(key = 'G') {
    const console = drive()
    await console.learn('run0003', 'train/loss')
    console.command('run bert-base-3')
    console.press('enter', key)
    return console
  }

  test('Enter opens the charts of the host there, q comes back', async () => {
    const console = await atEnd()
    console.press('enter')
    const ended = NOW - 4 * 60_000
    expect(chartsOf(console)).toMatchObject({ owner: 'host', ids: ['host0'], x: 'time', cursor: ended })
    expect(chartsOf(console).zoom).toEqual([ended - 600_000, ended + 600_000])
    console.press('l')
    expect(chartsOf(console).cursor).toBe(ended)
    console.press('q')
    expect(chartsOf(console)).toMatchObject({ owner: 'run', full: true, cursor: 3990 })
  })

  test('where the host was not measured it says so', async () => {
    const console = await atEnd('g')
    console.press('t')
    expect(chartsOf(console).owner).toBe('host')
    expect(console.state.message?.text).toBe('gpu-a was not measured then')
  })

  test('e opens the events around it', async () => {
    const console = await atEnd()
    console.press('e')
    expect(eventsOf(console).around).toBe(NOW - 4 * 60_000)
    expect(topOf(console)).toBe(39)
    const lines = console.facts().lines(eventsOf(console))
    expect(lines.findIndex(({ tone }) => tone === 'marked')).toBe(51)
    console.press('k')
    expect(eventsOf(console).offset).toBe(38)
  })

  test('without cross-hair Enter goes back and t says what to do', () => {
    const console = drive()
    console.press('enter', 'enter', 't')
    expect(console.state.message?.text).toContain('cross-hair')
    console.press('enter')
    expect(chartsOf(console).full).toBe(false)
  })
})

describe('charts', () => {
  test('P goes through the groups of metrics, > and < size the grid, p pins', () => {
    const console = drive()
    console.press('enter', 'P')
    const first = chartsOf(console).group
    console.press('P', 'P', 'P')
    expect([first, chartsOf(console).group]).toEqual(['val/', ''])
    console.press('>', '>', '<', 'f', 'p')
    expect(chartsOf(console)).toMatchObject({ size: 1, frozen: true })
    expect(console.state.pinned).toBe('run0000')
    console.press('p')
    expect(console.state.pinned).toBeNull()
  })
})

describe('copying and the mouse', () => {
  test('C copies the row with tabs', () => {
    const console = drive()
    console.command('columns name,status,params.batch_size')
    console.press('C')
    expect(console.effects).toEqual([{ type: 'copy', what: 'row', text: 'resnet50-0\trunning\t32' }])
  })

  test('nothing happens while the mouse is off; then click, heading and wheel work', () => {
    const console = drive()
    const mouse = (action: 'press' | 'wheeldown', x: number, y: number) =>
      console.act({
        type: 'input',
        event: { type: 'mouse', button: 'left', action, x, y, ctrl: false, alt: false, shift: false },
      })
    const list = () => console.view as { index: number; sort: readonly { path: string }[] }
    mouse('press', 3, 6)
    expect(list().index).toBe(0)
    console.press('M')
    expect(console.effects).toEqual([{ type: 'mouse', on: true }])
    mouse('press', 3, 6)
    expect(list().index).toBe(3)
    mouse('wheeldown', 3, 6)
    expect(list().index).toBe(6)
    mouse('press', 16, 2)
    expect(list().sort[0]?.path).toBe('experiment')
    mouse('press', 3, 23)
    expect(list().index).toBeLessThan(12)
  })
})
