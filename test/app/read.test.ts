// Reading verbs on a store's file: what looks back works there, what changes something is refused.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runReading } from '../../src/app/read.ts'
import { toCliError } from '../../src/cli/cli-error.ts'
import { openStore } from '../../src/store/store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-'))
  file = join(folder, 'store.db')
  const store = openStore(file)
  const data = { name: 'gpu', role: 'training', version: '1', epoch: 'e' } as const
  store.commit([{ by: 'hub', events: [{ type: 'host.connected', at: 1, about: 'h', data }] }], 1)
  store.commit(
    [{ by: 'hub', events: [{ type: 'host.disconnected', at: 2, about: 'h', data: { reason: 'x' } }] }],
    2,
  )
  store.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('an alert of a store without its hub cannot be acknowledged: code 4, and what to do', async () => {
  const failure = await runReading('alert', ['ack', 'host.offline:h', '--store', file]).catch(toCliError)
  expect(failure).toMatchObject({
    code: 4,
    message: expect.stringContaining('is read without its hub'),
    hint: expect.stringContaining('mlops hub'),
  })
  const store = openStore(file, { readonly: true })
  expect(store.state().seq).toBe(2)
  store.close()
})
