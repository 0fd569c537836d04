// Calling somebody who looks elsewhere.
import { describe, expect, test } from 'vitest'
import type { Alert } from '../../../src/core/alerts.ts'
import { createAttention, type Notify } from '../../../src/tui/app/attention.ts'

const alert = (id: string, opened = 1): Alert => ({
  id,
  rule: 'host.offline',
  severity: 'warning',
  opened,
  about: id,
  text: `${id} is offline`,
  state: 'firing',
  owner: null,
  note: null,
  until: null,
})

function watch(how: Notify = 'osc9') {
  const calls: string[] = []
  const titles: (string | null)[] = []
  const bell = {
    call: (by: string, text: string) => calls.push(`${by} ${text}`),
    setTitle: (title: string | null) => titles.push(title),
  }
  const attention = createAttention(bell, () => how)
  return { attention, calls, title: () => titles.at(-1) }
}

describe('attention', () => {
  test('what was open at the start, or opens while the terminal is looked at, calls nobody', () => {
    const { attention, calls, title } = watch()
    attention.alerts([alert('a')])
    attention.alerts([alert('b'), alert('a')])
    attention.focus(false)
    attention.alerts([alert('b'), alert('a')])
    expect(calls).toEqual([])
    expect(title()).toBe('mlops (2 alerts)')
  })

  test('an alert that opens while nobody looks calls once; another opening is another call', () => {
    const { attention, calls } = watch()
    attention.alerts([])
    attention.focus(false)
    attention.alerts([alert('a')])
    attention.alerts([alert('a')])
    expect(calls).toEqual(['osc9 mlops: a is offline'])
    attention.alerts([])
    attention.alerts([alert('a', 2)])
    expect(calls).toHaveLength(2)
  })

  test('several at once are one call', () => {
    const { attention, calls } = watch('bell')
    attention.alerts([])
    attention.focus(false)
    attention.alerts([alert('a'), alert('b')])
    expect(calls).toEqual(['bell mlops: 2 new alerts: a is offline'])
  })

  test('the title counts while nobody looks, and is given back', () => {
    const { attention, title } = watch()
    attention.alerts([])
    attention.focus(false)
    expect(title()).toBeNull()
    attention.alerts([alert('a')])
    expect(title()).toBe('mlops (1 alert)')
    attention.alerts([])
    expect(title()).toBeNull()
    attention.alerts([alert('b')])
    attention.focus(true)
    expect(title()).toBeNull()
  })

  test('off is silent, title and all', () => {
    const { attention, calls, title } = watch('off')
    attention.alerts([])
    attention.focus(false)
    attention.alerts([alert('a')])
    expect(calls).toEqual([])
    expect(title()).toBeNull()
  })
})
