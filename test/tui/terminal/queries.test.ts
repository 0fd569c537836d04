import { describe, expect, it } from 'vitest'
import type { InputEvent, ReplyEvent } from '../../../src/tui/terminal/input-events.ts'
import { createLatency } from '../../../src/tui/terminal/latency.ts'
import { leaveSequence } from '../../../src/tui/terminal/modes.ts'
import { createQueries } from '../../../src/tui/terminal/queries.ts'

const reply = (name: ReplyEvent['name'], ...params: number[]): InputEvent => ({
  type: 'reply',
  name,
  params,
  text: '',
})

function asked() {
  const clock = { now: 0 }
  const told: string[] = []
  const now = () => clock.now
  const queries = createQueries(
    {
      latency: createLatency(now, () => 24),
      setSync: (on) => told.push(`sync ${on}`),
      setKitty: () => told.push('kitty'),
    },
    now,
  )
  return { clock, told, queries }
}

describe('answers of the terminal', () => {
  it.each([
    [0, false],
    [1, true],
    [2, true],
    [3, true],
    [4, false],
  ])('mode 2026 in state %i switches synchronised update on: %s', (state, on) => {
    const { told, queries } = asked()
    expect(queries.take(reply('mode', 2026, state))).toBe(true)
    expect(told).toEqual([`sync ${on}`])
  })

  it('switch the kitty keyboard on only where the terminal named its flags', () => {
    const { told, queries } = asked()
    expect(queries.take(reply('kitty', 0))).toBe(true)
    expect(told).toEqual(['kitty'])
  })

  it('are awaited until DA1, and for five seconds at the longest', () => {
    const first = asked()
    expect(first.queries.pending).toBe(true)
    first.queries.take(reply('mode', 2026, 2))
    expect(first.queries.pending).toBe(true)
    first.queries.take(reply('da1', 1, 2))
    expect(first.queries.pending).toBe(false)
    const second = asked()
    second.clock.now = 5000
    expect(second.queries.pending).toBe(false)
  })

  it('that were not asked for, and all keys, are left to others', () => {
    const { told, queries } = asked()
    const key = { type: 'key', key: 'c', ctrl: false, alt: false, shift: false } as const
    for (const event of [key, reply('mode', 2004, 1), reply('cursor', 2, 1), reply('osc', 11)])
      expect(queries.take(event)).toBe(false)
    queries.take(reply('da1', 6))
    expect(queries.take(reply('kitty', 1))).toBe(false)
    expect(told).toEqual([])
  })
})

describe('leaveSequence', () => {
  it('undoes only what the terminal said it knows, the keyboard while still on the alternate screen', () => {
    const bare = leaveSequence({ kitty: false, sync: false })
    expect(bare).not.toMatch(/2026|<u/)
    const full = leaveSequence({ kitty: true, sync: true })
    expect(full.indexOf('\u001b[<u')).toBeGreaterThan(0)
    expect(full.indexOf('\u001b[<u')).toBeLessThan(full.indexOf('\u001b[?1049l'))
    expect(full).toContain('\u001b[?2026l')
  })
})
