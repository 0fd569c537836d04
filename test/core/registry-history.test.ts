// The history that the fold keeps of aliases.
import { expect, test } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import { digest } from '../../src/core/digest.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import type { World } from '../../src/core/world.ts'
import { registryTables } from '../frames/registry.ts'

const start = { ...emptyState, ...registryTables(1_000_000) }

const after = (...events: NewEvent[]) =>
  apply(
    start,
    events.map((event, i) => ({ ...event, seq: i + 1, by: 'agent:h1' }) as LogEvent),
  ).models

const moved = (version: number, at = 7): NewEvent => ({
  type: 'alias.moved',
  at,
  about: 'churn',
  data: { alias: 'champion', version },
})

test('an agent that deletes the version of an alias leaves a history that says so', () => {
  const churn = after({ type: 'version.deleted', at: 7, about: 'churn', data: { version: 2 } }).get('churn')!
  expect(churn).toMatchObject({ aliases: {}, updated: 7 })
  const last = {
    alias: 'champion',
    from: 2,
    to: null,
    at: 7,
    by: 'agent:h1',
    reason: 'the version was deleted',
  }
  expect(churn.moves!.at(-1)).toEqual(last)
})

test('a move to where the alias stands is none', () => {
  expect(after(moved(2)).get('churn')!.moves!.length).toBe(2)
})

test('a model that is found again, or renamed, keeps its history', () => {
  const again: NewEvent = {
    type: 'model.found',
    at: 7,
    about: 'churn',
    data: { description: 'again', created: 1, tags: {} },
  }
  const renamed: NewEvent = { type: 'model.renamed', at: 8, about: 'churn', data: { name: 'leavers' } }
  const leavers = after(again, renamed).get('leavers')!
  expect([leavers.description, leavers.moves!.length]).toEqual(['again', 2])
})

test('of very many moves the newest are kept', () => {
  const { moves = [] } = after(...Array.from({ length: 600 }, (_, i) => moved(1 + (i % 2), i))).get('churn')!
  expect([moves.length, moves.at(-1)!.at]).toEqual([500, 599])
})

test('a digest tells which aliases moved since, by whom and why', () => {
  const world = (state: State): World => ({ state, series: new Map(), presence: new Map(), at: 9 })
  const models = after({
    ...moved(1),
    data: { alias: 'champion', version: 1, reason: 'AUC fell' },
  } as NewEvent)
  const told = digest(world(start), world({ ...start, models }), [])
  expect(told.map(({ kind, about, time, text }) => ({ kind, about, time, text }))).toEqual([
    {
      kind: 'alias.moved',
      about: 'churn',
      time: 7,
      text: 'churn: champion moved from version 2 to version 1 by agent:h1 (AUC fell)',
    },
  ])
  expect(digest(world(emptyState), world(start), []).length).toBe(2)
  expect(digest(world(start), world(start), [])).toEqual([])
})
