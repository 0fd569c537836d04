// What a day costs: heap after 20,000 distinct lines on the screen, and after 86,400 seconds of data; bytes of a cell.
import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { render } from 'ink'
import { createElement } from 'react'
import { createChanges } from '../../src/core/changes.ts'
import { OwnerSeries } from '../../src/core/owner-series.ts'
import { emptyState } from '../../src/core/state.ts'
import type { World } from '../../src/core/world.ts'
import { createRows } from '../../src/tui/app/rows.ts'
import { createTotals } from '../../src/tui/app/totals.ts'
import { compose } from '../../src/tui/components/composition.ts'
import { Panel } from '../../src/tui/components/panel.tsx'
import { createScreen } from '../../src/tui/terminal/screen.ts'
import type { Figure } from './figure.ts'

const LINES = 20_000
const DAY_S = 86_400
const RUNS = 200
const MIB = 2 ** 20

/** Heap in use after a full collection, MiB. */
function heap(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed / MIB
}

/** Growth while every line of a 50-line panel is a new one again and again. */
async function linesGrowth(): Promise<number> {
  const stdout = Object.assign(new PassThrough(), { columns: 200, rows: 50, isTTY: true })
  stdout.on('data', (frame: Buffer) => compose(frame.toString()))
  const panel = (from: number) => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${from + i} ${Math.random()}`.padEnd(200))
    return createElement(Panel, { width: 200, height: 50, lines })
  }
  const ink = render(panel(0), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as ReadStream,
    debug: true,
    patchConsole: false,
  })
  let before = 0
  for (let from = 0; from < LINES * 1.25; from += 50) {
    if (from === LINES * 0.25) before = heap()
    ink.rerender(panel(from))
    await new Promise((next) => setImmediate(next))
  }
  const grown = heap() - before
  ink.unmount()
  return grown
}

/** Growth over a day in which one run and one host get points each second, lists and totals being read. */
function dayGrowth(): number {
  const series = new Map<string, OwnerSeries>()
  const changes = createChanges()
  const run = (i: number) => ({
    ...{ id: `run-${i}`, host: 'host-0', epoch: 'e', name: `resnet-${i}`, experiment: 'e', source: 'csv' },
    ...{
      path: `/${i}`,
      status: 'running' as const,
      started: 0,
      ended: null,
      params: {},
      tags: {},
      restarts: 0,
    },
  })
  const runs = new Map(Array.from({ length: RUNS }, (_, i) => [`run-${i}`, run(i)]))
  const world: World = { state: { ...emptyState, runs }, series, presence: new Map(), changes }
  const rows = createRows()
  const totals = createTotals()
  const list = { resource: 'runs', filter: 'resnet', sort: [{ path: 'updated', falling: true }] }
  let before = 0
  for (let second = 0; second < DAY_S; second++) {
    for (const owner of [`run-${second % RUNS}`, 'host-0']) {
      const mine = series.get(owner) ?? new OwnerSeries()
      series.set(owner, mine)
      mine.push('loss', { steps: [second], times: [second * 1000], values: [Math.random()] }, 0, 1)
      changes.touch(owner)
    }
    const source = { world, version: second, now: second * 1000 }
    rows(source, list)
      .items.slice(0, 50)
      .map((item) => item.text('updated', source.now))
    totals(source)
    // What is made once, such as compiled code, is there by then.
    if (second === DAY_S / 8) before = heap()
  }
  return heap() - before
}

/** Bytes that one changed cell of a 200x50 screen costs. */
function cellBytes(): number {
  const screen = createScreen(200, 50)
  const frame = (cell: string) =>
    Array.from({ length: 50 }, (_, y) =>
      y === 20 ? `${'a'.repeat(100)}${cell}`.padEnd(200) : 'b'.repeat(200),
    ).join('\n')
  screen.paint(frame('x'))
  return Buffer.byteLength(screen.paint(frame('y')))
}

/** The figures of memory and bytes. */
export async function run(): Promise<Figure[]> {
  const lines = await linesGrowth()
  return [
    { name: 'heap growth, 20,000 distinct lines', value: lines, unit: 'MiB', budget: 2, better: 'lower' },
    {
      name: 'heap growth, seven eighths of a day of data',
      value: dayGrowth(),
      unit: 'MiB',
      budget: 2,
      better: 'lower',
    },
    { name: 'one changed cell at 200x50', value: cellBytes(), unit: 'B', budget: 64, better: 'lower' },
  ]
}
