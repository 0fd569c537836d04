// The Python environment of a program: its name, and what is installed in it by the names of folders.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Most packages that are listed. */
const MAX_PACKAGES = 5_000

/** Where a program says that its Python lives. */
export interface PythonPlace {
  /** Its first word and its executable, absolute. */
  readonly word: string
  readonly executable: string
  readonly env: ReadonlyMap<string, string>
  /** What paths start with, where it sees another file system. */
  readonly root: string
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const isPython = (path: string) => /^(python|pypy)[\d.]*$/.test(basename(path))

/** Folder of its environment; undefined for a program that is no Python and says of none. */
export function environmentOf({ word, executable, env, root }: PythonPlace): string | undefined {
  const folder = dirname(dirname(word))
  if (word.startsWith('/') && existsSync(join(root, folder, 'pyvenv.cfg'))) return folder
  const named = env.get('VIRTUAL_ENV') ?? env.get('CONDA_PREFIX')
  if (named?.startsWith('/')) return named
  return isPython(executable) ? dirname(dirname(executable)) : undefined
}

/** What is installed in an environment, as `name==version`, sorted. */
export function packagesOf(environment: string, root = ''): string[] {
  const lib = join(root, environment, 'lib')
  const folders = namesIn(lib)
    .filter((name) => /^(python|pypy)3?(\.\d+)?$/.test(name))
    .flatMap((name) => [join(lib, name, 'site-packages'), join(lib, name, 'dist-packages')])
  const names = folders.flatMap(namesIn).flatMap((name) => {
    const [, known, version] = /^(.+)-([^-]+)\.dist-info$/.exec(name) ?? []
    return known === undefined ? [] : [`${known.replaceAll('_', '-').toLowerCase()}==${version}`]
  })
  return [...new Set(names)].sort().slice(0, MAX_PACKAGES)
}
