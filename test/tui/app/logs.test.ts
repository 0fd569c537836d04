// Text output on the screen: followed, searched, ranges of time, several runs merged; read as it is needed.
import { describe, expect, test, vi } from 'vitest'
import type { LineQuery } from '../../../src/core/lines.ts'
import { createLineWindow } from '../../../src/tui/app/line-window.ts'
import { logTop } from '../../../src/tui/app/log-moves.ts'
import { logStatus } from '../../../src/tui/app/log-status.ts'
import { type LogsView, logsAround, logsView } from '../../../src/tui/app/logs-view.ts'
import { seekLine } from '../../../src/tui/app/seek-line.ts'
import { NOW } from '../../frames/world.ts'
import { pageOf, printed, spansOf } from '../../helpers/lines.ts'
import { drive } from './driving.ts'

type Console = ReturnType<typeof drive>
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

function logOf({ view }: Pick<Console, 'view'>): LogsView {
  if (view.kind !== 'logs') throw new Error(`a ${view.kind} is in sight`)
  return view
}

const ROWS = 21
const linesOf = (console: Console) => console.facts().printed(logOf(console))
const topText = (console: Console) => linesOf(console)[logTop(logOf(console), linesOf(console), ROWS)]!.text
const status = (console: Console) => logStatus(console.state, logOf(console), console.facts())

/** The console in the log of the first run; answers have come. */
async function openLog(...keys: string[]) {
  const console = drive()
  console.command('sort name')
  console.command('filter id=run0000,run0001')
  const first = console
    .facts()
    .rows(console.view as never)
    .items.findIndex(({ id }) => id === 'run0000')
  console.press('g', ...Array(first).fill('j'), ...keys, 'l')
  linesOf(console)
  await settle()
  return console
}

describe('the log of a run', () => {
  test('opens at its end and follows', async () => {
    const console = await openLog()
    expect(logOf(console)).toMatchObject({ ids: ['run0000'], follow: true })
    expect(linesOf(console).at(-1)!.text).toBe('RuntimeError: CUDA error: out of memory')
    expect(linesOf(console).at(-1)!.tone).toBe('bad')
    expect(status(console)).toBe('follows')
    console.hub.print('back again')
    console.change()
    expect(status(console)).toBe('1 line behind')
    linesOf(console)
    await settle()
    expect(linesOf(console).at(-1)!.text).toBe('back again')
    expect(status(console)).toBe('follows')
  })

  test('stays when scrolled up, says how far behind it is, and follows again at the end', async () => {
    const console = await openLog()
    console.press('k')
    expect(logOf(console).follow).toBe(false)
    const top = topText(console)
    console.hub.print('one', 'two', 'three')
    console.change()
    linesOf(console)
    await settle()
    expect(topText(console)).toBe(top)
    expect(status(console)).toBe('4 lines behind')
    console.press('G')
    expect(status(console)).toBe('follows')
  })

  test('loads older pages as it goes up, and reads from the first line with g', async () => {
    const console = await openLog()
    expect(linesOf(console).length).toBeLessThan(600)
    const oldest = linesOf(console)[0]!.text
    for (let i = 0; i < 22; i++) console.press('pageup')
    linesOf(console)
    await settle()
    expect(linesOf(console)[0]!.text).not.toBe(oldest)
    console.press('g')
    linesOf(console)
    await settle()
    expect(topText(console)).toBe('loading resnet50')
    expect(logOf(console)).toMatchObject({ follow: false })
  })

  test.each([
    ['2', 26],
    ['3', 146],
    ['1', 500],
  ])('%s shows a range of %i lines at hand', async (key, count) => {
    const console = await openLog()
    console.press(key)
    linesOf(console)
    await settle()
    expect(linesOf(console)).toHaveLength(count)
  })

  test('a find keeps what stands around in sight, also where the hub must look', async () => {
    const console = await openLog()
    console.press('/')
    console.type('epoch 60 step 500')
    console.press('enter')
    expect(logOf(console).match?.number).toBe(1192)
    console.press('/', 'ctrl-u')
    console.type('epoch 7 step 50/')
    console.press('enter')
    const seek = console.effects.at(-1)
    if (seek?.type !== 'seek') throw new Error('nothing was looked for at the hub')
    const place = await seekLine(console.hub.link, seek.view, seek.by, seek.edges)
    console.act({ type: 'found', view: seek.view, place })
    linesOf(console)
    await settle()
    expect(linesOf(console).find(({ place: at }) => at?.number === place!.number)!.text).toContain(
      'epoch 7 step 50/',
    )
    const top = logTop(logOf(console), linesOf(console), ROWS)
    expect(linesOf(console)[top + 7]!.place).toEqual(place)
    console.press('n')
    expect(console.state.message?.text).toMatch(/looking for|is not there/)
    console.press('escape')
    expect(logOf(console).find).toBe('')
  })

  test('t shows times, w wraps, m draws a line, e opens the events of then, Ctrl-S saves', async () => {
    const console = await openLog()
    console.press('t', 'w', 'm', 'm')
    expect(logOf(console)).toMatchObject({ times: true, wrap: true })
    expect(linesOf(console).filter(({ text }) => text.startsWith('───'))).toHaveLength(1)
    expect(linesOf(console).at(-2)!.text).toMatch(/^2026-11-23 11:59:50\S* +RuntimeError/)
    console.press('ctrl-s')
    const save = console.effects.at(-1)
    if (save?.type !== 'save') throw new Error('nothing was saved')
    expect(save.file).toMatch(/^resnet50-0-2026-11-23T12-00-00-000Z\.log$/)
    expect(save.rest).toContain('mlops logs')
    console.press('e')
    expect(console.view.kind).toBe('events')
  })
})

