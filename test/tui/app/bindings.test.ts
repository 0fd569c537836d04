// The table of keys.
import { describe, expect, test } from 'vitest'
import type { Scope } from '../../../src/tui/app/binding.ts'
import { bindings, bindingsOf } from '../../../src/tui/app/bindings.ts'
import { commands, findCommand } from '../../../src/tui/app/commands.ts'
import { helpSections } from '../../../src/tui/app/help.ts'
import { drive } from './driving.ts'

const SCOPES: readonly Scope[] = [
  'list',
  'charts',
  'chart',
  'compare',
  'details',
  'json',
  'events',
  'views',
  'help',
  'prompt',
]

describe('keys', () => {
  test.each(SCOPES)('no two actions of %s share a key', (scope) => {
    const keys = bindingsOf(scope).flatMap((binding) => binding.keys)
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('each action says what it does and where it holds', () => {
    for (const { keys, label, doc, scopes } of bindings) {
      expect(keys.length, doc).toBeGreaterThan(0)
      expect(label).not.toBe('')
      expect(doc).not.toBe('')
      expect(scopes.length).toBeGreaterThan(0)
    }
  })

  test.each(SCOPES)('%s can be left with Ctrl-C and with Escape', (scope) => {
    const keys = bindingsOf(scope).flatMap((binding) => binding.keys)
    expect(keys).toContain('ctrl-c')
    expect(keys).toContain('escape')
  })

  test('the help names every key of the screen and every command', () => {
    const { state } = drive()
    const text = JSON.stringify(helpSections(state))
    for (const { doc } of bindingsOf('list')) expect(text).toContain(JSON.stringify(doc).slice(1, -1))
    for (const { name } of commands) expect(text).toContain(`:${name}`)
  })
})

describe('commands', () => {
  test('no two share a name or alias', () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases])
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([])
  })

  test('every noun has one, with its aliases', () => {
    expect(findCommand('r')?.name).toBe('runs')
    expect(findCommand('h')?.name).toBe('hosts')
    expect(findCommand('exp')?.name).toBe('experiments')
  })
})
