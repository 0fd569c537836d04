// Every key of the console, as data: dispatch, the footer and the help read this one table.
import type { Binding, Scope } from './binding.ts'
import { chartBindings } from './bindings-charts.ts'
import { listBindings } from './bindings-list.ts'
import { promptBindings } from './bindings-prompt.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { selectedId } from './list-moves.ts'
import { goBack, goForward, goLast, pop, push, replace } from './navigation.ts'
import { openPrompt } from './prompt.ts'
import { shellCommand } from './shell-command.ts'
import { currentView, detailsView, type Outcome, only, type UiState } from './ui-state.ts'

const SCREENS: readonly Scope[] = ['list', 'charts', 'chart', 'details', 'events']
const SCROLLED: readonly Scope[] = ['details', 'events', 'help']

/** Scrolls what is read line by line; the log of events stops following when it goes up. */
function scroll(state: UiState, { lengths }: Facts, to: (at: number, last: number) => number): Outcome {
  const held = (at: number, length: number) => {
    const last = Math.max(0, length - pageRows(state))
    return Math.max(0, Math.min(to(Math.min(at, last), last), last))
  }
  if (state.help !== null) return only({ ...state, help: held(state.help, lengths.help) })
  const view = currentView(state)
  if (view.kind === 'details')
    return only(replace(state, { ...view, offset: held(view.offset, lengths.details) }))
  if (view.kind !== 'events') return only(state)
  const last = Math.max(0, lengths.events - pageRows(state))
  const offset = held(view.follow ? last : view.offset, lengths.events)
  return only(replace(state, { ...view, offset, follow: offset >= last }))
}

const scrolling = (
  keys: readonly string[],
  label: string,
  doc: string,
  by: (page: number) => number,
): Binding => ({
  keys,
  label,
  doc,
  scopes: SCROLLED,
  run: (state, facts) => scroll(state, facts, (at) => at + by(pageRows(state))),
})

const scrollBindings: readonly Binding[] = [
  scrolling(['j', 'down'], 'j ↓', 'a line down', () => 1),
  scrolling(['k', 'up'], 'k ↑', 'a line up', () => -1),
  scrolling(['ctrl-d'], 'Ctrl-D', 'half a page down', (page) => page >> 1),
  scrolling(['ctrl-u'], 'Ctrl-U', 'half a page up', (page) => -(page >> 1)),
  scrolling(['pagedown', 'space', 'ctrl-f'], 'PgDn Space', 'a page down', (page) => page),
  scrolling(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (page) => -page),
  {
    keys: ['g', 'home'],
    label: 'g Home',
    doc: 'to the start',
    scopes: SCROLLED,
    run: (state, facts) => scroll(state, facts, () => 0),
  },
  {
    keys: ['G', 'end'],
    label: 'G End',
    doc: 'to the end (the events: follow what comes)',
    scopes: SCROLLED,
    run: (state, facts) => scroll(state, facts, (_, last) => last),
  },
]

/** What the screen in sight is about. */
function subject(state: UiState, facts: Facts): { resource: string; id: string } | undefined {
  const view = currentView(state)
  if (view.kind === 'charts') return { resource: view.owner === 'run' ? 'runs' : 'hosts', id: view.ids[0]! }
  if (view.kind === 'list') {
    const id = selectedId(view, facts)
    return id === undefined ? undefined : { resource: view.resource, id }
  }
  return view.kind === 'details' ? view : undefined
}

/** One layer less: full screen, then a filter, then the screen. Never ends the console. */
function layerBack(state: UiState): Outcome {
  const view = currentView(state)
  if (view.kind === 'charts' && view.full)
    return only(replace(state, { ...view, full: false, zoom: null, cursor: null }))
  if (view.kind === 'list' && view.marks.size > 0) return only(replace(state, { ...view, marks: new Set() }))
  if (view.kind === 'charts' && view.filter !== '') return only(replace(state, { ...view, filter: '' }))
  // A filter that came with the screen, as from a host to its runs, goes with it.
  if (view.kind === 'list' && view.filter !== '' && state.stack.length === 1)
    return only(replace(state, { ...view, filter: '' }))
  return only(pop(state))
}