test('marked runs are merged by time, a name and a colour before each line', async () => {
  const console = await openLog('space', 'space')
  const view = logOf(console)
  expect(view.ids).toHaveLength(2)
  const lines = linesOf(console)
  const times = lines.map(({ place }) => place!.at)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(new Set(lines.map(({ place }) => place!.owner)).size).toBe(2)
  expect(lines.at(-1)!.text).toMatch(/^(resnet50-0|vit-b16-1 ) │ RuntimeError/)
  expect(new Set(lines.map(({ head }) => head!.colour)).size).toBe(2)
})

describe('the window', () => {
  const long = {
    a: printed(
      Array.from({ length: 20_000 }, (_, i) => `line ${i + 1}`),
      NOW,
    ),
  }
  const window = (lines = long) => {
    const asked: LineQuery[] = []
    const all: Record<string, typeof long.a> = { ...lines }
    const link = {
      lines: async (query: LineQuery) => {
        asked.push(query)
        return pageOf(all, query)
      },
    }
    const changed = vi.fn()
    const made = createLineWindow(link, { now: () => NOW }, changed)
    const read = async (view: LogsView) => {
      made.read(view, { lines: spansOf(all) })
      await settle()
      return made.read(view, { lines: spansOf(all) })
    }
    return { asked, all, read }
  }

  test('reads one page of 20,000 lines, and nothing ahead of need', async () => {
    const { asked, read } = window()
    const sight = await read(logsView(['a']))
    await settle()
    expect(asked).toHaveLength(1)
    expect([sight.lines.length, sight.older, sight.newer]).toEqual([500, 19_500, 0])
  })

  test('goes to the end when too much came to follow line by line', async () => {
    const { all, read } = window()
    await read(logsView(['a']))
    all.a = printed(
      Array.from({ length: 50_000 }, (_, i) => `line ${i + 1}`),
      NOW,
    )
    const sight = await read(logsView(['a']))
    expect(sight.lines.at(-1)!.text).toBe('line 50000')
    expect([sight.lines.length, sight.newer]).toEqual([500, 0])
  })

  test('opens about an instant, what is before and behind it at hand', async () => {
    const { read } = window()
    const view = logsAround(['a'], NOW - 10_000_000)
    await read(view)
    const { lines } = await read(view)
    const at = lines.findIndex(({ number }) => number === 10_000)
    expect(at).toBeGreaterThan(100)
    expect(lines.length - at).toBeGreaterThan(100)
  })

  test('lets go of what is far away', async () => {
    const { read } = window()
    const first = await read(logsView(['a']))
    let view: LogsView = { ...logsView(['a']), follow: false }
    let sight = first
    for (let i = 0; i < 20; i++) {
      view = { ...view, top: { ...sight.lines[0]!, owner: 'a' } }
      sight = await read(view)
    }
    expect(sight.lines.length).toBeLessThanOrEqual(5000)
    expect(sight.newer).toBeGreaterThan(1000)
    expect(sight.lines[0]!.number).toBeLessThan(11_000)
  })

  test('says why there is no answer, and asks again later', async () => {
    let now = NOW
    let fails = true
    const link = {
      lines: async (query: LineQuery) => {
        if (fails) throw new Error('the hub is gone')
        return pageOf(long, query)
      },
    }
    const made = createLineWindow(link, { now: () => now }, () => {})
    const read = () => made.read(logsView(['a']), { lines: spansOf(long) })
    read()
    await settle()
    expect(read().error).toBe('the hub is gone')
    fails = false
    now += 3000
    read()
    await settle()
    expect(read()).toMatchObject({ error: null, pending: false })
  })
})
