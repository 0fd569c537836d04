// Detectors fire where river says they do, survive a restart at any moment, and take whatever comes.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adwin, adwinMethod } from '../../../src/core/monitor/adwin.ts'
import { cusum, cusumMethod } from '../../../src/core/monitor/cusum.ts'
import { type Detector, restoreDetector, type SavedDetector } from '../../../src/core/monitor/detector.ts'
import { ddm, ddmMethod, eddm, eddmMethod } from '../../../src/core/monitor/error-rate.ts'
import { hddmA, hddmAMethod, hddmW, hddmWMethod } from '../../../src/core/monitor/hddm.ts'
import { pageHinkley, pageHinkleyMethod } from '../../../src/core/monitor/page-hinkley.ts'

interface Published {
  readonly stream: 'steps' | 'errors' | 'levels'
  readonly settings?: Record<string, number>
  readonly drift: readonly number[]
  readonly warning?: readonly number[]
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/drift/detectors.json', import.meta.url), 'utf8'),
) as { steps: string; errors: string; levels: number[]; detections: Record<string, Published> }

const streams = {
  steps: [...fixture.steps].map(Number),
  errors: [...fixture.errors].map(Number),
  levels: fixture.levels,
}

const methods: Record<
  string,
  { start: (settings?: Record<string, number>) => Detector; restore: (saved: SavedDetector) => Detector }
> = {
  adwin: { start: adwin, restore: (saved) => restoreDetector(adwinMethod, saved) },
  pageHinkley: { start: pageHinkley, restore: (saved) => restoreDetector(pageHinkleyMethod, saved) },
  ddm: { start: ddm, restore: (saved) => restoreDetector(ddmMethod, saved) },
  eddm: { start: eddm, restore: (saved) => restoreDetector(eddmMethod, saved) },
  hddmA: { start: hddmA, restore: (saved) => restoreDetector(hddmAMethod, saved) },
  hddmW: { start: hddmW, restore: (saved) => restoreDetector(hddmWMethod, saved) },
  cusum: { start: cusum, restore: (saved) => restoreDetector(cusumMethod, saved) },
}

const levels = (detector: Detector, values: readonly number[]) =>
  values.map((value) => detector.update(value))

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** A stream that changes its rate once, of errors or of other numbers. */
const stream = fc
  .record({
    before: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 150 }),
    after: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 150 }),
    rate: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ before, after, rate }) => [
    ...before.map((draw) => (draw === 0 ? 1 : 0)),
    ...after.map((draw) => (draw < rate ? 1 : 0)),
  ])

describe.each(Object.keys(methods))('%s', (name) => {
  const { start, restore } = methods[name]!
  const published = fixture.detections[name]!

  it('detects where river says', () => {
    const said = levels(start(published.settings), streams[published.stream])
    expect(said.flatMap((level, i) => (level === 'drift' ? [i] : []))).toEqual(published.drift)
    for (const i of published.warning ?? []) expect(said[i]).toBe('warning')
    expect(said.slice(0, published.warning?.[0] ?? 0)).not.toContain('warning')
  })

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(stream, fc.nat(), (values, cut) => {
        const at = cut % (values.length + 1)
        const whole = start()
        const first = start()
        levels(first, values.slice(0, at))
        const second = restore(throughJson(first.save()))
        expect(levels(whole, values).slice(at)).toEqual(levels(second, values.slice(at)))
        expect(second.save()).toEqual(throughJson(whole.save()))
      }),
      { numRuns: 50 },
    )
  })

  it('saves what later values do not change', () => {
    const detector = start()
    levels(detector, streams.errors.slice(0, 100))
    const saved = detector.save()
    const copy = throughJson(saved)
    levels(detector, streams.errors.slice(100, 400))
    expect(saved).toEqual(copy)
  })

  it('passes over what it cannot take, and counts it', () => {
    const hostile = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308]
    const detector = start()
    const clean = start()
    const values = streams.errors.slice(900, 1400)
    const said = values.map((value, i) => {
      if (i % 50 === 0) for (const strange of hostile) expect(detector.update(strange)).toBe('stable')
      return detector.update(value)
    })
    expect(said).toEqual(levels(clean, values))
    expect(detector.save().passedOver).toBe(50)
  })

  it('refuses a damaged or foreign save', () => {
    const saved = start().save()
    expect(() => restore({ ...saved, method: 'another' })).toThrow(RangeError)
    expect(() => restore({ ...saved, memory: {} })).toThrow(RangeError)
    const key = Object.keys(saved.memory)[0]!
    expect(() => restore({ ...saved, memory: { ...saved.memory, [key]: Number.NaN } })).toThrow(RangeError)
  })

  it('refuses settings that are none', () => {
    expect(() => start({ nothing: 1 })).toThrow(/nothing/)
    const key = Object.keys(start().save().settings)[0]!
    expect(() => start({ [key]: Number.NaN })).toThrow(RangeError)
  })
})

describe('memory', () => {
  it('stays small over a hundred thousand values', () => {
    for (const { start } of Object.values(methods)) {
      const detector = start()
      let most = 0
      for (let i = 0; i < 100_000; i++) {
        detector.update(i % 7 === 0 ? 1 : 0)
        if (i % 5000 === 0) most = Math.max(most, JSON.stringify(detector.save()).length)
      }
      expect(most).toBeLessThan(8000)
    }
  })
})

describe('ADWIN', () => {
  it('keeps its window after a detection where it is told to, as the paper does', () => {
    const width = (settings: { keepWindow?: number }) => {
      const detector = adwin(settings)
      const said = levels(detector, streams.steps.slice(0, 1025))
      expect(said.indexOf('drift')).toBe(1023)
      return detector.save().memory.width as number
    }
    expect(width({})).toBe(1)
    expect(width({ keepWindow: 1 })).toBeGreaterThan(10)
  })
})

describe('what a detector cannot work with', () => {
  it('is refused at the start', () => {
    expect(() => adwin({ maxBuckets: 0 })).toThrow(RangeError)
    expect(() => adwin({ clock: 0 })).toThrow(RangeError)
    expect(() => hddmW({ lambda: 3 })).toThrow(RangeError)
    expect(() => pageHinkley({ alpha: 1.5 })).toThrow(RangeError)
  })

  it('is refused in a save: buckets that do not add up to the window', () => {
    const detector = adwin()
    levels(detector, streams.steps.slice(0, 200))
    const saved = detector.save()
    const restored = (memory: object) =>
      restoreDetector(adwinMethod, { ...saved, memory: { ...saved.memory, ...memory } })
    expect(restored({}).save()).toEqual(saved)
    expect(() => restored({ sums: [] })).toThrow(RangeError)
    expect(() => restored({ width: 3 })).toThrow(RangeError)
    expect(() => restored({ spreads: [[]] })).toThrow(RangeError)
  })

  it('does not come of great values: the largest taken leave a memory of numbers', () => {
    for (const { start, restore } of Object.values(methods)) {
      const detector = start()
      for (let i = 0; i < 2000; i++) detector.update(i % 2 === 0 ? 1e140 : -1e140)
      expect(() => restore(throughJson(detector.save()))).not.toThrow()
    }
  })
})

describe('CUSUM', () => {
  it('says nothing of a constant stream, and sees the first value beside it', () => {
    const detector = cusum()
    expect(levels(detector, new Array(100).fill(5))).not.toContain('drift')
    expect(detector.update(5.5)).toBe('drift')
  })
})
