// Matches regular expressions in time linear in the text. V8's own matcher backtracks: one
// `(a+)+$` in a filter that a stranger sends would stop the hub. Here a set of states walks over
// the text (Thompson 1968), and sets once worked out are kept, as in grep and RE2.
import { type Assertion, isWordUnit, parseRegex, RegexError, type Tree, type UnitTest } from './regex-tree.ts'

/** Longest pattern, UTF-16 units. */
export const MAX_PATTERN = 500
/** Text behind this many UTF-16 units is not looked at. */
export const MAX_MATCHED_TEXT = 8192
const MAX_STATES = 2000
const MAX_SETS = 500

/** A test for text, or what is wrong with the pattern and where. */
export type Regex =
  | { readonly ok: true; readonly test: (text: string) => boolean }
  | { readonly ok: false; readonly reason: string; readonly at: number }

type State =
  | { readonly kind: 'match' }
  | { readonly kind: 'unit'; readonly test: UnitTest; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'split'; readonly next: number[] }

interface Builder {
  readonly states: State[]
  work: number
}

function add(builder: Builder, state: State): number {
  return builder.states.push(state) - 1
}

function buildRepeat(builder: Builder, tree: Tree & { kind: 'repeat' }, next: number): number {
  let entry = next
  if (tree.max === Number.POSITIVE_INFINITY) {
    const loop: number[] = [next]
    entry = add(builder, { kind: 'split', next: loop })
    loop.push(build(builder, tree.body, entry))
  } else {
    for (let i = tree.min; i < tree.max; i++)
      entry = add(builder, { kind: 'split', next: [next, build(builder, tree.body, entry)] })
  }
  for (let i = 0; i < tree.min; i++) entry = build(builder, tree.body, entry)
  return entry
}

/** Adds the states of a tree that lead to `next`; returns the first of them. */
function build(builder: Builder, tree: Tree, next: number): number {
  // Counts work, not states: an empty group repeated a billion times makes no states at all.
  if (++builder.work > MAX_STATES) throw new RegexError('the pattern is too large', 0)
  switch (tree.kind) {
    case 'unit':
      return add(builder, { kind: 'unit', test: tree.test, next })
    case 'assertion':
      return add(builder, { kind: 'assertion', assertion: tree.assertion, next })
    case 'sequence':
      return tree.parts.reduceRight((follower, part) => build(builder, part, follower), next)
    case 'choice':
      return add(builder, { kind: 'split', next: tree.options.map((option) => build(builder, option, next)) })
    case 'repeat':
      return buildRepeat(builder, tree, next)
  }
}

type Neighbour = 'edge' | 'word' | 'other'
const neighbour = (unit: number): Neighbour => (isWordUnit(unit) ? 'word' : 'other')

function holds(assertion: Assertion, before: Neighbour, after: Neighbour): boolean {
  if (assertion === 'start') return before === 'edge'
  if (assertion === 'end') return after === 'edge'
  const border = (before === 'word') !== (after === 'word')
  return border === (assertion === 'border')
}

/** A set of states between two units, with the sets that were worked out to follow it. */
interface StateSet {
  readonly members: readonly number[]
  readonly before: Neighbour
  readonly following: Map<number, StateSet | 'match'>
  readonly ascii: (StateSet | 'match' | undefined)[]
  matchesAtEnd?: boolean
}

interface Machine {
  readonly states: readonly State[]
  readonly first: number
  sets: Map<string, StateSet>
}

/** All states reached from `members`, or from the first state, without consuming a unit. */
function reached(machine: Machine, { members, before }: StateSet, after: Neighbour): Set<number> {
  const found = new Set<number>()
  const open = [...members, machine.first]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    const state = machine.states[id]!
    if (state.kind === 'split') open.push(...state.next)
    else if (state.kind === 'assertion' && holds(state.assertion, before, after)) open.push(state.next)
  }
  return found
}

function setOf(machine: Machine, members: readonly number[], before: Neighbour): StateSet {
  const key = `${before} ${members.join(' ')}`
  const known = machine.sets.get(key)
  if (known) return known
  if (machine.sets.size >= MAX_SETS) machine.sets = new Map()
  const fresh: StateSet = { members, before, following: new Map(), ascii: new Array(128) }
  machine.sets.set(key, fresh)
  return fresh
}

const MATCH = 0

function follow(machine: Machine, set: StateSet, unit: number): StateSet | 'match' {
  const found = reached(machine, set, neighbour(unit))
  if (found.has(MATCH)) return 'match'
  const members = new Set<number>()
  for (const id of found) {
    const state = machine.states[id]!
    if (state.kind === 'unit' && state.test(unit)) members.add(state.next)
  }
  const sorted = [...members].sort((a, b) => a - b)
  return setOf(machine, sorted, neighbour(unit))
}

function cached(machine: Machine, set: StateSet, unit: number): StateSet | 'match' {
  const known = unit < 128 ? set.ascii[unit] : set.following.get(unit)
  if (known) return known
  const next = follow(machine, set, unit)
  if (unit < 128) set.ascii[unit] = next
  else if (set.following.size < MAX_SETS) set.following.set(unit, next)
  return next
}

function matches(machine: Machine, text: string): boolean {
  const length = Math.min(text.length, MAX_MATCHED_TEXT)
  let set = setOf(machine, [], 'edge')
  for (let i = 0; i < length; i++) {
    const next = cached(machine, set, text.charCodeAt(i))
    if (next === 'match') return true
    set = next
  }
  set.matchesAtEnd ??= reached(machine, set, 'edge').has(MATCH)
  return set.matchesAtEnd
}

/** Compiles a pattern that ignores case and is searched for anywhere in the text. Never throws. */
export function compileRegex(pattern: string): Regex {
  if (pattern.length > MAX_PATTERN)
    return { ok: false, reason: `the pattern is longer than ${MAX_PATTERN} characters`, at: MAX_PATTERN }
  try {
    const builder: Builder = { states: [{ kind: 'match' }], work: 0 }
    const first = build(builder, parseRegex(pattern), MATCH)
    const machine: Machine = { states: builder.states, first, sets: new Map() }
    return { ok: true, test: (text) => matches(machine, text) }
  } catch (error) {
    if (error instanceof RegexError) return { ok: false, reason: error.message, at: error.at }
    throw error
  }
}
