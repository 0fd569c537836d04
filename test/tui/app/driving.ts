// Presses keys on a state over the small world of the pictures.

import { type Columns, noColumns } from '../../../src/core/columns.ts'
import type { LogEvent } from '../../../src/core/events.ts'
import { chosenList, noChoices } from '../../../src/tui/app/choices.ts'
import type { Facts } from '../../../src/tui/app/facts.ts'
import { readFacts } from '../../../src/tui/app/facts-reader.ts'
import { createLineWindow } from '../../../src/tui/app/line-window.ts'
import { reduce } from '../../../src/tui/app/reduce.ts'
import { createRows } from '../../../src/tui/app/rows.ts'
import { type Effect, initialState, type UiState } from '../../../src/tui/app/ui-state.ts'
import type { KeyEvent } from '../../../src/tui/terminal/input-events.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { fakeHub, NOW } from '../../frames/world.ts'

/** A key by its name in the bindings. */
export function keyOf(name: string): KeyEvent {
  const [, modifiers = '', key = ''] = /^((?:ctrl-|alt-|shift-)*)(.+)$/s.exec(name) ?? []
  const held = (one: string) => modifiers.includes(one)
  const text = key === 'space' ? ' ' : key.length === 1 && modifiers === '' ? key : undefined
  return { type: 'key', key, text, ctrl: held('ctrl'), alt: held('alt'), shift: held('shift') }
}

/** Sixty events, one each half minute, the last one now. */
export const EVENTS: readonly LogEvent[] = Array.from(
  { length: 60 },
  (_, i): LogEvent => ({
    seq: i + 1,
    at: NOW - (59 - i) * 30_000,
    type: 'host.disconnected',
    about: 'host0',
    by: 'hub',
    data: { reason: i % 20 === 7 ? 'closed' : 'no heartbeat' },
  }),
)

const theme = createTheme({ depth: 24, unicode: true })

/** A console without a screen. */
export function drive(runs = 12, columns = 80, rows = 24, { readOnly = false, choices = noChoices } = {}) {
  const hub = fakeHub(runs)
  const rowsOf = createRows()
  let version = 1
  const points = new Map<string, Columns>()
  const output = createLineWindow(hub.link, { now: () => NOW }, () => {})
  const facts = (): Facts =>
    readFacts(
      hub.link.world(),
      state,
      { version, now: NOW, touch: () => {}, stop: () => {} },
      {
        rows: rowsOf,
        events: { read: () => ({ events: EVENTS, error: null }) },
        output,
        series: {
          read: () => ({ columns: noColumns, error: null, pending: true }),
          known: (owner, key) => points.get(`${owner} ${key}`),
        },
        surroundings: { theme, version: '0.1.0', where: undefined, readOnly },
      },
    )
  let state: UiState = initialState(columns, rows, chosenList(choices, 'runs'), choices)
  const effects: Effect[] = []
  const act = (action: Parameters<typeof reduce>[1]): UiState => {
    const outcome = reduce(state, action, facts())
    if (outcome.effect) effects.push(outcome.effect)
    state = outcome.state
    return state
  }
  act({ type: 'data' })
  return {
    hub,
    effects,
    act,
    facts,
    /** Makes the points of a series known, as after the chart that shows them. */
    async learn(owner: string, key: string): Promise<void> {
      points.set(`${owner} ${key}`, await hub.link.points({ owner, key, x: 'step', points: 0 }))
    },
    get state() {
      return state
    },
    get view() {
      return state.stack.at(-1)!
    },
    /** Presses keys by their names. */
    press(...names: string[]): UiState {
      for (const name of names) act({ type: 'input', event: keyOf(name) })
      return state
    },
    /** Types a text into the prompt. */
    type(text: string): UiState {
      for (const char of text) act({ type: 'input', event: keyOf(char === ' ' ? 'space' : char) })
      return state
    },
    /** Types a command after `:`. */
    command(line: string): UiState {
      this.press(':')
      this.type(line)
      return this.press('enter')
    },
    /** The hub's data changed. */
    change(): UiState {
      version++
      return act({ type: 'data' })
    },
  }
}

/** The current list of a console; fails where it is something else. */
export function listOf({ view }: Pick<ReturnType<typeof drive>, 'view'>) {
  if (view.kind !== 'list') throw new Error(`a ${view.kind} is in sight`)
  return view
}

/** The current charts of a console; fails where it is something else. */
export function chartsOf({ view }: Pick<ReturnType<typeof drive>, 'view'>) {
  if (view.kind !== 'charts') throw new Error(`a ${view.kind} is in sight`)
  return view
}
