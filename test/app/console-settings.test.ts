// The console's settings and the user's choices, from real files that change.
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsSource } from '../../src/app/console-settings.ts'
import { watchFile } from '../../src/app/file-watch.ts'
import { preferencesIn } from '../../src/app/preferences.ts'
import { checkConfig, loadConfig } from '../../src/config.ts'

let folder: string
const stops: (() => void)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'))
})
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  rmSync(folder, { recursive: true, force: true })
})

const LOOK_MS = 20

describe('a config', () => {
  const write = (text: string): string => {
    const file = join(folder, 'mlops.config.mjs')
    writeFileSync(file, `export default ${text}`)
    return file
  }

  test('that changed is read anew, and what needs another start is named', async () => {
    const file = write("{ keys: { b: 'alerts' }, notify: 'bell' }")
    const source = settingsSource(await loadConfig(file))!
    expect(source.first).toEqual({ keys: { b: 'alerts' }, notify: 'bell' })
    write("{ keys: { b: 'hosts' }, watch: ['logs'], screenReader: true }")
    expect(await source.read()).toEqual({
      settings: { keys: { b: 'hosts' }, notify: 'osc9' },
      later: ['watch', 'screenReader'],
    })
  })

  test.each([
    ["{ notify: 'loud' }", /^mlops\.config\.mjs: notify: /],
    ['{ keys: { b: 5 } }', /^mlops\.config\.mjs: keys\.b: /],
    ['{ keys: { b: ', /^mlops\.config\.mjs cannot be read: /],
    ['{ color: 1 }', /^mlops\.config\.mjs: unknown key "color"/],
  ])('%s is refused by the name of the field', async (text, sentence) => {
    const source = settingsSource(await loadConfig(write('{}')))!
    write(text)
    await expect(source.read()).rejects.toThrow(sentence)
  })

  test('that is no file has nothing to read again', () => {
    expect(settingsSource(checkConfig({}, null, folder))).toBeUndefined()
    expect(settingsSource(undefined)).toBeUndefined()
  })
})

describe('preferences', () => {
  const write = (text: string) => writeFileSync(join(folder, 'preferences.json'), text)
  const choices = { sort: { runs: 'name' }, columns: {}, views: {} }

  test('are read again as they were saved', () => {
    const preferences = preferencesIn(folder)
    expect(preferences.read!()).toBeUndefined()
    preferences.save(choices)
    expect(preferences.read!()).toEqual(choices)
    expect(readdirSync(folder)).toEqual(['preferences.json'])
  })

  test.each([
    ['{', /^preferences\.json is no JSON: /],
    ['{"columns":{"runs":7}}', /^preferences\.json: columns\.runs cannot be understood$/],
  ])('%s is refused by name, and chooses nothing at the start', (text, sentence) => {
    write(text)
    expect(() => preferencesIn(folder).read!()).toThrow(sentence)
    expect(() => preferencesIn(folder).load()).not.toThrow()
  })
})

describe('a file', () => {
  test('is heard of when it is written, and when an editor puts another in its place', async () => {
    const file = join(folder, 'a')
    writeFileSync(file, 'one')
    let heard = 0
    stops.push(watchFile(file, () => heard++, LOOK_MS))
    writeFileSync(file, 'three')
    await expect.poll(() => heard).toBe(1)
    writeFileSync(`${file}.new`, 'seventeen')
    renameSync(`${file}.new`, file)
    await expect.poll(() => heard).toBe(2)
    rmSync(file)
    writeFileSync(`${file}.other`, 'x')
    stops.push(watchFile(`${file}.other`, () => heard++, LOOK_MS))
    writeFileSync(`${file}.other`, 'xyz')
    await expect.poll(() => heard).toBe(3)
  })
})
