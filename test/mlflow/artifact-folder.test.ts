// Artifacts on a real disk: whole or not at all, never outside the root, with the digests of what is there.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createArtifactFolder } from '../../src/mlflow/artifact-folder.ts'
import { MlflowError } from '../../src/mlflow/errors.ts'

let outside: string
let root: string
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'artifacts-'))
  root = join(outside, 'root')
})
afterEach(() => rmSync(outside, { recursive: true, force: true }))

const body = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const folder = (limits = {}) => createArtifactFolder(root, { keepFree: 0, ...limits })
const textOf = async (artifacts: ReturnType<typeof folder>, path: string) => {
  const file = await artifacts.read(path)
  return file && (await buffer(file.body)).toString()
}
const uploads = () => readdirSync(join(root, 'uploads'))

async function refusalOf(work: Promise<unknown>): Promise<MlflowError> {
  try {
    await work
  } catch (error) {
    expect(error).toBeInstanceOf(MlflowError)
    return error as MlflowError
  }
  throw new Error('nothing was refused')
}

describe('a file', () => {
  test('is written, read with its size, listed, hashed and removed', async () => {
    const artifacts = folder()
    await artifacts.write('1/run/artifacts/a b.txt', body('hel', 'lo'))
    const file = await artifacts.read('1/run/artifacts/a b.txt')
    expect(file?.size).toBe(5)
    file?.body.destroy()
    expect(await textOf(artifacts, '1/run/artifacts/a b.txt')).toBe('hello')
    expect(await artifacts.list('1/run')).toEqual([
      { path: '1/run/artifacts', isDirectory: true, size: null },
    ])
    expect(await artifacts.list('1/run/artifacts')).toEqual([
      { path: '1/run/artifacts/a b.txt', isDirectory: false, size: 5 },
    ])
    expect(await artifacts.digest('1/run/artifacts/a b.txt')).toBe(sha256('hello'))
    await artifacts.remove('1/run')
    expect(await artifacts.list('')).toEqual([{ path: '1', isDirectory: true, size: null }])
    expect(await artifacts.read('1/run/artifacts/a b.txt')).toBeUndefined()
    expect(await artifacts.digest('1/run/artifacts/a b.txt')).toBeUndefined()
    expect(uploads()).toEqual([])
  })

  test('may be empty, and may be replaced', async () => {
    const artifacts = folder()
    await artifacts.write('a', body())
    expect(await textOf(artifacts, 'a')).toBe('')
    expect(await artifacts.digest('a')).toBe(sha256(''))
    await artifacts.write('a', body('new'))
    expect(await textOf(artifacts, 'a')).toBe('new')
    expect(await artifacts.digest('a')).toBe(sha256('new'))
  })

  test('that is not there is undefined, its list empty, its removal nothing', async () => {
    const artifacts = folder()
    expect(await artifacts.read('a/b')).toBeUndefined()
    expect(await artifacts.list('a/b')).toEqual([])
    await artifacts.remove('a/b')
    await artifacts.write('file', body('x'))
    expect(await artifacts.read('file/below')).toBeUndefined()
    expect(await artifacts.list('file')).toEqual([])
  })

  test("has no digest that is another file's, whatever they are called", async () => {
    const artifacts = folder()
    for (const path of ['a', 'a.json', 'a.d/b', 'b.json/a', 'b', 'c.d/c.json', 'c'])
      await artifacts.write(path, body(path))
    for (const path of ['a', 'a.json', 'a.d/b', 'b.json/a', 'b', 'c.d/c.json', 'c'])
      expect(await artifacts.digest(path)).toBe(sha256(path))
  })

  test('that was changed behind our back is hashed anew', async () => {
    const artifacts = folder()
    await artifacts.write('a', body('one'))
    writeFileSync(join(root, 'files/a'), 'two')
    utimesSync(join(root, 'files/a'), 1, 1)
    expect(await artifacts.digest('a')).toBe(sha256('two'))
    writeFileSync(join(root, 'digests/a.json'), 'torn{')
    expect(await artifacts.digest('a')).toBe(sha256('two'))
    writeFileSync(join(outside, 'other'), 'six')
    utimesSync(join(outside, 'other'), 1, 1)
    renameSync(join(outside, 'other'), join(root, 'files/a'))
    expect(await artifacts.digest('a')).toBe(sha256('six'))
  })

  test('written by two at once is one of both whole, with its digest', async () => {
    const artifacts = folder()
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(200_000))
    await Promise.all(
      texts.map((text) => artifacts.write('same/path', body(text.slice(0, 99), text.slice(99)))),
    )
    const found = await textOf(artifacts, 'same/path')
    expect(texts).toContain(found)
    expect(await artifacts.digest('same/path')).toBe(sha256(found!))
    expect(uploads()).toEqual([])
  })

  test('is read whole by who began before it was replaced', async () => {
    const artifacts = folder()
    await artifacts.write('a', body('old'.repeat(50_000)))
    const file = await artifacts.read('a')
    await artifacts.write('a', body('new'))
    expect((await buffer(file!.body)).toString()).toBe('old'.repeat(50_000))
  })
})

