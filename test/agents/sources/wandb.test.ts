import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wandb } from '../../../agents/sources/wandb.ts'
import { wandbMetadata } from '../../../agents/sources/wandb-metadata.ts'
import { bytesField } from './event-writer.ts'
import { readPieces, readWhole } from './reading.ts'
import {
  config,
  exit,
  final,
  header,
  history,
  nested,
  run,
  stats,
  summary,
  wandbFile,
} from './wandb-writer.ts'

const read = (...records: Buffer[]) => readWhole(wandb, wandbFile(header, ...records))

describe("W&B's record of a run", () => {
  it('gives the history as points, by its steps and times', () => {
    const rows = [
      history({ loss: '0.5', _step: '3', _timestamp: '1700000001.25', _runtime: '1' }),
      history({ loss: 'NaN', 'val/acc': '1e-3' }, 7),
      history({ loss: '"-Infinity"' }),
    ]
    const { points, times } = read(...rows)
    expect(points).toEqual(['loss 3 0.5', 'loss 7 NaN', 'val/acc 7 0.001', 'loss 8 -Infinity'])
    expect(times).toEqual([1_700_000_001_250, 1_700_000_001_250, 1_700_000_001_250, 1_700_000_001_250])
  })

  it('takes nested numbers by their path, and neither media, histograms, texts nor truth', () => {
    const row = history({
      val: '{"acc": 1, "top": {"k5": 2}}',
      hist: '{"_type": "histogram", "values": [1, 2]}',
      image: '{"_type": "image-file", "path": "../../../etc/passwd", "size": 1}',
      name: '"x"',
      on: 'true',
      list: '[1]',
      broken: '{',
    })
    expect(read(row, nested(['train', 'loss'], '2')).points).toEqual([
      'val.acc 0 1',
      'val.top.k5 0 2',
      'train.loss 1 2',
    ])
  })

  it('gives the config as params, and project, host, git and labels as tags', () => {
    const { params, tags } = read(
      run({ lr: '0.1', opt: '{"name": "adam"}', _wandb: '{"t": 1}' }),
      config({ seed: '12345678901234567890' }),
    )
    expect(params).toEqual({ lr: '0.1', 'opt.name': 'adam', seed: '12345678901234567890' })
    expect(tags).toEqual({
      'wandb.id': 'abc123',
      'wandb.project': 'demo',
      'wandb.tags': 'one, two',
      host: 'node7',
      'git.remote': 'git@example.org:a/b.git',
      'git.commit': 'c0ffee',
    })
  })

  it('gives measurements of the machine by the seconds since the start', () => {
    const { points } = read(run({}), stats({ cpu: '12.5', network: '{"sent": 3}' }, 1_700_000_030))
    expect(points).toEqual(['system/cpu 30 12.5', 'system/network.sent 30 3'])
  })

  it('tells how the run ended, by its exit code', () => {
    expect(read(run({}), exit(0, 90)).ends).toEqual(['finished 1700000090500'])
    expect(read(run({}), exit(255, 90)).ends).toEqual(['failed 1700000090500'])
    expect(read(run({})).ends).toEqual([])
  })

  it('waits with an end without a time for the records behind it', () => {
    expect(read(run({}), exit(0)).ends).toEqual([])
    expect(read(run({}), exit(0), stats({ cpu: '1' }, 1_700_000_030), final).ends).toEqual([
      'finished 1700000030500',
    ])
    expect(read(exit(1), final).ends).toEqual(['failed 1000'])
  })

  it('adds what is in the summary alone, once, at the last step', () => {
    const rows = [
      history({ loss: '1' }, 4),
      summary({ loss: '1', best: '0.25', _step: '4' }),
      summary({ best: 'NaN' }),
    ]
    expect(read(...rows).points).toEqual(['loss 4 1'])
    expect(read(...rows, final, final).points).toEqual(['loss 4 1', 'best 4 NaN'])
  })

  it('gives the same in any pieces, with a restart between any two, also over blocks of 32 KiB', () => {
    const value = fc.double().map((number) => JSON.stringify(number) ?? 'NaN')
    const record = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b/c', 'é'), value).map(([key, json]) => history({ [key]: json })),
      fc.constantFrom(
        run({ lr: '1' }),
        stats({ cpu: '1' }, 1_700_000_009),
        exit(0),
        summary({ best: '2' }),
        final,
      ),
      fc.nat(40_000).map((length) => bytesField(13, Buffer.alloc(length, 'o'))),
    )
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 12 }),
        fc.array(fc.nat(20_000), { maxLength: 20 }),
        (records, pieces) => {
          const bytes = wandbFile(header, ...records)
          const whole = readWhole(wandb, bytes)
          expect(whole).toMatchObject({ problems: [], used: bytes.length })
          expect(readPieces(wandb, bytes, pieces)).toEqual(whole)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a damaged .wandb file', () => {
  const rows = [1, 2, 3].map((value) => history({ loss: String(value) }, value))

  it('loses the record with a wrong checksum alone', () => {
    const bytes = wandbFile(...rows)
    const at = wandbFile(rows[0]!).length
    bytes[at + 12]! ^= 1
    const damaged = readWhole(wandb, bytes)
    expect(damaged.points).toEqual(['loss 1 1', 'loss 3 3'])
    expect(damaged.problems).toEqual([`damaged records left out (byte ${at})`])
  })

  it('is read on in the next block behind a length that cannot be', () => {
    const filler = bytesField(13, Buffer.alloc(40_000, 'o'))
    const bytes = wandbFile(rows[0]!, rows[1]!, filler, rows[2]!)
    bytes.writeUInt16LE(65_535, wandbFile(rows[0]!).length + 4)
    const whole = readWhole(wandb, bytes)
    expect(whole.points).toEqual(['loss 1 1', 'loss 3 3'])
    expect(readPieces(wandb, bytes, [60, 1000, 1000, 30_000, 5])).toEqual(whole)
  })

  it('says that it ends inside a record, once, and reads the rest when it comes', () => {
    const bytes = wandbFile(...rows)
    const cut = bytes.subarray(0, bytes.length - 5)
    expect(readWhole(wandb, cut, true).problems).toEqual([
      expect.stringMatching(/^ends inside a record; the rest is read when it is written \(byte \d+\)$/),
    ])
    expect(readWhole(wandb, cut).problems).toEqual([])
    expect(readPieces(wandb, bytes, [cut.length, 2]).points).toEqual(['loss 1 1', 'loss 2 2', 'loss 3 3'])
  })

  it('may be a header alone, another version, or nothing of W&B', () => {
    expect(readWhole(wandb, wandbFile(), true)).toMatchObject({ points: [], problems: [], stopped: false })
    const other = wandbFile(...rows)
    other[4] = 0
    expect(readWhole(wandb, other)).toMatchObject({
      stopped: true,
      problems: ['is a W&B file of an unknown version, not read'],
    })
    expect(readWhole(wandb, 'text that is long')).toMatchObject({
      stopped: true,
      problems: ['is no W&B file'],
    })
  })

  it('never throws and never reads backwards, whatever the bytes', () => {
    const bytes = wandbFile(header, run({ lr: '1' }), ...rows, exit(0), final)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bad = Buffer.from(bytes)
        for (const [at, byte] of changes) bad[at] = byte
        const { used } = readWhole(wandb, bad, true)
        expect(used).toBeLessThanOrEqual(bad.length)
      }),
    )
    expect(read(bytesField(2, Buffer.from([0x0b, 0xff]))).problems).toHaveLength(1)
  })
})

