import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detectVerb } from '../../src/app/detect-verb.ts'

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-'))
  file = join(folder, 'values.csv')
  // The mean goes from 0.2 to 0.8 at row 500; every 50th cell is no number.
  const cell = (i: number) =>
    i % 50 === 7 ? 'n/a' : String((i < 500 ? 0.2 : 0.8) + ((i * 7919) % 100) / 1000)
  writeFileSync(file, `t,error\n${Array.from({ length: 1000 }, (_, i) => `${i},${cell(i)}`).join('\n')}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function detect(flags: object): Promise<string> {
  let text = ''
  const write = (piece: string) => {
    text += piece
  }
  const out = { write, isTTY: false, columns: undefined }
  const all = { file, column: 'error', method: 'adwin', set: [], output: 'table', ...flags }
  expect(await detectVerb(all, out)).toBe(0)
  return text
}

describe('mlops detect', () => {
  it.each(['adwin', 'page-hinkley', 'hddm-a', 'hddm-w'])(
    'finds the row after which a column changed, by %s',
    async (method) => {
      const set = method === 'page-hinkley' ? ['threshold=5'] : []
      const found = JSON.parse(await detect({ method, set, output: 'json' }))
      const drifts = found.filter(({ level }: { level: string }) => level === 'drift')
      expect(drifts[0].row).toBeGreaterThanOrEqual(500)
      expect(drifts[0].row).toBeLessThan(560)
    },
  )

  it('says in a sentence what it read and what it passed over', async () => {
    expect(await detect({})).toMatch(
      /^error: 1000 rows, \d+ changes? by adwin, 20 cells that are no numbers passed over/,
    )
  })

  it.each([
    [{ method: 'adwim' }, /no detector adwim/],
    [{ column: 'eror' }, /no column eror/],
    [{ set: ['delta'] }, /--set delta is no name=number/],
    [{ set: ['delat=1'] }, /no setting delat/],
    [{ file: '/none.csv' }, /none\.csv/],
  ])('refuses %j in words', async (flags, words) => {
    await expect(detect(flags)).rejects.toThrow(words)
  })
})
