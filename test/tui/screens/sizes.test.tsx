// Every screen at every size fills the terminal exactly.
import { type Duplex, PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { render } from 'ink'
import { describe, expect, test } from 'vitest'
import { parseSort } from '../../../src/resources/sort.ts'
import type { Clock } from '../../../src/tui/app/clock.ts'
import { createConsoleStore } from '../../../src/tui/app/console-store.ts'
import { initialState, listView } from '../../../src/tui/app/ui-state.ts'
import { composing } from '../../../src/tui/components/composition.ts'
import { paintedWidth } from '../../../src/tui/panels/painted.ts'
import { App } from '../../../src/tui/screens/app.tsx'
import { createSink } from '../../../src/tui/terminal/sink.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { fakeHub, NOW } from '../../frames/world.ts'
import { keyOf } from '../app/driving.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))
const clock: Clock = {
  now: () => NOW,
  after(ms, run) {
    if (ms < 100) setImmediate(run)
    return () => {}
  },
}

/** The console over an output that only remembers the last frame. */
function openApp(columns: number, rows: number, runs = 12) {
  let frame = ''
  const sink = createSink({ output: { write: () => true }, columns, rows })
  sink.write = (text) => {
    frame = text
  }
  const store = createConsoleStore({
    link: fakeHub(runs).link,
    clock,
    first: initialState(columns, rows, listView('runs', parseSort('-updated'))),
    isSlow: () => false,
    onEffect: () => {},
    surroundings: {
      theme: createTheme({ depth: 24, unicode: true }),
      version: '0.1.0',
      where: '/data/logs',
      readOnly: false,
    },
  })
  const ink = render(<App store={store} />, {
    stdout: composing(sink.stream),
    stdin: new PassThrough() as Duplex as ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  })
  const press = async (...keys: string[]) => {
    for (const key of keys) store.dispatch({ type: 'input', event: keyOf(key) })
    await settled()
    await settled()
    await settled()
  }
  const close = () => {
    store.stop()
    ink.unmount()
  }
  return { press, close, frame: () => frame.split('\n') }
}

const SCREENS: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ['the list', []],
  ['a prompt', [':', 'r', 'u']],
  ['the help', ['?']],
  ['charts', ['enter']],
  ['one chart', ['enter', 'enter', 'h', '+']],
  ['a comparison', ['space', 'space', 'space', 'v']],
  ['details', ['d']],
  ['hosts', [':', ...'hosts', 'enter']],
  ['charts of a host', [':', ...'hosts', 'enter', 'v']],
  ['events', [':', ...'events', 'enter']],
  ['runs side by side', ['space', 'space', '=']],
  ['the saved views', [':', ...'views', 'enter']],
  ['a question about many', [':', ...'alerts', 'enter', '*', ':', ...'ack', 'enter']],
]

describe.each(SCREENS)('%s', (_, keys) => {
  test.each([
    [20, 5],
    [40, 10],
    [41, 11],
    [80, 24],
    [109, 31],
    [150, 29],
    [250, 70],
  ])('at %i by %i', async (columns, rows) => {
    const app = openApp(columns, rows)
    await app.press(...keys)
    const lines = app.frame()
    app.close()
    expect(lines).toHaveLength(rows)
    expect(lines.filter((line) => paintedWidth(line) > columns)).toEqual([])
    expect(lines.join('').trim()).not.toBe('')
    // A sign that stayed a sign would show as a box.
    expect(lines.join('')).not.toMatch(/[\ue000-\uf8ff]/)
  })
})
