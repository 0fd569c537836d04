// Keys of one's own, and settings that are read again.
import { describe, expect, test } from 'vitest'
import { type Choices, noChoices, wrongField } from '../../../src/tui/app/choices.ts'
import { readKey, readKeys } from '../../../src/tui/app/custom-keys.ts'
import { helpSections } from '../../../src/tui/app/help.ts'
import type { Action } from '../../../src/tui/app/reduce.ts'
import { type ConsoleSettings, followSettings, type SettingsSource } from '../../../src/tui/app/settings.ts'
import { drive, listOf } from './driving.ts'

describe('a key', () => {
  test.each([
    ['ctrl+r', 'ctrl-r'],
    ['Ctrl-R', 'ctrl-r'],
    ['alt+Shift+up', 'alt-shift-up'],
    ['F5', 'f5'],
    ['shift+b', 'B'],
    ['b', 'b'],
    ['Esc', 'escape'],
    ['ctrl++', 'ctrl-+'],
    ['-', '-'],
  ])('%s is %s', (text, key) => expect(readKey(text)).toBe(key))

  test.each(['', 'hyper+r', 'ctrl+', 'enterr', 'ctrl+shift+r', 'f13'])('%j is none', (text) =>
    expect(readKey(text)).toBeUndefined(),
  )
})

describe('keys of a config', () => {
  const problem = (raw: Record<string, string>) => {
    const read = readKeys(raw)
    return 'problem' in read ? read.problem : undefined
  }

  test.each([
    [{ j: 'runs' }, 'keys.j: the key has a meaning already (a row down)'],
    [{ 'ctrl+c': 'quit' }, 'keys.ctrl+c: the key has a meaning already (quits, always)'],
    [{ 'ctrl+z': 'runs' }, 'keys.ctrl+z: the key has a meaning already (stops the console)'],
    [{ 'ctrl+i': 'runs' }, 'keys.ctrl+i: the key has a meaning already (it is Tab)'],
    [{ 'ctrl+r': 'runs', 'Ctrl-R': 'hosts' }, 'keys.Ctrl-R: the same key is given twice'],
    [{ 'ctrl+r': 'rusn' }, 'keys.ctrl+r: no command "rusn"; the help lists them'],
    [{ 'ctrl+r': '' }, 'keys.ctrl+r: no command ""; the help lists them'],
    [{ 'super+r': 'runs' }, 'keys.super+r: that is no key; write ctrl+r, alt+x, f5 or a letter'],
  ])('%j are refused by name', (raw, sentence) => expect(problem(raw)).toBe(sentence))

  test('give commands on every screen, but not where something is typed or asked', () => {
    const console = drive()
    const read = readKeys({ 'ctrl+r': ':runs status=failed', a: 'alerts' })
    if ('problem' in read) throw new Error(read.problem)
    console.act({ type: 'keys', keys: read.keys })
    console.press('enter', 'ctrl-r')
    expect(listOf(console)).toMatchObject({ resource: 'runs', filter: 'status=failed' })
    console.press(':', 'a')
    expect(console.state.prompt?.text).toBe('a')
    console.press('escape', 'a')
    expect(listOf(console).resource).toBe('alerts')
    const help = helpSections({ ...console.state, help: 0 }).find(({ title }) =>
      title.startsWith('Your keys'),
    )
    expect(help?.rows).toEqual([
      ['ctrl-r', ':runs status=failed', 'text'],
      ['a', ':alerts', 'text'],
    ])
  })
})

