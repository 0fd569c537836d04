// Text output beside runs and in their logs: whose it is, each line once, and never more than is kept.
import { renameSync, truncateSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBudget, FIRST_LINES, LINES_A_SECOND } from '../../../agents/sources/output-budget.ts'
import { openOutput } from '../../../agents/sources/output-reader.ts'
import { printedText } from '../../../agents/sources/output-text.ts'
import type { Json } from '../../../agents/sources/source.ts'
import { MAX_LINE_TEXT } from '../../../src/protocol/lines.ts'
import { createRecorder, drain, type Recorder } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createPlace, eventsOf, type Place } from './place.ts'

let place: Place
beforeEach(() => {
  place = createPlace()
})
afterEach(() => place.remove())

const textsOf = (recorder: Recorder) => recorder.lines.map(({ text }) => text)
const CSV = 'step,loss\n1,0.5\n2,0.4\n3,0.3\n'
const TRAINING = ['start', 'step 1 loss=0.5', 'step 2 loss=0.4', 'step 3 loss=0.3', 'done']
const idOf = (recorder: Recorder, name: string) =>
  eventsOf(recorder, 'run.found').find(({ data }) => data.name === name)?.about

const text = (raw: string) => printedText(Buffer.from(raw), 0, Buffer.byteLength(raw))

describe('a printed line', () => {
  test.each([
    ['plain', 'plain'],
    ['\u001b[1;31mred\u001b[0m and \u001b]8;;http://x\u0007link\u001b]8;;\u0007', 'red and link'],
    ['10%\r50%\r100% done', '100% done'],
    ['10%\r50%\r', '50%'],
    ['100%|###|\r       \r', '100%|###|'],
    ['windows\r', 'windows'],
    ['1/9 [>]\b\b\b\b\b\b\b9/9 [=]', '9/9 [=]'],
    ['a\tb\t\tc', 'a       b               c'],
    ['  indented  ', '  indented'],
    ['', ''],
    ['caf\u00e9 \u2713', 'caf\u00e9 \u2713'],
  ])('%j reads %j', (raw, shown) => {
    expect(text(raw)).toBe(shown)
  })
})

describe('output belongs', () => {
  test('to the run whose log the file is', async () => {
    place.write('a/train.log', `${TRAINING.join('\n')}\n`)
    place.write('a/requirements.txt', 'torch\n')
    const recorder = await place.read()
    expect(textsOf(recorder)).toEqual(TRAINING)
    const about = eventsOf(recorder, 'run.found')[0]!.about
    expect(new Set(recorder.lines.map(({ owner }) => owner))).toEqual(new Set([about]))
    expect(new Set(recorder.lines.map(({ stream }) => stream))).toEqual(new Set(['train.log']))
  })

  test('to the run beside it, also when that comes later', async () => {
    place.write('a/nohup.out', 'loading\n')
    const recorder = await place.read()
    expect(recorder.lines).toEqual([])
    place.write('a/metrics.csv', CSV)
    await place.read(recorder)
    expect(textsOf(recorder)).toEqual(['loading'])
    expect(recorder.lines[0]!.owner).toBe(eventsOf(recorder, 'run.found')[0]!.about)
  })

  test('to the run of its name, where several lie there', async () => {
    for (const name of ['one', 'two']) place.write(`${name}.csv`, CSV)
    place.write('two.err', 'trouble\n')
    place.write('both.out', 'for both\n')
    const recorder = await place.read()
    const [one, two] = ['one', 'two'].map((name) => idOf(recorder, name))
    expect(recorder.lines.map(({ owner, text }) => [owner, text]).sort()).toEqual(
      [
        [two, 'trouble'],
        [one, 'for both'],
        [two, 'for both'],
      ].sort(),
    )
  })

  test('to the run of a log that is called .txt', async () => {
    place.write('train.txt', `${TRAINING.join('\n')}\n`)
    place.write('metrics.csv', CSV)
    place.write('readme.txt', 'x\n')
    const recorder = await place.read()
    expect(textsOf(recorder)).toEqual(TRAINING)
  })

  test('to nobody: tables, other files of W&B, what lies beside too many runs', async () => {
    place.write('a/log.log', CSV)
    place.write('wandb/run-20260101_000000-abc/logs/debug-internal.log', 'x\n')
    for (const name of 'abcdefg') place.write(`many/${name}.csv`, CSV)
    place.write('many/all.log', 'x\n')
    expect((await place.read()).lines).toEqual([])
  })

  test('to its own run from the first line, once it turns out to be a log', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/x.log', 'start\n')
    const recorder = await place.read()
    const beside = recorder.lines[0]!.owner
    place.append('a/x.log', `${TRAINING.slice(1).join('\n')}\n`)
    await place.read(recorder)
    const own = recorder.lines.filter(({ owner }) => owner !== beside)
    expect(own.map(({ text }) => text)).toEqual(TRAINING)
  })
})

