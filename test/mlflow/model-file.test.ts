// MLmodel files: what of them is read, and that hostile ones tell nothing.
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, parseModelFile, readModelFile } from '../../src/mlflow/model-file.ts'
import { createMemoryBackend } from './memory-backend.ts'

const NOTHING = { flavors: [], inputs: null, outputs: null, modelBytes: null }

describe('columnsOf', () => {
  test.each([
    ['[{"type":"long","name":"a"}]', [{ name: 'a', type: 'long', optional: false }]],
    [
      '[{"type":"long"},{"type":"long"}]',
      ['0', '1'].map((name) => ({ name, type: 'long', optional: false })),
    ],
    [
      '[{"type":"array","items":{"type":"double"},"name":"v"}]',
      [{ name: 'v', type: 'array(double)', optional: false }],
    ],
    [
      '[{"type":"object","name":"o","properties":{"k":{"type":"string"}}}]',
      [{ name: 'o', type: 'object(k: string)', optional: false }],
    ],
  ])('reads %s', (json, expected) => {
    expect(columnsOf(json)).toEqual(expected)
  })

  test.each(['', 'x', '{}', '1', 'null', undefined, 7])('tells nothing of %j', (json) => {
    expect(columnsOf(json)).toBeNull()
  })

  test('counts the columns that it leaves out', () => {
    const columns = columnsOf(
      JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ name: `c${i}`, type: 'double' }))),
    )
    expect(columns).toHaveLength(301)
    expect(columns?.at(-1)).toEqual({ name: '…', type: 'and 700 more', optional: false })
  })

  test('makes what cannot be shown visible', () => {
    expect(columnsOf('[{"type":"long","name":"a\\u001b[31m"}]')?.[0]?.name).toBe('a\u241b[31m')
  })

  test('survives any JSON', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.jsonValue(), fc.record({ name: fc.string(), type: fc.jsonValue() }))),
        (raw) => {
          const columns = columnsOf(JSON.stringify(raw))
          expect(columns!.length).toBeLessThanOrEqual(raw.length)
          for (const { name, type } of columns!)
            expect([typeof name, typeof type]).toEqual(['string', 'string'])
        },
      ),
    )
  })
})

describe('an MLmodel', () => {
  test.each(['just text', '- a\n- b', 'a: [', 'flavors: !!js/function "function(){}"', 'flavors: 7', ''])(
    'tells nothing where it is %j',
    async (text) => {
      expect(await parseModelFile(text)).toEqual(NOTHING)
    },
  )

  test('has no signature where it is null', async () => {
    expect(await parseModelFile('flavors: {onnx: {}}\nsignature: null\n')).toEqual({
      ...NOTHING,
      flavors: ['onnx'],
    })
  })

  test('is not read above a mebibyte', async () => {
    const { artifacts } = createMemoryBackend()
    await artifacts.write(
      'm/MLmodel',
      Readable.from([Buffer.from(`flavors: {onnx: {}}\n#${'x'.repeat(1 << 20)}`)]),
    )
    expect(await readModelFile(artifacts, 'm/MLmodel')).toEqual(NOTHING)
    expect(await readModelFile(artifacts, 'm/none')).toEqual(NOTHING)
  })
})