/** Files that a test writes by hand. */
function files(first: ConsoleSettings, shown: Choices = noChoices) {
  let config: () => ReturnType<SettingsSource['read']> = async () => ({ settings: first, later: [] })
  let kept: () => unknown = () => undefined
  const changed: { config?: () => void; preferences?: () => void } = {}
  const actions: Action[] = []
  const said: string[] = []
  const stopped: string[] = []
  const follower = followSettings({
    source: {
      first,
      read: () => config(),
      watch(listener) {
        changed.config = listener
        return () => stopped.push('config')
      },
    },
    preferences: {
      load: () => undefined,
      save: () => {},
      read: () => kept(),
      watch(listener) {
        changed.preferences = listener
        return () => stopped.push('preferences')
      },
    },
    choices: () => shown,
    dispatch: (action) => actions.push(action),
    tell: (text) => said.push(text),
  })
  const write = async (settings: ConsoleSettings | string, later: string[] = []) => {
    config = async () => {
      if (typeof settings === 'string') throw new Error(settings)
      return { settings, later }
    }
    changed.config!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const save = async (read: () => unknown) => {
    kept = read
    changed.preferences!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const keys = () => {
    const last = actions.findLast((action) => action.type === 'keys')
    return last?.type === 'keys' ? Object.fromEntries(last.keys) : undefined
  }
  return { follower, write, save, keys, actions, said, stopped }
}

describe('settings', () => {
  test('hold at once when the config changes, and say what waits for the next start', async () => {
    const { follower, write, keys, said } = files({ keys: { a: 'alerts' }, notify: 'osc9' })
    expect(keys()).toEqual({ a: 'alerts' })
    await write({ keys: { b: 'runs' }, notify: 'bell' }, ['watch'])
    expect(keys()).toEqual({ b: 'runs' })
    expect(follower.settings.notify).toBe('bell')
    expect(said).toEqual(['config read again; watch: from the next start'])
  })

  test.each([
    ['a file that cannot be read', 'mlops.config.ts: notify: Invalid option'],
    ['keys that cannot be', { keys: { j: 'runs' }, notify: 'off' } as const],
  ])('stay as they are with %s, which is named', async (_, wrong) => {
    const { follower, write, keys, said } = files({ keys: { a: 'alerts' }, notify: 'osc9' })
    await write(wrong)
    expect(keys()).toEqual({ a: 'alerts' })
    expect(follower.settings.notify).toBe('osc9')
    expect(said[0]).toMatch(/^(mlops\.config\.ts: notify|keys\.j): .*; what held before still holds$/)
  })

  test('that are wrong from the start are told, and no key of them holds', () => {
    const { keys, said } = files({ keys: { j: 'runs' }, notify: 'off' })
    expect(keys()).toEqual({})
    expect(said[0]).toMatch(/^keys\.j: .*none of your keys holds$/)
  })

  test('take what another console has saved; what this one saved itself changes nothing', async () => {
    const { save, actions, said } = files({ keys: {}, notify: 'off' })
    const before = actions.length
    await save(() => noChoices)
    expect(actions).toHaveLength(before)
    await save(() => ({ sort: { runs: 'name' }, columns: {}, views: {} }))
    expect(actions.at(-1)).toEqual({
      type: 'choices',
      choices: { sort: { runs: 'name' }, columns: {}, views: {} },
    })
    await save(() => {
      throw new Error('preferences.json: views.x cannot be understood')
    })
    expect(said).toEqual(['preferences.json: views.x cannot be understood; what held before still holds'])
  })

  test('let go of the files', () => {
    const { follower, stopped } = files({ keys: {}, notify: 'off' })
    follower.stop()
    expect(stopped).toEqual(['config', 'preferences'])
  })

  test(':reload asks for all of it', () => {
    const console = drive()
    console.command('reload')
    expect(console.effects).toEqual([{ type: 'reload' }])
  })
})

describe('choices of another console', () => {
  test('change the list in sight only where they are about its noun', () => {
    const console = drive()
    console.command('sort name')
    console.act({
      type: 'choices',
      choices: { ...console.state.choices, sort: { runs: 'name', hosts: 'cpu' } },
    })
    expect(listOf(console).sort).toEqual([{ path: 'name', falling: false }])
    console.act({ type: 'choices', choices: { sort: { runs: '-step' }, columns: {}, views: {} } })
    expect(listOf(console).sort).toEqual([{ path: 'step', falling: true }])
  })

  test.each([
    [[], 'the whole of it'],
    [{ sort: 5 }, 'sort'],
    [{ columns: { runs: 'name' } }, 'columns.runs'],
    [{ views: { x: { resource: 'cats' } } }, 'views.x'],
    [{ views: { x: { resource: 'runs' } }, sort: {} }, undefined],
  ])('%j: the wrong field is %s', (raw, field) => expect(wrongField(raw)).toBe(field))
})
