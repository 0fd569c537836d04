// Presses keys on a state over the small world of the pictures.

import { parseSort } from '../../../src/resources/sort.ts'
import type { Facts } from '../../../src/tui/app/facts.ts'
import { reduce } from '../../../src/tui/app/reduce.ts'
import { createRows } from '../../../src/tui/app/rows.ts'
import { type Effect, initialState, listView, type UiState } from '../../../src/tui/app/ui-state.ts'
import type { KeyEvent } from '../../../src/tui/terminal/input-events.ts'
import { fakeHub, NOW } from '../../frames/world.ts'

/** A key by its name in the bindings. */
export function keyOf(name: string): KeyEvent {
  const [, modifiers = '', key = ''] = /^((?:ctrl-|alt-|shift-)*)(.+)$/s.exec(name) ?? []
  const held = (one: string) => modifiers.includes(one)
  const text = key === 'space' ? ' ' : key.length === 1 && modifiers === '' ? key : undefined
  return { type: 'key', key, text, ctrl: held('ctrl'), alt: held('alt'), shift: held('shift') }
}

/** A console without a screen. */
export function drive(runs = 12, columns = 80, rows = 24) {
  const hub = fakeHub(runs)
  const rowsOf = createRows()
  let version = 1
  const facts = (): Facts => ({
    world: hub.link.world(),
    now: NOW,
    rows: (list) => rowsOf({ world: hub.link.world(), version, now: NOW }, list),
    lengths: { help: 100, details: 50, events: 60 },
  })
  let state: UiState = initialState(columns, rows, listView('runs', parseSort('-updated')))
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
