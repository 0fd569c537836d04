// What every source keeps to. Call `testSourceContract` in the test file of each.
import { describe, expect, it } from 'vitest'
import type { Json, Source } from '../../agents/sources/source.ts'
import { AgentEvent } from '../../src/protocol/events.ts'
import { MAX_KEY } from '../../src/protocol/points.ts'
import { cleanText } from '../../src/protocol/text.ts'
import { createRecorder, drain, showPoints } from './recorder.ts'

/** How the suite makes a source over something real that has points to give. */
export interface SourceCase {
  /** A source over the same thing each time, with the cursors of an earlier life. */
  readonly start: (cursors: ReadonlyMap<string, Json>) => Source
  /** A source over something that is not there. */
  readonly startMissing: () => Source
  /** Unix ms of the first poll. */
  readonly now: number
  /** True for sources that sample: each poll gives new points of the same series. */
  readonly samples?: boolean
}

/** Runs the shared suite; `make` is called once for each test. */
export function testSourceContract(name: string, make: () => SourceCase): void {
  describe(`${name} keeps the contract of sources`, () => {
    it('emits points with whole times and clean keys, and events that the protocol knows', async () => {
      const { start, now } = make()
      const recorder = createRecorder()
      await drain(start(new Map()), recorder, now)
      expect(recorder.points.length).toBeGreaterThan(0)
      for (const { owner, key, time, step } of recorder.points) {
        expect(owner).not.toBe('')
        expect(key).toBe(cleanText(key, MAX_KEY))
        expect(Number.isSafeInteger(time)).toBe(true)
        expect(typeof step === 'bigint' || Number.isSafeInteger(step)).toBe(true)
      }
      for (const event of recorder.events) expect(AgentEvent.parse(event)).toEqual(event)
      for (const { owner, stream, at } of recorder.lines) {
        expect([owner, stream]).not.toContain('')
        expect(Number.isSafeInteger(at)).toBe(true)
      }
    })

    it('says the same in small batches as in one', async () => {
      const { start, now } = make()
      const whole = createRecorder()
      const parts = createRecorder(new Map(), 1)
      await drain(start(new Map()), whole, now)
      await drain(start(new Map()), parts, now)
      expect(parts.points.map(({ owner, key }) => `${owner} ${key}`)).toEqual(
        whole.points.map(({ owner, key }) => `${owner} ${key}`),
      )
      expect(parts.lines).toEqual(whole.lines)
    })

    it('repeats neither a point, a line nor an event after a restart with its cursors', async () => {
      const { start, now, samples } = make()
      const before = createRecorder()
      await drain(start(new Map()), before, now)
      const after = createRecorder(before.cursors)
      await drain(start(before.cursors), after, samples ? now + 1000 : now)
      const seen = new Set(before.points.map((point) => `${point.time} ${showPoints([point])[0]}`))
      for (const point of after.points) expect(seen).not.toContain(`${point.time} ${showPoints([point])[0]}`)
      if (!samples) expect(after.points).toEqual([])
      expect(after.lines).toEqual([])
      expect(after.events.filter(({ type }) => type === 'run.found' || type === 'run.status')).toEqual([])
    })

    it('lives through close, twice, and polls after it', async () => {
      const { start, now } = make()
      const source = start(new Map())
      source.close()
      source.close()
      await expect(source.poll(createRecorder(), now)).resolves.toBe(false)
    })

    it('does not throw when what it reads is missing', async () => {
      const { startMissing, now } = make()
      const source = startMissing()
      const recorder = createRecorder()
      await expect(source.poll(recorder, now)).resolves.toBe(false)
      await expect(source.poll(recorder, now + 1000)).resolves.toBe(false)
      expect(recorder.points).toEqual([])
      for (const event of recorder.events) expect(AgentEvent.parse(event)).toEqual(event)
      source.close()
    })
  })
}
