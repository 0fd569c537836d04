import { describe, expect, it } from 'vitest'
import { createLatency, QUESTION_MS } from '../../../src/tui/terminal/latency.ts'

function measured(rows = 24) {
  const clock = { now: 1000 }
  const latency = createLatency(
    () => clock.now,
    () => rows,
  )
  /** Draws at the next moment in which a question is due; answers after `ms`. */
  const round = (ms: number): void => {
    clock.now += QUESTION_MS
    expect(latency.question()).not.toBe('')
    clock.now += ms
    expect(latency.answered()).toBe(true)
  }
  return { clock, latency, round }
}

describe('the round trip to the terminal', () => {
  it('is the median of the last answers', () => {
    const { latency, round } = measured()
    expect(latency.ms).toBeNull()
    for (const ms of [10, 900, 20]) round(ms)
    expect(latency.ms).toBe(20)
    for (const ms of [400, 400, 400]) round(ms)
    expect(latency.ms).toBe(400)
    expect(latency.slow).toBe(true)
  })

  it('is asked for at most every five seconds, off the first row', () => {
    const { clock, latency } = measured()
    clock.now += QUESTION_MS - 1
    expect(latency.question()).toBe('')
    clock.now += 1
    expect(latency.question()).toBe('\u001b[2H\u001b[6n')
    expect(latency.asked).toBe(true)
    latency.answered()
    clock.now += QUESTION_MS - 1
    expect(latency.question()).toBe('')
  })

  it('is not asked for again when the first question had no answer', () => {
    const { clock, latency } = measured()
    clock.now += QUESTION_MS
    latency.question()
    for (let i = 0; i < 5; i++) {
      clock.now += QUESTION_MS
      expect(latency.question()).toBe('')
    }
    expect(latency).toMatchObject({ asked: false, ms: null, slow: false })
  })

  it('is slow while an answer is late, and says so before it has come', () => {
    const { clock, latency, round } = measured()
    round(10)
    clock.now += QUESTION_MS
    latency.question()
    clock.now += 301
    expect(latency.slow).toBe(true)
    latency.answered()
    expect(latency.slow).toBe(false)
  })

  it('is slow for five seconds after a frame was dropped on a busy link, not after a burst', () => {
    const { clock, latency } = measured()
    latency.skipped(5)
    expect(latency.slow).toBe(false)
    latency.skipped(80)
    expect(latency.slow).toBe(true)
    clock.now += QUESTION_MS
    expect(latency.slow).toBe(false)
  })

  it('takes no answer that it did not ask for, and asks nothing on one row, where the answer is a key', () => {
    expect(measured().latency.answered()).toBe(false)
    const { clock, latency } = measured(1)
    clock.now += QUESTION_MS
    expect(latency.question()).toBe('')
  })
})
