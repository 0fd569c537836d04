// Columns, order, saved views and marks: what a person chooses, and what is kept of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noChoices, readChoices } from '../../../src/tui/app/choices.ts'
import { complete } from '../../../src/tui/app/completion.ts'
import { viewNames } from '../../../src/tui/app/views-moves.ts'
import { drive, listOf } from './driving.ts'

describe('columns', () => {
  test('are chosen in order, params and metrics by their own names too', () => {
    const console = drive()
    console.command('columns status,batch_size,val/loss,params.lr,name')
    expect(listOf(console).columns).toEqual([
      'status',
      'params.batch_size',
      'metrics.val/loss',
      'params.lr',
      'name',
    ])
    console.command('columns')
    expect(listOf(console).columns).toBeNull()
    expect(console.state.choices).toEqual(noChoices)
  })

  test('that do not exist are refused by name', () => {
    const console = drive()
    console.command('columns name,colour')
    expect(console.state.message).toEqual({ text: 'runs have no column "colour"', tone: 'warn' })
    expect(listOf(console).columns).toBeNull()
  })

  test('are completed over headings, params and metrics of any row', () => {
    const console = drive()
    console.press(':')
    console.type('columns name,val/acc')
    expect(complete(console.state, console.facts()).candidates).toContain('metrics.val/accuracy')
  })

  test('and the order are found again by noun', () => {
    const console = drive()
    console.command('columns name,status')
    console.press('N')
    console.command('hosts')
    expect(listOf(console).columns).toBeNull()
    console.command('runs status=failed')
    expect(listOf(console)).toMatchObject({
      filter: 'status=failed',
      columns: ['name', 'status'],
      sort: [{ path: 'name', falling: false }],
    })
    const again = drive(12, 80, 24, {
      choices: readChoices(JSON.parse(JSON.stringify(console.state.choices))),
    })
    expect(listOf(again).columns).toEqual(['name', 'status'])
    again.command('sort')
    expect(again.state.choices.sort).toEqual({})
  })
})

describe('choices from a file', () => {
  test('hold only what is understood', () => {
    expect(
      readChoices({
        sort: { runs: '-name', hosts: 7 },
        columns: { runs: ['name', 1], hosts: ['cpu'] },
        views: { a: { resource: 'r', filter: 5, columns: 'x' }, b: { resource: 'nonsense' }, c: null },
        more: 1,
      }),
    ).toEqual({
      sort: { runs: '-name' },
      columns: { hosts: ['cpu'] },
      views: { a: { resource: 'runs', filter: '', sort: '', columns: null } },
    })
  })

  test('are read from any JSON without an exception, and the console opens with them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const choices = readChoices({ sort: { runs: a }, columns: { runs: b }, views: a, '': readChoices(b) })
        const console = drive(2, 80, 24, { choices })
        expect(console.facts().rows(listOf(console)).total).toBe(2)
      }),
    )
  })
})

test('a path that every object has names no column', () => {
  const console = drive()
  console.command('filter valueOf=1 or constructor!=x or toString<5')
  expect(console.facts().rows(listOf(console)).error).toBeNull()
  const sorted = drive(12, 80, 24, { choices: { ...noChoices, sort: { runs: 'valueOf' } } })
  expect(sorted.facts().rows(listOf(sorted)).items).toHaveLength(12)
})

describe('saved views', () => {
  test('hold noun, filter, order and columns', () => {
    const console = drive()
    console.command('filter status=failed')
    console.command('sort -metrics.val/loss')
    console.command('columns name,metrics.val/loss')
    console.command('save bad ones')
    console.command('hosts')
    console.command('view bad ones')
    expect(listOf(console)).toMatchObject({
      resource: 'runs',
      filter: 'status=failed',
      sort: [{ path: 'metrics.val/loss', falling: true }],
      columns: ['name', 'metrics.val/loss'],
    })
    console.command('views')
    expect(viewNames(console.state)).toEqual(['bad ones'])
    expect(console.view.kind).toBe('views')
  })

  test('names of Object.prototype are names like any other', () => {
    const console = drive()
    console.command('view constructor')
    expect(console.state.message?.text).toContain('no view "constructor"')
    console.command('save __proto__')
    console.command('view __proto__')
    expect(console.state.stack).toHaveLength(1)
    expect(Object.keys(console.state.choices.views)).toEqual(['__proto__'])
  })

  test('are forgotten after a question only', () => {
    const console = drive()
    console.command('save mine')
    console.command('forget mine')
    console.press('j', 'q', 'escape')
    expect(console.state.dialog).toBeNull()
    expect(Object.keys(console.state.choices.views)).toEqual(['mine'])
    console.command('forget mine')
    console.press('enter')
    expect(console.state.choices.views).toEqual({})
    expect(console.effects).toEqual([])
  })

  test('are not forgotten where nothing may be changed', () => {
    const console = drive(12, 80, 24, { readOnly: true })
    console.command('save mine')
    console.command('forget mine')
    expect(console.state.dialog).toBeNull()
    expect(console.state.message?.text).toBe('read-only: nothing can be changed')
  })

  test('a question that asks for a word is answered by that word only', () => {
    const console = drive()
    console.command('save mine')
    console.command('forget mine')
    const asked = { ...console.state, dialog: { ...console.state.dialog!, word: 'mine' } }
    const strict = drive()
    Object.assign(strict.state, asked)
    strict.press('enter')
    expect(strict.state.dialog).not.toBeNull()
    strict.type('minx')
    strict.press('backspace', 'e', 'enter')
    expect(strict.state.dialog).toBeNull()
    expect(strict.state.choices.views).toEqual({})
  })
})

describe('marks', () => {
  const marked = (console: ReturnType<typeof drive>) => [...listOf(console).marks]

  test('V marks from the last mark to here, in both directions', () => {
    const console = drive()
    console.press('j', 'space', 'j', 'j', 'V')
    expect(marked(console)).toHaveLength(4)
    console.press('ctrl-\\')
    expect(marked(console)).toEqual([])
    console.press('G', 'space', 'k', 'k', 'ctrl-space')
    expect(marked(console)).toHaveLength(3)
  })

  test('* marks what passes the filter, Escape clears', () => {
    const console = drive()
    console.command('filter status=failed')
    console.press('*')
    expect(marked(console)).toEqual(['run0003', 'run0009'])
    console.press('escape')
    expect(marked(console)).toEqual([])
    expect(listOf(console).filter).toBe('status=failed')
  })
})
