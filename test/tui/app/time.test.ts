// Time travel and alert actions, as commands.
import { describe, expect, test } from 'vitest'
import { createTimeline } from '../../../src/tui/app/timeline.ts'
import { fakeHub, NOW } from '../../frames/world.ts'
import { drive } from './driving.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

describe(':at', () => {
  test.each([
    ['-2h', NOW - 2 * HOUR],
    ['90s', NOW - 90_000],
    [new Date(NOW - DAY).toISOString(), NOW - DAY],
    ['now', null],
  ])('%s asks for that moment', (argument, moment) => {
    const console_ = drive()
    console_.command(`at ${argument}`)
    expect(console_.effects).toEqual([{ type: 'travel', moment }])
  })

  test('a time of day means the last time that it was, UTC', () => {
    const later = new Date(NOW + HOUR).toISOString().slice(11, 16)
    const console_ = drive()
    console_.command(`at ${later}`)
    const [effect] = console_.effects
    const moment = effect?.type === 'travel' ? effect.moment! : 0
    expect(NOW - moment).toBeGreaterThan(22 * HOUR)
    expect(NOW - moment).toBeLessThanOrEqual(23 * HOUR + 60_000)
    expect(new Date(moment).toISOString().slice(11, 16)).toBe(later)
  })

  test.each(['', 'yesterday', '25:00', new Date(NOW + DAY).toISOString()])(
    '%j travels nowhere and says why',
    (argument) => {
      const console_ = drive()
      console_.command(`at ${argument}`)
      expect(console_.effects).toEqual([])
      expect(console_.state.message?.text).toMatch(/no time|still to come/)
    },
  )
})

describe('alerts', () => {
  test('are acknowledged, silenced and unsilenced under the cursor, with a note', () => {
    const console_ = drive()
    console_.command('alerts')
    const about = console_.facts().rows({ resource: 'alerts', filter: '', sort: [] }).items[0]!.id
    console_.command('ack I look into it')
    console_.command('silence 2h over lunch')
    console_.command('unsilence')
    expect(console_.effects.map((effect) => effect.type === 'act' && effect.actions)).toEqual([
      [{ action: 'alert.ack', about, note: 'I look into it' }],
      [{ action: 'alert.silence', about, until: NOW + 2 * HOUR, note: 'over lunch' }],
      [{ action: 'alert.unsilence', about }],
    ])
  })

  test('need an alert under the cursor, a time to be silent, and a console that may act', () => {
    const console_ = drive()
    console_.command('ack')
    expect(console_.state.message?.text).toMatch(/choose an alert first/)
    console_.command('alerts')
    console_.command('silence soon')
    expect(console_.state.message?.text).toMatch(/for how long/)
    const shut = drive(12, 80, 24, { readOnly: true })
    shut.command('alerts')
    shut.command('ack')
    expect(shut.state.message?.text).toMatch(/read-only/)
    expect([...console_.effects, ...shut.effects]).toEqual([])
  })
})

describe('a timeline', () => {
  test('shows the world of a moment, asks for no later point or event, and comes back', async () => {
    const { link } = fakeHub(3)
    const past = { ...link.world(), state: { ...link.world().state, seq: 2 }, at: NOW - HOUR }
    const asked: unknown[] = []
    let changes = 0
    const timeline = createTimeline(
      {
        ...link,
        worldAt: async () => past,
        points: async (query) => {
          asked.push(query)
          return link.points(query)
        },
      },
      () => changes++,
    )
    const query = { owner: 'run0000', key: 'loss', x: 'step', points: 10 } as const
    await timeline.travel(NOW - HOUR)
    expect(timeline.world()).toBe(past)
    await timeline.points(query)
    expect(asked).toEqual([{ ...query, until: NOW - HOUR }])
    const events = await timeline.events({ since: 0, limit: 100 })
    expect(events.every(({ seq }) => seq <= 2)).toBe(true)
    await timeline.travel(null)
    expect(timeline.world()).toBe(link.world())
    expect(changes).toBe(2)
  })

  test('stays where it is when the hub cannot tell', async () => {
    const { link } = fakeHub(3)
    const timeline = createTimeline(
      { ...link, worldAt: () => Promise.reject(new Error('not kept')) },
      () => {},
    )
    await expect(timeline.travel(1)).rejects.toThrow('not kept')
    expect(timeline.world()).toBe(link.world())
  })
})
