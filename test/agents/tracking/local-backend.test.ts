import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournalSource } from '../../../agents/tracking/journal-source.ts'
import { type LocalBackend, openLocalBackend } from '../../../agents/tracking/local-backend.ts'
import type { MetricPoint } from '../../../src/mlflow/backend.ts'
import type { AgentEvent } from '../../../src/protocol/events.ts'
import { createRecorder, drain } from '../recorder.ts'

let folder: string
let backend: LocalBackend
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracking-'))
  backend = await open()
})
afterEach(async () => {
  await backend.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = () => openLocalBackend({ folder, agent: 'a', now: () => 1000, segmentBytes: 2000 })
async function restart(): Promise<void> {
  await backend.close()
  backend = await open()
}

const found = (id: string): AgentEvent => ({
  type: 'run.found',
  at: 1000,
  about: id,
  data: { name: id, experiment: 'x', source: 'mlflow', path: '', started: 1000 },
})
const point = (run: string, step: number, value = step): MetricPoint => ({
  run,
  key: 'loss',
  step,
  time: step,
  value,
})

describe('the backend of an agent', () => {
  it('has after a restart what it was told, over many segments', async () => {
    await backend.write({ events: [found('r'), found('s')] })
    for (let i = 0; i < 60; i++)
      await backend.write({ events: [], points: [point('r', i), point('s', i, -i)] })
    expect(backend.journal.segments.length).toBeGreaterThan(3)
    for (let i = 0; i < 2; i++) {
      expect(backend.state().runs.get('r')).toMatchObject({ host: 'a', source: 'mlflow' })
      expect(backend.metrics('r').get('loss')).toMatchObject({ count: 60, max: 59 })
      expect(Array.from((await backend.history('r', 'loss')).values)).toEqual(
        Array.from({ length: 60 }, (_, n) => n),
      )
      await restart()
    }
  })

  it('knows its runs after a kill between two segments', async () => {
    await backend.write({ events: [found('r')] })
    const next = `${String(backend.journal.segments.at(-1)! + 1).padStart(8, '0')}.log`
    writeFileSync(join(folder, 'journal', next), '')
    await restart()
    expect([...backend.state().runs.keys()]).toEqual(['r'])
  })

  it('answers two writers at once from one sync, each in its order', async () => {
    await backend.write({ events: [found('r')] })
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => backend.write({ events: [], points: [point('r', i)] })),
    )
    expect(Array.from((await backend.history('r', 'loss')).steps)).toEqual(
      Array.from({ length: 50 }, (_, n) => n),
    )
  })

  it('keeps NaN, infinities and 64-bit steps', async () => {
    const points = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value, i) => ({
      ...point('r', i, value),
      step: 2n ** 53n + BigInt(i),
    }))
    await backend.write({ events: [found('r')], points })
    await restart()
    const { values, steps } = await backend.history('r', 'loss')
    expect(Array.from(values)).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(Array.from(steps).at(-1)).toBe(2n ** 53n + 2n)
  })

  it('forgets at a checkpoint the runs that ended long ago, and nothing else', async () => {
    const ended = (at: number): AgentEvent => ({
      type: 'run.status',
      at,
      about: 'old',
      data: { status: 'finished' },
    })
    await backend.write({ events: [found('old'), ended(-8 * 24 * 3_600_000), found('new')] })
    for (let i = 0; i < 60; i++) await backend.write({ events: [], points: [point('new', i)] })
    await restart()
    expect([...backend.state().runs.keys()]).toEqual(['new'])
  })
})

describe('the source of the journal', () => {
  it('tells a new hub of the runs whose records are gone from the journal', async () => {
    await backend.write({ events: [found('r')] })
    for (let i = 0; i < 60; i++) await backend.write({ events: [], points: [point('r', i)] })
    backend.journal.forget(backend.journal.segments.at(-1)!, 0)
    const recorder = createRecorder()
    await drain(createJournalSource(backend.journal, { agent: 'a', cursors: new Map() }), recorder, 0)
    expect(recorder.events).toMatchObject([
      { type: 'run.found', about: 'r', data: { source: 'mlflow' } },
      { type: 'run.status', about: 'r', data: { status: 'idle' } },
    ])
  })

  it('hands over a long backlog of events in parts that each fit a record', async () => {
    const big = 'x'.repeat(400_000)
    for (let i = 0; i < 30; i++)
      await backend.write({
        events: [{ type: 'run.tags', at: 1, about: 'r', data: { tags: { [`t${i}`]: big } } }],
      })
    const recorder = createRecorder()
    const source = createJournalSource(backend.journal, { agent: 'a', cursors: new Map() })
    const counts: number[] = []
    for (let more = true; more; ) {
      const before = recorder.events.length
      more = await source.poll(recorder, 0)
      counts.push(recorder.events.length - before)
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(11)
    expect(recorder.events).toHaveLength(30)
  })

  it('hands over each event and point once, over restarts of either side', async () => {
    const recorder = createRecorder()
    await backend.write({ events: [found('r')] })
    for (let i = 0; i < 40; i++) {
      await backend.write({ events: [], points: [point('r', i)] })
      if (i % 7 === 0)
        await drain(
          createJournalSource(backend.journal, { agent: 'a', cursors: recorder.cursors }),
          recorder,
          0,
        )
      if (i % 11 === 0) await restart()
    }
    await drain(createJournalSource(backend.journal, { agent: 'a', cursors: recorder.cursors }), recorder, 0)
    expect(recorder.points.map(({ value }) => value)).toEqual(Array.from({ length: 40 }, (_, n) => n))
    expect(recorder.events.filter(({ type }) => type === 'run.found')).toHaveLength(1)
  })
})
