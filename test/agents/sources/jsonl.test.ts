import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonl } from '../../../agents/sources/jsonl.ts'
import { readPieces, readWhole } from './reading.ts'

const lines = (...rows: string[]) => rows.map((row) => `${row}\n`).join('')
const points = (...rows: string[]) => readWhole(jsonl, lines(...rows)).points
const sniff = (name: string, text: string) => jsonl.sniff(Buffer.from(text), name)

describe('JSON lines of metrics', () => {
  it('takes every number as a metric, nested ones by their path, the step too', () => {
    expect(
      points(
        '{"step":3,"loss":0.5,"val":{"acc":1,"top":{"k5":2}},"name":"x","ok":true,"list":[1],"none":null}',
      ),
    ).toEqual(['step 3 3', 'loss 3 0.5', 'val.acc 3 1', 'val.top.k5 3 2'])
  })

  it('takes the step from the most telling name, else counts the rows', () => {
    expect(points('{"epoch":1,"global_step":40,"l":1}').at(-1)).toBe('l 40 1')
    expect(points('{"epoch":2,"l":1}').at(-1)).toBe('l 2 1')
    expect(points('{"l":1}', '{"event":"x"}', '{"l":2}')).toEqual(['l 0 1', 'l 2 2'])
    expect(points('{"epoch":0.5,"l":1}').at(-1)).toBe('l 0 1')
  })

  it('accepts the numbers of Python: NaN, Infinity, integers of any size', () => {
    expect(
      points('{"step": 9007199254740993, "a": NaN, "b": -Infinity, "c": 1e400, "d": "NaN \\" Infinity"}'),
    ).toEqual([
      'step 9007199254740993 9007199254740992',
      'a 9007199254740993 NaN',
      'b 9007199254740993 -Infinity',
      'c 9007199254740993 Infinity',
    ])
  })

  it('refuses a step that is none, and counts it', () => {
    const read = readWhole(jsonl, lines('{"step":7.5,"l":1}', '{"step":"abc","l":1}', '{"step":"6","l":2}'))
    expect(read.points).toEqual(['l 6 2'])
    expect(read.problems).toHaveLength(2)
  })

  it('counts what is no JSON object, by its line, and reads on', () => {
    const read = readWhole(
      jsonl,
      lines('{"l":1}', 'not json', '[1]', '"s"', 'null', '{"l":1}{"l":2}', '', '\ufeff{"l":3}\r'),
    )
    expect(read.points).toEqual(['l 0 1', 'l 1 3'])
    expect(read.problems.map((problem) => problem.match(/line \d+/)?.[0])).toEqual(
      [2, 3, 4, 5, 6].map((n) => `line ${n}`),
    )
  })

  it('lets the last of a repeated key win, and no key reach a prototype', () => {
    expect(points('{"step":1,"l":0.4,"l":0.3}').at(-1)).toBe('l 1 0.3')
    expect(points('{"__proto__":{"polluted":1},"constructor":2}')).toEqual([
      '__proto__.polluted 0 1',
      'constructor 0 2',
    ])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('takes config, params and hparams for the params of the run', () => {
    const read = readWhole(
      jsonl,
      lines('{"config":{"lr":1e-5,"opt":{"name":"adam","betas":[0.9,0.99]},"seed":12345678901234567890}}'),
    )
    expect(read.params).toEqual({
      lr: '0.00001',
      'opt.name': 'adam',
      'opt.betas': '[0.9, 0.99]',
      seed: '12345678901234567890',
    })
    expect(read.points).toEqual([])
  })

  it('is bounded in depth and length', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
    const brackets = '['.repeat(500_000)
    const read = readWhole(jsonl, lines(deep, brackets, `{"x":"${'y'.repeat(2_000_000)}"}`, '{"l":1}'))
    expect(read.points).toEqual(['l 1 1'])
    expect(read.problems).toHaveLength(3)
  })

  it('takes the time of a row from it', () => {
    const read = readWhole(jsonl, lines('{"l":1,"timestamp":"2026-03-03T01:56:42.028299+00:00"}', '{"l":1}'))
    expect(read.times).toEqual([Date.UTC(2026, 2, 3, 1, 56, 42, 28), 1000])
  })

  it('reads a quiet last line only when it is whole, once', () => {
    expect(readWhole(jsonl, '{"l":1}\n{"l":2}', true).points).toEqual(['l 0 1', 'l 1 2'])
    expect(readWhole(jsonl, '{"l":1}\n{"l":2', true)).toMatchObject({ points: ['l 0 1'], problems: [] })
  })

  it('gives the same points in any pieces, with a restart between any two', () => {
    const row = fc.oneof(
      fc.record({ step: fc.nat(), loss: fc.double(), s: fc.string() }).map((value) => JSON.stringify(value)),
      fc.constantFrom('', 'bad', '{"l":NaN}', '{"é":1}', '{"step":1.5,"l":1}', '{"config":{"a":1}}'),
    )
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 15 }),
        fc.array(fc.nat(30), { maxLength: 60 }),
        (rows, pieces) => {
          const bytes = Buffer.from(`${rows.join('\n')}\n{"half`)
          expect(readPieces(jsonl, bytes, pieces)).toEqual(readWhole(jsonl, bytes))
        },
      ),
    )
  })
})

describe('which JSON lines are logs', () => {
  it('takes rows with a step or a metric, and logs by their name', () => {
    expect(sniff('any.jsonl', '{"step":1,"x":2}\n')).toBe('log')
    expect(sniff('any.jsonl', '{"train_loss":2}\n')).toBe('log')
    expect(sniff('metrics.jsonl', '{"x":2}\n')).toBe('log')
    expect(sniff('metrics.jsonl', '{"config":{"lr":1}}\n')).toBe('log')
    expect(sniff('any.jsonl', `{"step": 1, "text": "${'x'.repeat(20_000)}`)).toBe('log')
  })

  it('leaves data and requests alone', () => {
    expect(sniff('train.jsonl', `${'{"text":"a","label":3}\n'.repeat(60)}`)).toBe('other')
    expect(sniff('requests.jsonl', '{"timestamp":0,"requests":[]}\n')).toBe('undecided')
    expect(sniff('any.jsonl', '')).toBe('undecided')
    expect(sniff('any.jsonl', `{"text": "${'x'.repeat(20_000)}`)).toBe('other')
  })
})
