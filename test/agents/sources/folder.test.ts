import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFolderSource } from '../../../agents/sources/folder.ts'
import { runId } from '../../../agents/sources/runs.ts'
import type { Json } from '../../../agents/sources/source.ts'
import type { AgentEvent } from '../../../src/protocol/events.ts'
import { createRecorder, drain, type Recorder, showPoints } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { event, fileVersion, simple } from './event-writer.ts'

let root: string
let now: number
const roots: string[] = []

function newRoot(): string {
  root = mkdtempSync(path.join(tmpdir(), 'mlops-files-'))
  roots.push(root)
  now = Date.now()
  return root
}
beforeEach(() => void newRoot())
afterEach(() => {
  for (const folder of roots.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function write(name: string, content: string | Buffer): string {
  const full = path.join(root, name)
  mkdirSync(path.dirname(full), { recursive: true })
  writeFileSync(full, content)
  return full
}
const append = (name: string, content: string | Buffer) => appendFileSync(path.join(root, name), content)
const age = (name: string, ms: number) =>
  utimesSync(path.join(root, name), (now - ms) / 1000, (now - ms) / 1000)
const open = (cursors: ReadonlyMap<string, Json> = new Map(), folders = [root]) =>
  createFolderSource({ folders, agent: 'host1', cursors, rescanMs: 1 })

/** Reads all there is, at a time when what was just written may still grow. */
async function readAll(recorder = createRecorder()): Promise<Recorder> {
  await drain(open(recorder.cursors), recorder, now)
  return recorder
}

function find<T extends AgentEvent['type']>(recorder: Recorder, type: T) {
  return recorder.events.filter((one): one is Extract<AgentEvent, { type: T }> => one.type === type)
}
const values = (recorder: Recorder) =>
  recorder.points.map(({ key, step, value }) => `${key} ${step} ${value}`)
const problems = (recorder: Recorder) => find(recorder, 'source.problem').map(({ data }) => data.problem)
const names = (recorder: Recorder) =>
  find(recorder, 'run.found')
    .map(({ data }) => `${data.experiment} | ${data.name}`)
    .sort()

testSourceContract('files', () => {
  const folder = newRoot()
  write('exp/run1/metrics.csv', 'step,loss,\u001b[31mred\n1,1,2\n2,x,2\n3,1,2\n')
  write('exp/run1/hparams.yaml', 'lr: 0.1\n')
  write('exp/log.jsonl', '{"step":1,"loss":NaN}\n')
  write('tb/events.out.tfevents.1', Buffer.concat([fileVersion(1), event(2n ** 60n, 1.5, simple('a', 1))]))
  return {
    start: (cursors) => open(cursors, [folder]),
    startMissing: () => open(new Map(), [`${folder}/none`]),
    now,
  }
})

describe('runs', () => {
  it('are named after their place, plain file names after their directory', async () => {
    const csv = 'step,loss\n1,1\n'
    for (const name of [
      'a/b/run1/metrics.csv',
      'lightning/version_3/metrics.csv',
      'sweeps/lr_01.csv',
      'results.csv',
    ])
      write(name, csv)
    write('tb/x/run2/events.out.tfevents.1', fileVersion(1))
    const own = path.basename(root)
    expect(names(await readAll())).toEqual(
      ['a/b | run1', 'lightning | version_3', 'sweeps | lr_01', `${own} | ${own}`, 'tb/x | run2'].sort(),
    )
  })

  it('of event files are directories, whatever the number of files, empty ones too', async () => {
    write('run/events.out.tfevents.1', Buffer.concat([fileVersion(5), event(1, 7, simple('a', 1))]))
    write('run/events.out.tfevents.2', '')
    write('run/events.out.tfevents.3', event(2, 8, simple('a', 2)))
    write('none/events.out.tfevents.4', '')
    const recorder = await readAll()
    expect(names(recorder)).toHaveLength(2)
    const run = find(recorder, 'run.found').find(({ data }) => data.name === 'run')
    expect(run?.data).toMatchObject({ path: path.join(root, 'run'), started: 5000, source: 'tfevents' })
    expect(run?.about).toBe(runId('host1', path.join(root, 'run')))
    expect(run?.about).toMatch(/^[0-9a-f]{12}$/)
    expect(values(recorder).sort()).toEqual(['a 1 1', 'a 2 2'])
  })

  it('begin at the first time in the file, else when the file was made', async () => {
    write('timed.csv', 'step,timestamp,loss\n1,2024-01-01T00:00:00Z,1\n')
    write('plain.csv', 'step,loss\n1,1\n')
    age('plain.csv', 3_600_000)
    const found = find(await readAll(), 'run.found')
    const started = (name: string) => found.find(({ data }) => data.name === name)?.data.started ?? 0
    expect(started('timed')).toBe(Date.UTC(2024, 0, 1))
    expect(Math.abs(started('plain') - (now - 3_600_000))).toBeLessThan(1000)
  })

  it('run while their log grows and are idle after a minute without', async () => {
    write('a.csv', 'step,loss\n1,1\n')
    write('old.csv', 'step,loss\n1,1\n')
    age('old.csv', 120_000)
    const recorder = createRecorder()
    const source = open()
    const status = async (later: number) => {
      recorder.events.length = 0
      await drain(source, recorder, now + later)
      return find(recorder, 'run.status')
        .map(({ data }) => data.status)
        .sort()
    }
    expect(await status(0)).toEqual(['idle', 'running'])
    expect(await status(59_000)).toEqual([])
    append('a.csv', '2,1\n')
    expect(await status(100_000)).toEqual([])
    expect(await status(161_000)).toEqual(['idle'])
    append('old.csv', '2,1\n')
    expect(await status(162_000)).toEqual(['running'])
  })

  it('have the settings beside their log as params, those that come later too', async () => {
    write('run/metrics.csv', 'step,loss\n1,1\n')
    write('run/hparams.yaml', 'lr: 0.1\nopt:\n  name: adam\n')
    const recorder = createRecorder()
    const source = open()
    await drain(source, recorder, now)
    expect(find(recorder, 'run.params').map(({ data }) => data.params)).toEqual([
      { lr: '0.1', 'opt.name': 'adam' },
    ])
    write('run/args.json', '{"seed": 7, "bad": [1')
    write('run/other.jsonl', '{"step":1,"loss":1}\n')
    await drain(source, recorder, now + 10_000)
    expect(
      find(recorder, 'run.params')
        .map(({ data }) => data.params)
        .slice(1),
    ).toEqual([{ lr: '0.1', 'opt.name': 'adam' }])
    expect(problems(recorder)).toEqual([
      expect.stringMatching(/settings not read.*2:1/),
      expect.stringMatching(/2:1/),
    ])
    const again = createRecorder(recorder.cursors)
    await drain(open(recorder.cursors), again, now + 20_000)
    expect(again.events).toEqual([])
  })
})

describe('finding logs', () => {
  it('finds those that appear later, in new directories and in folders that were missing', async () => {
    const late = path.join(root, 'late')
    const recorder = createRecorder()
    const source = open(new Map(), [late])
    await drain(source, recorder, now)
    await drain(source, recorder, now + 1000)
    expect(find(recorder, 'source.problem').map(({ data }) => data)).toEqual([
      { source: 'files', path: late, problem: expect.stringMatching(/missing/), count: 1 },
    ])
    write('late/deep/er/metrics.csv', 'step,loss\n1,1\n')
    await drain(source, recorder, now + 2000)
    write('late/deep/two.jsonl', '{"step":1,"loss":1}\n')
    await drain(source, recorder, now + 3000)
    expect(names(recorder)).toEqual(['deep | er', 'deep | two'])
  })

  it('ignores data, and what is not the training code’s', async () => {
    write('train.csv', 'id,label\n1,2\n')
    write('data.jsonl', '{"text":"a","label":1}\n'.repeat(60))
    for (const folder of ['.git', 'node_modules', '.venv', '__pycache__', '.mlops', '.hidden'])
      write(`${folder}/metrics.csv`, 'step,loss\n1,1\n')
    write('.metrics.csv', 'step,loss\n1,1\n')
    const recorder = await readAll()
    expect(recorder.events).toEqual([])
    expect(recorder.points).toEqual([])
  })

  it('decides on a file that was empty when it was found', async () => {
    write('any.csv', '')
    const recorder = createRecorder()
    const source = open()
    await drain(source, recorder, now)
    append('any.csv', 'step,loss\n1,1\n')
    await drain(source, recorder, now + 1000)
    expect(values(recorder)).toEqual(['loss 1 1'])
  })

  it('opens no link, FIFO, loop or directory named like a log', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'mlops-out-'))
    roots.push(outside)
    writeFileSync(path.join(outside, 'metrics.csv'), 'step,loss\n1,1\n')
    execFileSync('mkfifo', [path.join(root, 'events.out.tfevents.1')])
    mkdirSync(path.join(root, 'events.out.tfevents.2'))
    symlinkSync(path.join(outside, 'metrics.csv'), path.join(root, 'metrics.csv'))
    symlinkSync(outside, path.join(root, 'out'))
    symlinkSync('.', path.join(root, 'again'))
    symlinkSync('loop', path.join(root, 'loop'))
    write('good.csv', 'step,loss\n1,1\n')
    const recorder = await readAll()
    expect(find(recorder, 'run.found')).toHaveLength(1)
    expect(problems(recorder)).toEqual([])
  })

  it('tells once of a name that is not UTF-8, and cleans names that hold control characters', async () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff]), Buffer.from('.csv')]),
      'step,loss\n1,1\n',
    )
    write('new\nline.csv', 'step,loss\n1,1\n')
    const recorder = createRecorder()
    const source = open()
    for (const later of [0, 1000, 2000]) await drain(source, recorder, now + later)
    expect(problems(recorder)).toEqual(['its name is not UTF-8'])
    expect(names(recorder)).toEqual([`${path.basename(root)} | new␊line`])
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells of a directory that it may not read, and reads the rest',
    async () => {
      write('closed/metrics.csv', 'step,loss\n1,1\n')
      write('open/metrics.csv', 'step,loss\n1,1\n')
      chmodSync(path.join(root, 'closed'), 0)
      const recorder = await readAll()
      chmodSync(path.join(root, 'closed'), 0o755)
      expect(problems(recorder)).toEqual([expect.stringMatching(/may not be read/)])
      expect(find(recorder, 'run.found')).toHaveLength(1)
    },
  )

  it('reads a file in two watched folders once', async () => {
    write('a/metrics.csv', 'step,loss\n1,1\n')
    const recorder = createRecorder()
    await drain(open(new Map(), [root, path.join(root, 'a')]), recorder, now)
    expect(values(recorder)).toEqual(['loss 1 1'])
  })
})

