// Paths of artifacts: what passes stays below its root, whatever it is written like.
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { safePath, safeUrlPath } from '../../src/mlflow/artifact-path.ts'
import { MlflowError } from '../../src/mlflow/errors.ts'

describe('a path in a URL', () => {
  test.each([
    ['1/abc/artifacts/model.pkl', '1/abc/artifacts/model.pkl'],
    ['a%20b/%D1%84.txt', 'a b/ф.txt'],
    ['a..b/...c', 'a..b/...c'],
    ['100%25.txt', '100%.txt'],
    ['a%2Fb', 'a/b'],
    ['step=1,loss=0.5.ckpt', 'step=1,loss=0.5.ckpt'],
  ])('%s is %s', (encoded, path) => {
    expect(safeUrlPath(encoded)).toBe(path)
  })

  test.each([
    [''],
    ['..'],
    ['../etc/passwd'],
    ['a/../../b'],
    ['a/..'],
    ['./a'],
    ['a//b'],
    ['a/'],
    ['/etc/passwd'],
    ['%2Fetc%2Fpasswd'],
    ['%2e%2e/a'],
    ['%2e%2e%2fa'],
    ['..%2fa'],
    ['%252e%252e%252fa'],
    ['%25252e%25252e/a'],
    ['%2525252525252525252e'],
    ['%c0%ae%c0%ae/a'],
    ['%e0%80%ae'],
    ['..%5ca'],
    ['a\\b'],
    ['%255c..%255c'],
    ['C:/windows'],
    ['c%3a%5cwindows'],
    ['a%00.txt'],
    ['a%0ab'],
    ['a%1b[2J'],
    ['a%E2%80%AEtxt'],
    ['a#b'],
    ['a%23b'],
    ['a%2523b'],
    ['%'],
    ['a%2'],
    ['x'.repeat(241)],
    ['ф'.repeat(121)],
    [`${'abcdefg/'.repeat(300)}a`],
  ])('%s is refused', (encoded) => {
    expect(() => safeUrlPath(encoded)).toThrow(MlflowError)
    expect(() => safeUrlPath(encoded)).toThrow(/^Invalid path '/)
  })
})

const piece = fc.constantFrom(
  '..',
  '.',
  '/',
  '\\',
  '%2e',
  '%2f',
  '%5c',
  '%25',
  '%00',
  'a',
  ' ',
  '~',
  ':',
  '#',
  '\0',
)

test('whatever passes stays below the root, however often it is decoded', () => {
  const paths = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  let passed = 0
  fc.assert(
    fc.property(paths, (path) => {
      let safe: string
      try {
        safe = safePath(path)
      } catch (error) {
        expect(error).toBeInstanceOf(MlflowError)
        return
      }
      passed++
      expect(safe).toBe(path)
      for (let round = 0; round < 4; round++) {
        expect(relative('/root/files', join('/root/files', safe))).toBe(safe)
        try {
          safe = decodeURIComponent(safe)
        } catch {
          break
        }
      }
    }),
    { numRuns: 3000 },
  )
  expect(passed).toBeGreaterThan(50)
})