describe('reading on', () => {
  test('tells each line once over restarts, and the last one without its end after a while', async () => {
    place.write('a/train.log', `${TRAINING.join('\n')}\n`)
    const recorder = await place.read()
    await place.read(recorder)
    place.append('a/train.log', 'half')
    await place.read(recorder)
    expect(textsOf(recorder)).toEqual(TRAINING)
    await place.read(recorder, 20_000)
    await place.read(recorder, 40_000)
    expect(textsOf(recorder)).toEqual([...TRAINING, 'half'])
    place.append('a/train.log', '\nmore\n')
    await place.read(recorder, 60_000)
    expect(textsOf(recorder)).toEqual([...TRAINING, 'half', 'more'])
  })

  test('follows a rotation, and says that a file was truncated', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/x.log', 'one\n')
    const recorder = await place.read()
    place.append('a/x.log', 'two\n')
    renameSync(place.path('a/x.log'), place.path('a/x.log.1'))
    place.write('a/x.log', 'three\n')
    await place.read(recorder)
    expect(textsOf(recorder)).toEqual(['one', 'two', 'three'])
    truncateSync(place.path('a/x.log'))
    place.append('a/x.log', 'four, after all of it\n')
    await place.read(recorder)
    expect(textsOf(recorder)[3]).toMatch(/the file was .*: from its start again/)
    expect(textsOf(recorder)[4]).toBe('four, after all of it')
    expect(eventsOf(recorder, 'run.restarted')).toEqual([])
  })

  test('a line has the time it names, those behind it the same, others when the file was written', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/x.log', 'no time\n2026-01-05T10:00:00Z start\nTraceback\n')
    place.age('a/x.log', 1000)
    const recorder = await place.read()
    const stamp = Date.parse('2026-01-05T10:00:00Z')
    expect(recorder.lines.map(({ at }) => at - stamp)).toEqual([place.now - 1000 - stamp, 0, 0])
    place.append('a/x.log', 'later\n')
    place.age('a/x.log', 0)
    await place.read(recorder)
    expect(recorder.lines[3]!.at).toBe(place.now)
  })
})

/** Reads bytes that grow by pieces, with a restart before each where asked for; full after each `batch` lines. */
function readPieces(bytes: Buffer, pieces: readonly number[], restart: boolean, batch = 1e9): string[] {
  const told: string[] = []
  const budget = createBudget(0)
  let saved: Json | undefined
  let used = 0
  let end = 0
  const open = (size: number) => openOutput(saved, { budget, size, put: (line) => void told.push(line) })
  for (const piece of [...pieces, bytes.length]) {
    end = Math.min(bytes.length, end + piece)
    for (let more = true; more; ) {
      const before = told.length
      const reader = open(end)
      const sink = {
        point() {},
        params() {},
        tags() {},
        began() {},
        ended() {},
        problem() {},
        full: () => told.length - before >= batch,
      }
      const done = reader.read(bytes.subarray(used, end), { sink, offset: used, mtime: 1000, quiet: false })
      used += done
      more = sink.full() && done > 0 && used < end
      saved = JSON.parse(JSON.stringify(reader.save()))
      if (!restart) break
    }
  }
  return told
}

