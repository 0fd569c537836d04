import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveDump } from '../../src/tui/screen-dump.ts'
import { drive } from './app/driving.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dump-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const frame = { text: '\u001b[1mruns\u001b[0m <3>\nloss NaN', columns: 10, rows: 2 }

test('a text file has no escapes, an .ansi file keeps them, an .svg file is a picture', () => {
  const read = (name: string) => readFileSync(saveDump(join(folder, name), frame), 'utf8')
  expect(read('screen.txt')).toBe('runs <3>\nloss NaN\n')
  expect(read('screen.ansi')).toContain('\u001b[1m')
  expect(read('screen.svg')).toMatch(/^<svg[\s\S]*&lt;3&gt;[\s\S]*<\/svg>\s*$/)
})

test('nothing is overwritten', () => {
  saveDump(join(folder, 'a.txt'), frame)
  expect(() => saveDump(join(folder, 'a.txt'), frame)).toThrow(/EEXIST/)
})

test(':dump names a file or asks for one', () => {
  const console_ = drive()
  console_.command('dump /tmp/x.svg')
  console_.command('dump')
  expect(console_.effects).toEqual([{ type: 'dump', file: '/tmp/x.svg' }])
  expect(console_.state.message?.text).toMatch(/into which file/)
})
