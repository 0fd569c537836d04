// `--dir` reads what runs print as well: the whole way from a file to an answer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSession } from '../../src/app/session.ts'
import { ownersOf, pick } from '../../src/cli/lookup.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('lines of a log beside metrics are there once everything has been read', async () => {
  mkdirSync(join(folder, 'resnet'))
  writeFileSync(join(folder, 'resnet', 'metrics.csv'), 'step,loss\n1,0.5\n2,0.4\n3,0.3\n')
  writeFileSync(
    join(folder, 'resnet', 'slurm-7.out'),
    'loading\n\u001b[1mready\u001b[0m\n10%\r100%\nKilled\n',
  )
  const session = await openSession({ dir: [folder] })
  try {
    const { id } = pick(ownersOf(session.link.world()), 'resnet', 'run', '')
    const { lines } = await session.link.lines({ owner: id, limit: 10 })
    expect(lines.map(({ stream, text }) => `${stream}: ${text}`)).toEqual([
      'slurm-7.out: loading',
      'slurm-7.out: ready',
      'slurm-7.out: 100%',
      'slurm-7.out: Killed',
    ])
  } finally {
    await session.close()
  }
})
