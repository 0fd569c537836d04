// Acting on alerts: the one under the cursor at once, the marked ones after a question.
import { describe, expect, test } from 'vitest'
import { layoutOf } from '../../../src/tui/app/layout.ts'
import { namedItems } from '../../../src/tui/screens/dialog-lines.ts'
import { NOW } from '../../frames/world.ts'
import { drive, listOf } from './driving.ts'

function onAlerts(options?: Parameters<typeof drive>[3]) {
  const console = drive(12, 80, 24, options)
  console.command('alerts')
  const ids = console
    .facts()
    .rows({ resource: 'alerts', filter: '', sort: [] })
    .items.map(({ id }) => id)
  return { console, ids }
}

describe('one alert', () => {
  test('is given to me, or to somebody', () => {
    const { console, ids } = onAlerts()
    console.command('own')
    console.command('own Ada L.')
    expect(console.effects).toEqual([
      { type: 'act', actions: [{ action: 'alert.assign', about: ids[0] }] },
      { type: 'act', actions: [{ action: 'alert.assign', about: ids[0], to: 'Ada L.' }] },
    ])
  })
})

describe('marked alerts', () => {
  test('are asked about by number and name, and acted on together', () => {
    const { console, ids } = onAlerts()
    console.press('space', 'space')
    console.command('silence 2h lunch')
    expect(console.state.dialog).toMatchObject({ text: 'Silence 2 alerts?', word: null })
    expect(console.state.dialog!.items).toEqual([
      expect.stringContaining('old.csv'),
      expect.stringContaining('train/loss is NaN'),
    ])
    expect(console.effects).toEqual([])
    console.press('enter')
    const until = NOW + 7_200_000
    const actions = ids.slice(0, 2).map((about) => ({ action: 'alert.silence', about, until, note: 'lunch' }))
    expect(console.effects).toEqual([{ type: 'act', actions }])
    expect(listOf(console).marks.size).toBe(0)
  })

  test('stay marked and as they are when the answer is no', () => {
    const { console } = onAlerts()
    console.press('space', 'space')
    console.command('ack')
    console.press('escape')
    expect(console.effects).toEqual([])
    expect(listOf(console).marks.size).toBe(2)
  })

  test('one is asked about too: the cursor stands elsewhere', () => {
    const { console } = onAlerts()
    console.press('space')
    console.command('own bob')
    expect(console.state.dialog?.text).toBe('Give the marked alert to bob?')
  })

  test('are not even asked about where nothing may be changed', () => {
    const { console } = onAlerts({ readOnly: true })
    console.press('space')
    console.command('ack')
    expect(console.state.dialog).toBeNull()
    expect(console.state.message?.text).toMatch(/read-only/)
  })

  test('more than there is room for are counted', () => {
    const items = Array.from({ length: 9 }, (_, i) => `alert ${i}`)
    expect(namedItems({ items }, 6)).toEqual([...items.slice(0, 5), 'and 4 more'])
    expect(namedItems({ items }, 0)).toEqual([])
    const dialog = { text: '', items, word: null, typed: '', deed: { type: 'act', actions: [] } } as const
    expect(layoutOf({ ...drive(12, 40, 10).state, dialog })).toMatchObject({ dialog: 7, body: 0 })
  })
})

describe('marked rows', () => {
  test('are copied together: ids, rows, and the command that prints them', () => {
    const console = drive()
    console.press('space', 'space', 'c', 'C', 'Y')
    const [ids, rows, command] = console.effects
    expect(ids).toEqual({ type: 'copy', text: 'run0000\nrun0001', what: '2 ids' })
    expect(rows).toMatchObject({ what: '2 rows' })
    expect(rows?.type === 'copy' && rows.text.split('\n').map((row) => row.split('\t')[0])).toEqual([
      'resnet50-0',
      'vit-b16-1',
    ])
    expect(command).toMatchObject({ text: 'mlops get runs --filter id=run0000,run0001' })
  })

  test('whose ids a filter would misread are quoted', () => {
    const { console } = onAlerts()
    console.press('*', 'Y')
    const [effect] = console.effects
    expect(effect?.type === 'copy' && effect.text).toContain('host.offline:host1')
  })
})
