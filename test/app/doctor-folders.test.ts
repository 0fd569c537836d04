// What `mlops doctor DIR` prints.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { doctorFolders } from '../../src/app/doctor-folders.ts'

let folder: string
let said: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  writeFileSync(join(folder, 'run\u001b[31m.csv'), 'step,loss\n1,1\n')
  writeFileSync(join(folder, 'users.csv'), 'name,age\nada,36\n')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test('a line for each file: format, run, name without control characters, and why it is not read', async () => {
  expect(await doctorFolders([folder], false)).toBe(0)
  expect(said).toContain(': 1 file(s) read, 1 run(s), 1 not taken')
  expect(said).toMatch(/^csv +doctor-\w+ \| run␛\[31m +run␛\[31m\.csv$/m)
  expect(said).toMatch(/^- +- +users\.csv +it has neither a step column nor the name of a log$/m)
})

test('the same as JSON, a report for each folder; 1 when a folder is missing', async () => {
  const missing = join(folder, 'none')
  expect(await doctorFolders([folder, missing], true)).toBe(1)
  const reports = JSON.parse(said)
  expect(reports.map((report: { folder: string }) => report.folder)).toEqual([folder, missing])
  expect(reports[0].files[1]).toEqual({
    path: join(folder, 'users.csv'),
    format: null,
    run: null,
    note: 'it has neither a step column nor the name of a log',
  })
  expect(reports[1].files[0].note).toMatch(/missing/)
})
