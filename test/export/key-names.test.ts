// Names of files for keys: inside their folder, taken by MLflow, one for each key.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fileNames, folderOf } from '../../src/export/key-names.ts'
import { checkKey } from '../../src/mlflow/names.ts'

const nameOf = (key: string, ...others: string[]) => fileNames([key, ...others]).get(key)!

/** Keys with all that hurts: slashes, dots, controls, long ones, those that are folders of others. */
const key = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', '/', '.', '_', '\n', '\0', '\\', 'é', '☃', '𝛼', '(', '-'),
    maxLength: 10,
  }),
  fc.string({ unit: fc.constantFrom('a', 'é', '漢', '/', '𝛼'), minLength: 200, maxLength: 512 }),
)

describe('names of files', () => {
  test('keys that MLflow takes stay as they are', () => {
    for (const key of ['loss', 'train/loss', 'val loss', 'a.b-c:d', 'système/é', 'gpu/0/util'])
      expect(nameOf(key)).toBe(key)
  })

  test.each([
    '..',
    '.',
    '',
    '/etc/passwd',
    '../../x',
    'a/../../b',
    'a//b',
    'a/',
    '..x',
    'a\0b',
    'a\\..\\b',
    'x\ny',
  ])('the hostile key %j is another name below the folder', (hostile) => {
    const name = nameOf(hostile)
    expect(name).not.toBe(hostile)
    expect(join('/out', name)).toBe(`/out/${name}`)
    expect(() => checkKey(name, 'key')).not.toThrow()
  })

  test('of a key that is the folder of another one, the longer one keeps its name', () => {
    const names = fileNames(['loss', 'loss/train', 'loss/train/fine'])
    expect(names.get('loss/train/fine')).toBe('loss/train/fine')
    expect(names.get('loss/train')).toMatch(/^loss_train-[0-9a-f]{8}$/)
    expect(names.get('loss')).toMatch(/^loss-[0-9a-f]{8}$/)
  })

  test('a key keeps its name whatever others would be escaped to', () => {
    expect(nameOf('a_b', 'a(b', 'a)b')).toBe('a_b')
  })

  test('any keys can be written side by side and are found again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 12 }), (keys) => {
        const folder = mkdtempSync(join(tmpdir(), 'keys-'))
        try {
          const names = fileNames(keys)
          expect([...names.keys()].sort()).toEqual([...keys].sort())
          for (const [key, name] of names) {
            expect(normalize(name)).toBe(name)
            checkKey(name, 'key')
            mkdirSync(dirname(join(folder, name)), { recursive: true })
            writeFileSync(join(folder, name), key, { flag: 'wx' })
          }
          const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) =>
            e.isFile(),
          )
          expect(files).toHaveLength(keys.length)
          for (const [key, name] of names)
            expect(readFileSync(join(folder, name), 'utf8')).toBe(Buffer.from(key).toString())
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      }),
      { numRuns: 150 },
    )
  })

  test('an id is a folder of its own name, or 32 digits', () => {
    expect(folderOf('3f0c1a2b9d8e')).toBe('3f0c1a2b9d8e')
    for (const id of ['..', '', 'models', 'tags', 'a/b', '.trash', 'é', 'x'.repeat(200)])
      expect(folderOf(id)).toMatch(/^[0-9a-f]{32}$/)
    expect(folderOf('a/b')).not.toBe(folderOf('a/c'))
  })
})