describe('tailing', () => {
  it('gives each point once, over any appends and a kill at any cursor', async () => {
    const row = fc.constantFrom('1,0.5\n', '2,', 'nan\n', '3,1\n4,2\n', '\n', 'bad\n', '5,"a\nb"\n')
    const step = fc.record({
      csv: row,
      events: fc.nat(70),
      jsonl: fc.constantFrom('{"step":1,', '"l":2}\n', 'x\n'),
      restart: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1, 3, 8192),
        async (steps, batch) => {
          newRoot()
          const events = Buffer.concat(Array.from({ length: 12 }, (_, i) => event(i, i, simple('t', i))))
          let written = 0
          write('m.csv', 'step,loss\n')
          write('l.jsonl', '{"step":0,"l":1}\n')
          write('tb/events.out.tfevents.1', '')
          const recorder = createRecorder(new Map(), batch)
          const crashes: { points: string[]; cursors: Map<string, Json> }[] = []
          recorder.onCursor = () =>
            crashes.push({ points: showPoints(recorder.points), cursors: new Map(recorder.cursors) })
          let source = open()
          for (const { csv, events: length, jsonl, restart } of steps) {
            append('m.csv', csv)
            append('l.jsonl', jsonl)
            append('tb/events.out.tfevents.1', events.subarray(written, written + length))
            written += length
            if (restart) source = open(recorder.cursors)
            await drain(source, recorder, ++now)
          }
          const whole = createRecorder()
          await drain(open(), whole, now)
          const expected = showPoints(whole.points).sort()
          expect(showPoints(recorder.points).sort()).toEqual(expected)
          for (const { points, cursors } of crashes) {
            const after = createRecorder(cursors)
            await drain(open(cursors), after, now)
            expect([...points, ...showPoints(after.points)].sort()).toEqual(expected)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('goes on in pieces when a batch is full, and says that more is ready', async () => {
    write('m.csv', `step,loss\n${Array.from({ length: 50 }, (_, i) => `${i},1\n`).join('')}`)
    const recorder = createRecorder(new Map(), 10)
    const source = open()
    expect(await source.poll(recorder, now)).toBe(true)
    expect(recorder.points).toHaveLength(10)
    await drain(source, recorder, now)
    expect(recorder.points).toHaveLength(50)
  })

  it('reads files of many MiB, with records longer than a piece', async () => {
    const line = `{"step":1,"loss":1,"note":"${'x'.repeat(700_000)}"}\n`
    write('big.jsonl', line.repeat(12))
    const big = event(1, 1, simple('k'.repeat(3_000_000), 1), simple('b', 2))
    write('tb/events.out.tfevents.1', Buffer.concat([big, event(2, 1, simple('b', 3))]))
    const recorder = await readAll()
    expect(values(recorder).filter((value) => value === 'loss 1 1')).toHaveLength(12)
    expect(values(recorder).filter((value) => value.startsWith('b '))).toEqual(['b 1 2', 'b 2 3'])
  })

  it('reads a last line without newline after five quiet seconds, once', async () => {
    write('m.csv', 'epoch,loss\n0,1.5\n1,1.25')
    const recorder = createRecorder()
    const source = open()
    await drain(source, recorder, now)
    expect(values(recorder)).toEqual(['loss 0 1.5'])
    await drain(source, recorder, now + 6000)
    await drain(source, recorder, now + 7000)
    expect(values(recorder)).toEqual(['loss 0 1.5', 'loss 1 1.25'])
    append('m.csv', '\n2,1\n')
    await drain(open(recorder.cursors), recorder, now + 8000)
    expect(values(recorder)).toEqual(['loss 0 1.5', 'loss 1 1.25', 'loss 2 1'])
  })

  it('sums up what is wrong with a file to one event for each kind', async () => {
    write('m.csv', `step,loss\n${'x,1\n'.repeat(50)}1\n`)
    const recorder = await readAll()
    expect(find(recorder, 'source.problem').map(({ data }) => [data.count, data.problem])).toEqual([
      [50, expect.stringMatching(/line 2, line 3, line 4, line 5, line 6, …/)],
      [1, expect.stringMatching(/columns.*line 52/)],
    ])
  })
})

describe('a log that is no longer the one it was', () => {
  const start = async (content = 'step,loss\n1,1\n2,2\n3,3\n', name = 'm.csv') => {
    write(name, content)
    const recorder = createRecorder()
    const source = open()
    await drain(source, recorder, now)
    recorder.points.length = 0
    recorder.events.length = 0
    return { recorder, source }
  }
  const restarts = (recorder: Recorder) => find(recorder, 'run.restarted').map(({ data }) => data.reason)

  it('starts again when it was truncated', async () => {
    const { recorder, source } = await start()
    truncateSync(path.join(root, 'm.csv'))
    append('m.csv', 'step,loss\n1,9\n')
    await drain(source, recorder, now + 100)
    expect(recorder.points).toEqual([])
    await drain(source, recorder, now + 2000)
    expect(restarts(recorder)).toEqual(['the file was truncated'])
    expect(values(recorder)).toEqual(['loss 1 9'])
    expect(names(recorder)).toEqual([])
  })

  it('goes on when its writer only wrote it anew, as some loggers do at each row', async () => {
    const { recorder, source } = await start()
    writeFileSync(path.join(root, 'm.csv'), 'step,lo')
    await drain(source, recorder, now + 100)
    writeFileSync(path.join(root, 'm.csv'), 'step,loss\n1,1\n2,2\n3,3\n4,4\n')
    await drain(source, recorder, now + 200)
    expect(values(recorder)).toEqual(['loss 4 4'])
    expect(restarts(recorder)).toEqual([])
  })

  it('starts again when other content of the same or a greater length stands there', async () => {
    const { recorder, source } = await start()
    writeFileSync(path.join(root, 'm.csv'), 'step,loss\n1,7\n2,7\n3,7\n')
    await drain(source, recorder, now + 100)
    expect(restarts(recorder)).toEqual(['the file was rewritten'])
    expect(values(recorder)).toEqual(['loss 1 7', 'loss 2 7', 'loss 3 7'])
  })

  it('starts again when another file took its place while the agent was down', async () => {
    const { recorder } = await start()
    write('new', 'step,loss\n8,8\n')
    renameSync(path.join(root, 'new'), path.join(root, 'm.csv'))
    await drain(open(recorder.cursors), recorder, now + 100)
    expect(restarts(recorder)).toEqual(['the file was replaced'])
    expect(values(recorder)).toEqual(['loss 8 8'])
  })

  it('goes on when a longer copy with the same beginning took its place', async () => {
    const { recorder, source } = await start()
    write('new', 'step,loss\n1,1\n2,2\n3,3\n4,4\n')
    renameSync(path.join(root, 'new'), path.join(root, 'm.csv'))
    await drain(source, recorder, now + 100)
    expect([restarts(recorder), values(recorder)]).toEqual([[], ['loss 4 4']])
  })

  it('goes on in the new file after a rotation, with the rest of the old one first', async () => {
    write('r.jsonl', '{"loss":0}\n{"loss":1}\n')
    const recorder = createRecorder()
    await drain(open(), recorder, now)
    append('r.jsonl', '{"loss":2}\n')
    renameSync(path.join(root, 'r.jsonl'), path.join(root, 'r.jsonl.1'))
    write('r.jsonl', '{"loss":3}\n')
    await drain(open(recorder.cursors), recorder, now + 100)
    expect(values(recorder)).toEqual(['loss 0 0', 'loss 1 1', 'loss 2 2', 'loss 3 3'])
    expect(restarts(recorder)).toEqual([])
    expect(names(recorder)).toHaveLength(1)
  })

  it('counts its rows on through a rotation, and takes the header of the new file for one', async () => {
    const { recorder, source } = await start('loss,acc\n1,1\n2,2\n', 'log.csv')
    renameSync(path.join(root, 'log.csv'), path.join(root, 'log.csv.1'))
    write('log.csv', 'loss,acc\n3,3\n')
    await drain(source, recorder, now + 100)
    expect([restarts(recorder), problems(recorder), values(recorder)]).toEqual([
      [],
      [],
      ['loss 2 3', 'acc 2 3'],
    ])
  })

  it('starts again when only what was read last differs', async () => {
    const rows = (last: string) => `step,loss\n${'1,1\n'.repeat(100)}${last}`
    const { recorder, source } = await start(rows('2,2\n'))
    writeFileSync(path.join(root, 'm.csv'), rows('3,3\n4,4\n'))
    await drain(source, recorder, now + 100)
    expect(restarts(recorder)).toEqual(['the file was rewritten'])
    expect(recorder.points).toHaveLength(102)
  })

  it('is not forgotten while it is away', async () => {
    const { recorder, source } = await start()
    renameSync(path.join(root, 'm.csv'), path.join(root, 'away'))
    await drain(source, recorder, now + 1000)
    renameSync(path.join(root, 'away'), path.join(root, 'm.csv'))
    append('m.csv', '4,4\n')
    await drain(source, recorder, now + 2000)
    expect([restarts(recorder), values(recorder)]).toEqual([[], ['loss 4 4']])
  })

  it('starts with a clean slate when its cursor is damaged', async () => {
    const { recorder } = await start()
    const damaged = new Map<string, Json>([...recorder.cursors.keys()].map((key) => [key, { offset: 'x' }]))
    const again = createRecorder(damaged)
    await drain(open(damaged), again, now)
    expect(values(again)).toEqual(['loss 1 1', 'loss 2 2', 'loss 3 3'])
  })
})