describe('the reader', () => {
  const content = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('\n', '\r', '\r\n', '\t', '\u001b[31m', 'step 1'),
    ),
    { maxLength: 80 },
  )

  test('tells the same in any pieces, with restarts and full batches between them', () => {
    fc.assert(
      fc.property(
        content,
        fc.array(fc.nat(50), { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (parts, pieces, batch) => {
          const bytes = Buffer.from(parts.join(''))
          const whole = readPieces(bytes, [], false)
          expect(readPieces(bytes, pieces, true, batch)).toEqual(whole)
          const lines = bytes.toString('latin1').split('\n').length - 1
          expect(whole).toHaveLength(lines)
        },
      ),
    )
  })

  test('cuts a line of 10 MB, and goes on behind it', () => {
    const bytes = Buffer.from(`before\n${'x'.repeat(10 << 20)}\nbehind\n`)
    const told = readPieces(bytes, Array(20).fill(1 << 20), true)
    expect(told.map((line) => line.slice(0, 6))).toEqual(['before', 'xxxxxx', 'behind'])
    expect(told[1]!.length).toBeGreaterThan(MAX_LINE_TEXT)
    expect(told[1]!.endsWith('…')).toBe(true)
  })

  test('keeps the last state of a bar that is redrawn without end', () => {
    const bar = Array.from({ length: 200_000 }, (_, i) => `\r${i}/200000 [====>]`).join('')
    const told = readPieces(Buffer.from(`go\n${bar}\nend\n`), Array(40).fill(100_000), true)
    expect(told).toEqual(['go', '199999/200000 [====>]', 'end'])
  })

  test('takes bytes that are no text as they come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (raw) => {
        const bytes = Buffer.from(raw)
        expect(readPieces(bytes, [100, 1000], true)).toHaveLength(bytes.filter((byte) => byte === 10).length)
      }),
    )
  })
})

describe('of more than is kept', () => {
  const many = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('')

  test('the newest stay at the first look, and one line says how many are not there', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/x.log', many(0, FIRST_LINES * 2))
    const recorder = await place.read()
    const left = textsOf(recorder).filter((line) => line.startsWith('…'))
    expect(left).toHaveLength(1)
    const count = Number(/^… ([\d,]+) lines left out/.exec(left[0]!)![1]!.replaceAll(',', ''))
    expect(count + recorder.lines.length - 1).toBe(FIRST_LINES * 2)
    expect(recorder.lines.length).toBeLessThanOrEqual(FIRST_LINES + 1)
    expect(textsOf(recorder).at(-1)).toBe(`line ${FIRST_LINES * 2 - 1}`)
  })

  test('nothing of what fits is left out', async () => {
    place.write('a/metrics.csv', CSV)
    const line = 'x'.repeat(80)
    place.write('a/x.log', `${line}\n`.repeat(50_000))
    const recorder = await place.read()
    expect(recorder.lines).toHaveLength(50_000)
    expect(recorder.lines.every(({ text }) => text === line)).toBe(true)
  })

  test('a flood is thinned to its rate, its end kept, and nothing is lost without a word', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/x.log', 'begin\n')
    const recorder = createRecorder()
    const source = place.open()
    await drain(source, recorder, place.now)
    let printed = 1
    for (let second = 1; second <= 20; second++) {
      place.append('a/x.log', many(printed, 2000))
      printed += 2000
      await drain(source, recorder, place.now + second * 1000)
      expect(textsOf(recorder).at(-1)).toBe(`line ${printed - 1}`)
    }
    source.close()
    const left = textsOf(recorder).flatMap((line) => {
      const found = /^… ([\d,]+) lines? left out/.exec(line)
      return found ? [Number(found[1]!.replaceAll(',', ''))] : []
    })
    const kept = recorder.lines.length - left.length
    expect(kept + left.reduce((sum, count) => sum + count, 0)).toBe(printed)
    expect(kept).toBeLessThanOrEqual(LINES_A_SECOND * 31 + 1)
    expect(kept).toBeGreaterThan(LINES_A_SECOND * 19)
  })

  test('a file of nothing but zeros is no output', async () => {
    place.write('a/metrics.csv', CSV)
    place.write('a/core.out', Buffer.alloc(100_000))
    expect((await place.read()).lines).toEqual([])
  })
})

testSourceContract('text output', () => {
  const own = createPlace()
  own.write('a/metrics.csv', CSV)
  own.write('a/x.log', 'one\ntwo\nthree\n')
  return {
    start: (cursors) => own.open(cursors),
    startMissing: () => {
      const none = createPlace()
      none.remove()
      return none.open()
    },
    now: own.now,
  }
})