describe('what W&B notes of the machine', () => {
  const parse = (value: unknown) =>
    wandbMetadata.parse(JSON.stringify(value), '/w/wandb/run-1/files/wandb-metadata.json')

  it('becomes tags of the run of the folder above', () => {
    expect(wandbMetadata.runPath?.('/w/wandb/run-1/files/wandb-metadata.json')).toBe('/w/wandb/run-1')
    const metadata = {
      host: 'n1',
      program: 'train.py',
      args: ['--lr', 1],
      gpu: 'A100',
      gpu_count: 8,
      docker: null,
      git: { commit: 'c0ffee' },
    }
    expect(parse(metadata)).toEqual({
      rows: [],
      tags: {
        host: 'n1',
        program: 'train.py',
        args: '--lr 1',
        gpu: 'A100',
        'gpu.count': '8',
        'git.commit': 'c0ffee',
      },
    })
  })

  it('holds no passwords, as far as their names tell', () => {
    const args = [
      '--lr',
      '1',
      '--api-key',
      'abc',
      '--hub_token=abc',
      'db.password=abc',
      '--keys',
      'a',
      '--token',
      '--fast',
    ]
    const told = parse({ args, git: { remote: 'https://me:abc@github.com/a/b.git' } })
    expect(told?.tags).toEqual({
      args: '--lr 1 --api-key *** --hub_token=*** db.password=*** --keys a --token --fast',
      'git.remote': 'https://github.com/a/b.git',
    })
  })

  it('is no document when it is no object', () => {
    expect(parse([1])).toBeUndefined()
    expect(parse({ git: 'x', args: 'y' })).toEqual({ rows: [], tags: {} })
  })
})
