// Digests of artifacts, kept beside them: `a/b.txt` has `a.d/b.txt.json`, so that no file's can meet another's.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'

/** A digest is of this very file: another number, size or time means that the file has been replaced. */
const Kept = z.object({ sha256: z.string(), inode: z.number(), size: z.number(), modified: z.number() })
type Kept = z.infer<typeof Kept>

const folderOf = (root: string, path: string): string =>
  join(root, ...path.split('/').map((part) => `${part}.d`))

const fileOf = (root: string, path: string): string => {
  const [name, ...above] = path.split('/').reverse()
  return join(root, ...above.reverse().map((part) => `${part}.d`), `${name}.json`)
}

async function identity(file: string): Promise<Omit<Kept, 'sha256'>> {
  const { ino, size, mtimeMs } = await stat(file)
  return { inode: ino, size, modified: mtimeMs }
}

/** Keeps the digest of a file; `file` is where its bytes are now, it may be renamed later. */
export async function keepDigest(root: string, path: string, file: string, sha256: string): Promise<void> {
  const kept: Kept = { sha256, ...(await identity(file)) }
  const target = fileOf(root, path)
  const draft = `${target}.${kept.inode}.new`
  await mkdir(dirname(target), { recursive: true })
  await writeFile(draft, JSON.stringify(kept))
  await rename(draft, target)
}

async function keptDigest(root: string, path: string): Promise<Kept | undefined> {
  try {
    return Kept.safeParse(JSON.parse(await readFile(fileOf(root, path), 'utf8'))).data
  } catch {
    return undefined
  }
}

async function takeDigest(file: string): Promise<string> {
  const handle = await open(file)
  const hash = createHash('sha256')
  for await (const chunk of handle.createReadStream()) hash.update(chunk)
  return hash.digest('hex')
}

/** SHA-256 of a file, hex: the one kept, or taken now where that one is of another file, or `anew` says so. */
export async function digestOf(root: string, path: string, file: string, anew = false): Promise<string> {
  const kept = anew ? undefined : await keptDigest(root, path)
  const now = await identity(file)
  if (kept && kept.inode === now.inode && kept.size === now.size && kept.modified === now.modified)
    return kept.sha256
  const sha256 = await takeDigest(file)
  await keepDigest(root, path, file, sha256)
  return sha256
}

/** Forgets the digests of a file or of all in a folder. */
export async function forgetDigests(root: string, path: string): Promise<void> {
  await rm(fileOf(root, path), { force: true })
  await rm(folderOf(root, path), { recursive: true, force: true })
}