const screenBindings: readonly Binding[] = [
  {
    keys: [':'],
    label: ':',
    doc: 'a command: :runs status=running, :hosts, :run NAME, :sort -loss, :q',
    hint: 'command',
    scopes: SCREENS,
    run: (state) => only(openPrompt(state, 'command', '')),
  },
  {
    keys: ['d'],
    label: 'd',
    doc: 'everything about the row or the run',
    hint: 'describe',
    scopes: ['list', 'charts', 'chart'],
    run(state, facts) {
      const about = subject(state, facts)
      if (!about) return only(state)
      return only(push(state, detailsView(about.resource, about.id)))
    },
  },
  {
    keys: ['c'],
    label: 'c',
    doc: 'copies the id to the clipboard',
    scopes: ['list', 'charts', 'chart', 'details'],
    run(state, facts) {
      const about = subject(state, facts)
      return about ? { state, effect: { type: 'copy', text: about.id, what: 'id' } } : only(state)
    },
  },
  {
    keys: ['Y'],
    label: 'Y',
    doc: 'copies the shell command that prints this',
    scopes: SCREENS,
    run: (state, facts) => ({
      state,
      effect: { type: 'copy', text: shellCommand(currentView(state), facts), what: 'command' },
    }),
  },
  {
    keys: ['['],
    label: '[',
    doc: 'back to what was in sight before',
    scopes: SCREENS,
    run: (state) => only(goBack(state)),
  },
  {
    keys: [']'],
    label: ']',
    doc: 'forward again',
    scopes: SCREENS,
    run: (state) => only(goForward(state)),
  },
  {
    keys: ['-'],
    label: '-',
    doc: 'swaps with the last screen',
    scopes: ['list', 'charts', 'details', 'events'],
    run: (state) => only(goLast(state)),
  },
  {
    keys: ['escape'],
    label: 'Esc',
    doc: 'one layer back: full screen, marks, filter, screen; never quits',
    scopes: SCREENS,
    run: layerBack,
  },
  {
    keys: ['q'],
    label: 'q',
    doc: 'back; at the first screen it quits',
    hint: 'back',
    scopes: SCREENS,
    run: (state) =>
      state.stack.length > 1 || fullChart(state) ? escapeAll(state) : { state, effect: { type: 'quit' } },
  },
  {
    keys: ['?'],
    label: '?',
    doc: 'this help',
    scopes: SCREENS,
    run: (state) => only({ ...state, help: 0, message: null }),
  },
  {
    keys: ['ctrl-c'],
    label: 'Ctrl-C',
    doc: 'quits, always',
    scopes: [...SCREENS, 'help', 'prompt'],
    run: (state) => ({ state, effect: { type: 'quit' } }),
  },
  {
    keys: ['ctrl-l'],
    label: 'Ctrl-L',
    doc: 'draws the screen anew',
    scopes: [...SCREENS, 'help', 'prompt'],
    run: only,
  },
  {
    keys: ['escape', 'q', '?', 'enter'],
    label: 'Esc q ?',
    doc: 'closes the help',
    hint: 'close',
    scopes: ['help'],
    run: (state) => only({ ...state, help: null }),
  },
]

function fullChart(state: UiState): boolean {
  const view = currentView(state)
  return view.kind === 'charts' && view.full
}

const escapeAll = (state: UiState): Outcome => (fullChart(state) ? layerBack(state) : only(pop(state)))

/** All keys. The order is that of the footer and the help. */
export const bindings: readonly Binding[] = [
  ...listBindings,
  ...chartBindings,
  ...scrollBindings,
  ...screenBindings,
  ...promptBindings,
]

/** Which keys hold now. */
export function scopeOf(state: UiState): Scope {
  if (state.prompt) return 'prompt'
  if (state.help !== null) return 'help'
  const view = currentView(state)
  return view.kind === 'charts' && view.full ? 'chart' : view.kind
}

/** The keys of a scope. */
export const bindingsOf = (scope: Scope): readonly Binding[] =>
  bindings.filter(({ scopes }) => scopes.includes(scope))

const byScope = new Map<Scope, Map<string, Binding>>()

/** What a key does in a scope. */
export function findBinding(scope: Scope, key: string): Binding | undefined {
  let keys = byScope.get(scope)
  if (!keys) {
    keys = new Map(
      bindingsOf(scope).flatMap((binding) => binding.keys.map((name) => [name, binding] as const)),
    )
    byScope.set(scope, keys)
  }
  return keys.get(key)
}
