// What was seen of each hub is remembered, whole, for this user only.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLastSeen, writeLastSeen } from '../../src/app/last-seen.ts'

let root: string
let state: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'seen-'))
  state = join(root, 'mlops')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('each hub has its own, and the newest word counts', () => {
  expect(readLastSeen('a', state)).toBeUndefined()
  writeLastSeen('a', { seq: 1, at: 10 }, state)
  writeLastSeen('b', { seq: 2, at: 20 }, state)
  writeLastSeen('a', { seq: 3, at: 30 }, state)
  expect(readLastSeen('a', state)).toEqual({ seq: 3, at: 30 })
  expect(readLastSeen('b', state)).toEqual({ seq: 2, at: 20 })
})

test('only the user may read it, and no half file is left', () => {
  writeLastSeen('a', { seq: 1, at: 10 }, state)
  expect(statSync(join(state, 'last-seen.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(state)).toEqual(['last-seen.json'])
})

test('of more than a hundred hubs those left first are forgotten', () => {
  for (let i = 0; i < 102; i++) writeLastSeen(`hub ${i}`, { seq: i, at: i }, state)
  expect([readLastSeen('hub 1', state), readLastSeen('hub 2', state)?.seq]).toEqual([undefined, 2])
})

test.each([
  '',
  'null',
  '[]',
  '{"a":5}',
  '{"a":{"seq":-1,"at":1}}',
  '{"a":{"seq":"1","at":1}}',
  '{"a":{"seq":1}}',
  '{"a',
])('a file that says %j remembers nothing and can be written over', (text) => {
  writeLastSeen('b', { seq: 1, at: 10 }, state)
  writeFileSync(join(state, 'last-seen.json'), text)
  expect(readLastSeen('a', state)).toBeUndefined()
  writeLastSeen('a', { seq: 2, at: 20 }, state)
  expect(JSON.parse(readFileSync(join(state, 'last-seen.json'), 'utf8'))).toEqual({ a: { seq: 2, at: 20 } })
})
