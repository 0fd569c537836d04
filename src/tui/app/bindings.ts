// Every key of the console, as data: dispatch, the footer and the help read this one table.
import type { Binding, Scope } from './binding.ts'
import { chartBindings } from './bindings-charts.ts'
import { compareBindings } from './bindings-compare.ts'
import { dialogBindings } from './bindings-dialog.ts'
import { lineageBindings } from './bindings-lineage.ts'
import { listBindings } from './bindings-list.ts'
import { logBindings } from './bindings-logs.ts'
import { promptBindings } from './bindings-prompt.ts'
import { textBindings } from './bindings-text.ts'
import { viewsBindings } from './bindings-views.ts'
import { togglePin } from './chart-moves.ts'
import { type Facts, ownerName } from './facts.ts'
import { clearMarks } from './list-marks.ts'
import { toggleMouse } from './mouse.ts'
import { goBack, goForward, goLast, pop, push, replace, say } from './navigation.ts'
import { openPrompt } from './prompt.ts'
import { shellCommand } from './shell-command.ts'
import { copyOutcome, rowTexts, subjectIds, subjectOf } from './subject.ts'
import {
  currentView,
  detailsView,
  jsonView,
  type Outcome,
  only,
  type UiState,
  type View,
} from './ui-state.ts'

/** Every screen; not what lies over one. */
export const SCREENS: readonly Scope[] = [
  'list',
  'charts',
  'chart',
  'compare',
  'details',
  'json',
  'events',
  'logs',
  'views',
  'lineage',
]
const EVERYWHERE: readonly Scope[] = [...SCREENS, 'help', 'prompt', 'dialog']
const ABOUT_ONE: readonly Scope[] = ['list', 'charts', 'chart', 'details', 'json', 'lineage']

/** One layer less: full screen, then a filter, then the screen. Never ends the console. */
function layerBack(state: UiState): Outcome {
  const view = currentView(state)
  if (view.kind === 'charts' && view.full)
    return only(replace(state, { ...view, full: false, zoom: null, cursor: null }))
  if (view.kind === 'list' && view.marks.size > 0) return only(clearMarks(state, view))
  if ('find' in view && view.find !== '') return only(replace(state, { ...view, find: '', match: null }))
  if (view.kind === 'charts' && view.filter !== '') return only(replace(state, { ...view, filter: '' }))
  // A filter that came with the screen, as from a host to its runs, goes with it.
  if (view.kind === 'list' && view.filter !== '' && state.stack.length === 1)
    return only(replace(state, { ...view, filter: '' }))
  return only(pop(state))
}

/** Opens a screen about the row or run in sight. */
function opened(state: UiState, facts: Facts, view: (resource: string, id: string) => View): Outcome {
  const about = subjectOf(state, facts)
  return only(about ? push(state, view(about.resource, about.id)) : state)
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
    scopes: ['list', 'charts', 'chart', 'lineage'],
    run: (state, facts) => opened(state, facts, detailsView),
  },
  {
    keys: ['y'],
    label: 'y',
    doc: 'the record as JSON',
    scopes: ['list', 'details'],
    run: (state, facts) => opened(state, facts, jsonView),
  },
  {
    keys: ['p'],
    label: 'p',
    doc: 'lays the run over every chart of runs, as a reference; again takes it away',
    scopes: ['list', 'charts', 'chart'],
    run(state, facts) {
      const about = subjectOf(state, facts)
      if (about?.resource !== 'runs') return only(say(state, 'only runs can be pinned', 'warn'))
      return only(togglePin(state, about.id, ownerName(facts.world, about.id)))
    },
  },
  {
    keys: ['c'],
    label: 'c',
    doc: 'copies the id to the clipboard, or the ids of the marked rows',
    scopes: ABOUT_ONE,
    run: (state, facts) => copyOutcome(state, subjectIds(state, facts), 'id'),
  },
  {
    keys: ['C'],
    label: 'C',
    doc: 'copies the row, or the marked rows, as text, a tab between two cells',
    scopes: ABOUT_ONE,
    run: (state, facts) => copyOutcome(state, rowTexts(state, facts), 'row'),
  },
  {
    keys: ['Y'],
    label: 'Y',
    doc: 'copies the shell command that prints this, or the marked rows',
    scopes: SCREENS,
    run: (state, facts) => ({
      state,
      effect: { type: 'copy', text: shellCommand(currentView(state), facts), what: 'command' },
    }),
  },
  {
    keys: ['M'],
    label: 'Shift-M',
    doc: 'mouse on or off: wheel, click on a row, click on a heading',
    scopes: SCREENS,
    run: toggleMouse,
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
    scopes: SCREENS.filter((scope) => scope !== 'chart'),
    run: (state) => only(goLast(state)),
  },
  {
    keys: ['escape'],
    label: 'Esc',
    doc: 'one layer back: full screen, marks, search, filter, screen; never quits',
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
    scopes: EVERYWHERE,
    run: (state) => ({ state, effect: { type: 'quit' } }),
  },
  {
    keys: ['ctrl-l'],
    label: 'Ctrl-L',
    doc: 'draws the screen anew',
    scopes: EVERYWHERE,
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
  ...compareBindings,
  ...textBindings,
  ...logBindings,
  ...viewsBindings,
  ...lineageBindings,
  ...screenBindings,
  ...promptBindings,
  ...dialogBindings,
]

/** Which keys hold now. */
export function scopeOf(state: UiState): Scope {
  if (state.dialog) return 'dialog'
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
