import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

type Point = { step: number; timestamp: number; value: number | string; run_id?: string }

async function runWith(points: readonly { step: number; time: number; value: number }[]): Promise<string> {
  const run = await server.run()
  await server.backend.write({ events: [], points: points.map((point) => ({ run, key: 'loss', ...point })) })
  return run
}
const line = (count: number) => Array.from({ length: count }, (_, i) => ({ step: i, time: i, value: i }))
const history = async (run: string, more = '') =>
  (await server.get(`metrics/get-history?run_id=${run}&metric_key=loss${more}`)).body

describe('get-history', () => {
  test('gives all points once, by time, step, value, in pages of any size', async () => {
    const point = fc.record({
      step: fc.integer({ min: -2, max: 2 }),
      time: fc.integer({ min: 0, max: 3 }),
      value: fc.constantFrom(0, 1, -1, Number.NaN),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(point, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (points, size) => {
          const run = await runWith(points)
          const found: Point[] = []
          let token: string | undefined = ''
          while (token !== undefined) {
            const page = await history(run, `&max_results=${size}&page_token=${encodeURIComponent(token)}`)
            expect(page.metrics?.length ?? 0).toBeLessThanOrEqual(size)
            found.push(...(page.metrics ?? []))
            token = page.next_page_token
          }
          const textOf = (p: Point) => `${p.timestamp} ${p.step} ${p.value}`
          expect(new Set(found.map(textOf)).size).toBe(found.length)
          const sent = points.map(({ step, time, value }) => textOf({ step, timestamp: time, value }))
          expect(found.map(textOf).sort()).toEqual([...new Set(sent)].sort())
          for (const [i, p] of found.entries()) {
            const before = found[i - 1]
            if (!before) continue
            const isSameTime = before.timestamp === p.timestamp
            expect(isSameTime ? before.step <= p.step : before.timestamp < p.timestamp).toBe(true)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a page holds at most 25,000 points, also where none is asked for', async () => {
    const run = await runWith(line(25_001))
    const first = await history(run)
    expect(first.metrics).toHaveLength(25_000)
    const rest = await history(run, `&page_token=${encodeURIComponent(first.next_page_token)}`)
    expect(rest).toEqual({ metrics: [{ key: 'loss', value: 25_000, timestamp: 25_000, step: 25_000 }] })
  })

  test('of a metric that nobody logged is empty, of a run that nobody made not found', async () => {
    expect(await history(await server.run())).toEqual({})
    expect((await history('nope')).error_code).toBe('RESOURCE_DOES_NOT_EXIST')
    const run = await runWith(line(3))
    for (const token of ['x', 'e30=', Buffer.from('{"offset":-1}').toString('base64')])
      expect((await history(run, `&page_token=${token}`)).error_code).toBe('INVALID_PARAMETER_VALUE')
    expect((await server.get(`metrics/get-history?run_id=${run}`)).body.message).toContain("'metric_key'")
  })
})

describe('get-history-bulk', () => {
  test('gives points of several runs, with their ids, up to a limit', async () => {
    const runs = [await runWith(line(3)), await runWith(line(3))].sort()
    const path = `/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=${runs[0]}&run_id=${runs[1]}&metric_key=loss`
    const all = (await server.send(path)).body.metrics
    expect(all.map((p: Point) => p.run_id)).toEqual([runs[0], runs[0], runs[0], runs[1], runs[1], runs[1]])
    expect((await server.send(`${path}&max_results=4`)).body.metrics).toEqual(all.slice(0, 4))
  })

  test('refuses no run, and more than 100', async () => {
    const ask = (runs: string) => server.get(`metrics/get-history-bulk?metric_key=loss${runs}`)
    expect((await ask('')).status).toBe(400)
    expect((await ask('&run_id=a'.repeat(101))).body.message).toContain('at most 100')
  })
})

describe('get-history-bulk-interval', () => {
  const ask = async (query: string) =>
    (await server.get(`metrics/get-history-bulk-interval?metric_key=loss&${query}`)).body

  test('samples the steps evenly, the first and last of each run among them', async () => {
    const long = await runWith(line(1000))
    const short = await runWith(line(500))
    const { metrics } = await ask(`run_ids=${long}&run_ids=${short}&max_results=10`)
    const stepsOf = (run: string) => metrics.filter((p: Point) => p.run_id === run).map((p: Point) => p.step)
    expect(stepsOf(long)).toEqual([0, 111, 222, 333, 444, 499, 555, 666, 777, 888, 999])
    expect(stepsOf(short)).toEqual([0, 111, 222, 333, 444, 499])
  })

  test('keeps to a range of steps', async () => {
    const run = await runWith(line(100))
    const { metrics } = await ask(`run_ids=${run}&start_step=10&end_step=12`)
    expect(metrics.map((p: Point) => p.step)).toEqual([10, 11, 12])
    expect((await ask(`run_ids=${run}&start_step=10`)).message).toContain('both must be specified')
    expect((await ask(`run_ids=${run}&start_step=10&end_step=9`)).error_code).toBe('INVALID_PARAMETER_VALUE')
    expect((await ask(`run_ids=${run}&max_results=2501`)).message).toContain("'max_results'")
    expect(await ask(`run_ids=${run}&start_step=500&end_step=600`)).toEqual({})
  })
})