describe('an upload', () => {
  test('that breaks off leaves what was there', async () => {
    const artifacts = folder()
    await artifacts.write('a', body('old'))
    const broken = new Readable({
      read() {
        this.push(Buffer.from('half'))
        this.destroy(new Error('gone'))
      },
    })
    await expect(artifacts.write('a', broken)).rejects.toThrow('gone')
    expect(await textOf(artifacts, 'a')).toBe('old')
    await expect(artifacts.write('b/c', Readable.from(halfThenFail()))).rejects.toThrow('gone')
    expect(await artifacts.list('')).toEqual([{ path: 'a', isDirectory: false, size: 3 }])
    expect(uploads()).toEqual([])
  })

  test('above the limit is refused with 400, and what follows can still be read', async () => {
    const artifacts = folder({ maxBytes: 10 })
    await artifacts.write('fits', body('0123456789'))
    const source = body('012345', '678910', 'more')
    const refused = await refusalOf(artifacts.write('big', source))
    expect(refused.code).toBe('INVALID_PARAMETER_VALUE')
    expect(refused.message).toContain('larger than the limit of 10 bytes')
    expect(source.destroyed).toBe(false)
    expect((await artifacts.list('')).map(({ path }) => path)).toEqual(['fits'])
    expect(uploads()).toEqual([])
  })

  test('is refused with 400 before the disk is full', async () => {
    const artifacts = folder({ keepFree: Number.MAX_SAFE_INTEGER })
    const refused = await refusalOf(artifacts.write('a', body('x')))
    expect(refused.code).toBe('BAD_REQUEST')
    expect(refused.message).toContain('MiB left')
    expect(await artifacts.list('')).toEqual([])
  })

  test('to where a folder is, or below a file, is refused with 400', async () => {
    const artifacts = folder()
    await artifacts.write('dir/file', body('x'))
    for (const path of ['dir', 'dir/file/below', 'dir/file/below/more']) {
      const refused = await refusalOf(artifacts.write(path, body('y')))
      expect([refused.code, refused.message]).toEqual([
        'INVALID_PARAMETER_VALUE',
        `Artifact '${path}' was not stored: it is a folder, or a part of its path is a file.`,
      ])
    }
    expect(await textOf(artifacts, 'dir/file')).toBe('x')
    expect(uploads()).toEqual([])
  })

  test('that a killed process left half is cleared', async () => {
    await folder().write('a', body('x'))
    writeFileSync(join(root, 'uploads/left'), 'half')
    expect(await folder().list('')).toEqual([{ path: 'a', isDirectory: false, size: 1 }])
    expect(uploads()).toEqual([])
  })
})

async function* halfThenFail() {
  yield Buffer.from('half')
  throw new Error('gone')
}

describe('nothing leads outside the root', () => {
  test.each([['..'], ['../secret'], ['a/../../secret'], ['/etc/passwd'], ['a\0'], ['']])(
    'the path %j is refused',
    async (path) => {
      const artifacts = folder()
      writeFileSync(join(outside, 'secret'), 's')
      for (const work of [
        () => artifacts.read(path),
        () => artifacts.write(path, body('x')),
        () => artifacts.remove(path),
        () => artifacts.digest(path),
      ])
        await refusalOf(work())
      expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('s')
    },
  )

  test('no link is followed, of a file or of a folder', async () => {
    const artifacts = folder()
    await artifacts.write('run/a', body('x'))
    mkdirSync(join(outside, 'other'))
    writeFileSync(join(outside, 'other/secret'), 's')
    symlinkSync(join(outside, 'other'), join(root, 'files/run/dir'))
    symlinkSync(join(outside, 'other/secret'), join(root, 'files/run/file'))
    expect(await artifacts.list('run')).toEqual([{ path: 'run/a', isDirectory: false, size: 1 }])
    expect(await artifacts.list('run/dir')).toEqual([])
    expect(await artifacts.read('run/dir/secret')).toBeUndefined()
    expect(await artifacts.read('run/file')).toBeUndefined()
    expect(await artifacts.digest('run/file')).toBeUndefined()
    for (const path of ['run/dir/secret', 'run/dir/new', 'run/file'])
      expect((await refusalOf(artifacts.write(path, body('y')))).message).toContain('leads over a link')
    for (const path of ['run/dir/secret', 'run/file'])
      expect((await refusalOf(artifacts.remove(path))).message).toContain('leads over a link')
    await artifacts.remove('run')
    expect(readdirSync(join(outside, 'other'))).toEqual(['secret'])
    expect(readFileSync(join(outside, 'other/secret'), 'utf8')).toBe('s')
  })

  test('no link is followed that came while the upload was under way', async () => {
    const artifacts = folder()
    await artifacts.list('')
    async function* slow() {
      yield Buffer.from('x')
      symlinkSync(outside, join(root, 'files/run'))
    }
    const refused = await refusalOf(artifacts.write('run/dir/a', Readable.from(slow())))
    expect(refused.message).toContain('leads over a link')
    expect(readdirSync(outside)).toEqual(['root'])
    expect(uploads()).toEqual([])
  })

  test('the root itself may be a link', async () => {
    mkdirSync(join(outside, 'real'))
    symlinkSync(join(outside, 'real'), root)
    await folder().write('a', body('x'))
    expect(existsSync(join(outside, 'real/files/a'))).toBe(true)
  })
})
