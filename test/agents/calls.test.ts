import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCalls } from '../../agents/calls.ts'
import type { Call } from '../../src/protocol/messages.ts'

const request = { method: 'GET', url: '/x', body: '' }

describe('calls to the hub', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are answered by their number, in any order', async () => {
    const sent: Call[] = []
    const calls = createCalls((call) => sent.push(call))
    const answers = [calls.ask(request), calls.ask(request)]
    for (const { id } of sent.toReversed())
      calls.answered({ type: 'result', id, status: 200, body: `answer ${id}` })
    expect(await Promise.all(answers)).toEqual([
      { status: 200, body: 'answer 1' },
      { status: 200, body: 'answer 2' },
    ])
  })

  it('wait their turn: no more of them are under way than the hub takes', async () => {
    const sent: Call[] = []
    const calls = createCalls((call) => sent.push(call))
    const answers = Array.from({ length: 100 }, () => calls.ask(request))
    expect(sent).toHaveLength(32)
    for (let i = 0; i < 100; i++)
      calls.answered({ type: 'result', id: sent[i]!.id, status: 200, body: `${i}` })
    expect((await Promise.all(answers)).map((answer) => answer?.body)).toEqual(
      Array.from({ length: 100 }, (_, i) => `${i}`),
    )
  })

  it('end without an answer, too, while they wait their turn', async () => {
    const sent: Call[] = []
    const calls = createCalls((call) => sent.push(call))
    const answers = Array.from({ length: 40 }, () => calls.ask(request))
    await vi.advanceTimersByTimeAsync(10_001)
    expect(await Promise.all(answers)).toEqual(new Array(40).fill(undefined))
    const more = calls.ask(request)
    expect(sent.length).toBeGreaterThan(32)
    calls.end()
    expect(await more).toBeUndefined()
  })

  it('end without an answer when the hub takes too long, and a late answer is nothing', async () => {
    const calls = createCalls(() => {})
    const answer = calls.ask(request)
    await vi.advanceTimersByTimeAsync(10_001)
    expect(await answer).toBeUndefined()
    calls.answered({ type: 'result', id: 1, status: 200, body: '' })
  })

  it('end without an answer when the session ends', async () => {
    const calls = createCalls(() => {})
    const answer = calls.ask(request)
    calls.end()
    expect(await answer).toBeUndefined()
  })
})
