// Typing: commands, filters, completion, history.
import { describe, expect, test } from 'vitest'
import { complete } from '../../../src/tui/app/completion.ts'
import { chartsOf, drive, listOf } from './driving.ts'

describe('commands', () => {
  test.each([
    ['runs status=running', { kind: 'list', resource: 'runs', filter: 'status=running' }],
    ['r loss<1', { kind: 'list', resource: 'runs', filter: 'loss<1' }],
    ['HOSTS', { kind: 'list', resource: 'hosts', filter: '' }],
    ['run', { kind: 'list', resource: 'runs' }],
    ['run vit-b16-1', { kind: 'charts', ids: ['run0001'] }],
    ['run run0003', { kind: 'charts', ids: ['run0003'] }],
    ['host serve-1', { kind: 'charts', owner: 'host', ids: ['host2'] }],
    ['events', { kind: 'events', follow: true }],
    ['describe', { kind: 'details', resource: 'runs', id: 'run0000' }],
    ['sort -name', { sort: [{ path: 'name', falling: true }] }],
    ['columns name,params.lr', { columns: ['name', 'params.lr'] }],
    ['exper', { kind: 'list', resource: 'experiments' }],
  ])(':%s', (line, expected) => {
    const console = drive()
    console.command(line)
    expect(console.state.message).toBeNull()
    expect(console.view).toMatchObject(expected)
  })

  test.each([
    ['nonsense', 'no command "nonsense"; ? lists them'],
    ['runs (', 'filter:'],
    ['run nobody', 'no run "nobody"'],
    ['run run00', '"run00" names 12 runs'],
    ['sort colour', 'runs have no column "colour"'],
    ['columns name,colour', 'runs have no column "colour"'],
  ])(':%s says what is wrong and changes nothing', (line, words) => {
    const console = drive()
    const before = console.view
    console.command(line)
    expect(console.state.message?.text).toContain(words)
    expect(console.view).toBe(before)
  })

  test(':q and :quit end the console', () => {
    for (const line of ['q', 'quit']) {
      const console = drive()
      console.command(line)
      expect(console.effects).toEqual([{ type: 'quit' }])
    }
  })
})

describe('completion', () => {
  const offered = (text: string) => {
    const console = drive()
    console.press(':')
    console.type(text)
    return complete(console.state, console.facts()).candidates
  }

  test('offers commands, then what may stand behind them', () => {
    expect(offered('al')[0]).toBe('alerts')
    expect(offered('run vit')).toEqual(expect.arrayContaining(['vit-b16-1', 'vit-b16-5', 'vit-b16-9']))
    expect(offered('sort metr')[0]).toMatch(/^metrics/)
    expect(offered('runs stat')[0]).toBe('status=')
    expect(offered('runs status=r')[0]).toBe('status=running')
  })

  test('Tab takes what is offered, Enter does it', () => {
    const console = drive()
    console.press(':')
    console.type('ale')
    console.press('tab')
    expect(console.state.prompt?.text).toBe('alerts ')
    console.press('enter')
    expect(listOf(console).resource).toBe('alerts')
  })

  test('Down walks the candidates, Enter takes the chosen one', () => {
    const console = drive()
    console.press(':', 'down', 'down', 'enter')
    expect(listOf(console).resource).toBe('experiments')
  })
})

describe('history', () => {
  test('Up brings earlier lines, Down the line being typed', () => {
    const console = drive()
    console.command('hosts')
    console.command('alerts')
    console.press(':', 'up')
    expect(console.state.prompt?.text).toBe('alerts')
    console.press('up')
    expect(console.state.prompt?.text).toBe('hosts')
    console.press('up', 'down', 'down')
    expect(console.state.prompt?.text).toBe('')
  })
})

describe('filter', () => {
  test('works while it is typed, Escape brings the old one back', () => {
    const console = drive()
    console.press('/')
    console.type('bert')
    expect(listOf(console).filter).toBe('bert')
    expect(console.facts().rows(listOf(console)).items).toHaveLength(3)
    console.press('escape')
    expect(listOf(console).filter).toBe('')
  })

  test('what cannot be read is said on Enter and leaves the prompt open', () => {
    const console = drive()
    console.press('/')
    console.type('loss<')
    console.press('enter')
    expect(console.state.prompt?.text).toBe('loss<')
    expect(console.state.message?.text).toContain('missing')
    console.type('1')
    console.press('enter')
    expect(console.state.prompt).toBeNull()
    expect(listOf(console).filter).toBe('loss<1')
  })

  test('filters metrics by name', () => {
    const console = drive()
    console.press('enter', '/')
    console.type('val')
    console.press('enter')
    expect(chartsOf(console).filter).toBe('val')
  })

  test('pasted text goes into an open prompt and nowhere else', () => {
    const console = drive()
    console.act({ type: 'input', event: { type: 'paste', text: 'q', cut: false } })
    expect(console.effects).toEqual([])
    console.press('/')
    console.act({ type: 'input', event: { type: 'paste', text: 'host=\ngpu-a', cut: false } })
    expect(console.state.prompt?.text).toBe('host= gpu-a')
  })
})

describe('editing', () => {
  test.each([
    [['ctrl-w'], 'one '],
    [['ctrl-u'], ''],
    [['backspace', 'backspace'], 'one t'],
    [['home', 'delete'], 'ne two'],
    [['left', 'left', 'left', 'x'], 'one xtwo'],
    [['ctrl-a', 'right', 'backspace'], 'ne two'],
  ])('%j', (keys, text) => {
    const console = drive()
    console.press(':')
    console.type('one two')
    console.press(...keys)
    expect(console.state.prompt?.text).toBe(text)
  })

  test('a grapheme is deleted whole', () => {
    const console = drive()
    console.press(':')
    console.act({ type: 'input', event: { type: 'paste', text: 'a👩‍🔬', cut: false } })
    console.press('backspace')
    expect(console.state.prompt?.text).toBe('a')
  })
})
