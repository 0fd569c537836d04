// Projects of a config: checked, told to the state of the hub, and told again when they change.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HubProcess, takeStore } from '../../src/app/hub-process.ts'
import { checkConfig } from '../../src/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'projects-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Names of the projects of a hub that was started on a config and stopped again. */
async function projectsOf(projects: object): Promise<string[]> {
  const settings = checkConfig({ state: folder, watch: [], projects }, null, folder)
  const hub = new HubProcess(takeStore(folder)!, { settings, port: 'none', hostIntervalMs: 0 })
  await hub.close()
  const { projects: known } = hub.hub.world().state
  return [...known.keys()]
}

describe('projects of a config', () => {
  test('are in the state of the hub, also after they changed, and are gone with the config', async () => {
    expect(await projectsOf({ vision: { experiments: ['cifar*'] }, text: {} })).toEqual(['vision', 'text'])
    expect(await projectsOf({ text: {} })).toEqual(['text'])
    expect(await projectsOf({})).toEqual([])
  })

  test.each([
    [{ 'a b': {} }, /projects/],
    [{ a: { quotaBytes: -1 } }, /quotaBytes/],
    [{ a: { quota: 1 } }, /unknown key "projects.a.quota"/],
    [{ a: { models: 'x' } }, /models/],
  ])('%j is refused', (projects, reason) => {
    expect(() => checkConfig({ projects }, null, folder)).toThrow(reason)
  })
})
