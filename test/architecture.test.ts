// Who may import whom. The table is the design; an arrow that is not in it fails by name.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What a folder may import besides itself and Node: folders of ours and packages. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/protocol': ['zod'],
  'src/core': ['src/protocol'],
  'src/resources': ['src/core', 'src/protocol'],
  'src/mlflow': ['src/core', 'src/protocol', 'zod', 'js-yaml'],
  'src/store': ['src/core', 'src/protocol', 'better-sqlite3'],
  'src/hub': ['src/store', 'src/mlflow', 'src/resources', 'src/core', 'src/protocol', 'ws', 'node-cron'],
  'src/client': ['src/core', 'src/protocol', 'ws'],
  'src/cli': ['src/resources', 'src/core', 'src/client', 'src/protocol'],
  'src/export': ['src/cli', 'src/mlflow', 'src/resources', 'src/core', 'src/protocol'],
  'src/tui': [
    'src/resources',
    'src/core',
    'src/protocol',
    'ink',
    'react',
    'ink-table',
    'blessed',
    'blessed-contrib',
  ],
  agents: ['src/protocol', 'src/mlflow', 'src/core', 'ws', 'dockerode', 'js-yaml'],
}

/** The composition root sees everything. */
const COMPOSITION_ROOT = ['src/app', 'src/main.ts', 'src/config.ts', 'src/build.mjs']

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ]
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .filter((target) => !target.startsWith('node:'))
}

const folderOf = (file: string): string =>
  COMPOSITION_ROOT.find((part) => file === part || file.startsWith(`${part}/`)) ??
  Object.keys(MAY_IMPORT).find((folder) => file.startsWith(`${folder}/`)) ??
  file

/** Our folder, or the package's name. */
function targetOf(file: string, target: string): string {
  if (target.startsWith('.')) return folderOf(relative(root, resolve(root, dirname(file), target)))
  const parts = target.split('/')
  return target.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!
}

const files = [...sources('src'), ...sources('agents')]
const arrows = files.flatMap((file) =>
  importsOf(file).map((target) => ({ file, target, from: folderOf(file), to: targetOf(file, target) })),
)

describe('imports', () => {
  test('every arrow is in the table', () => {
    const wrong = arrows
      .filter(
        ({ from, to }) => from !== to && !COMPOSITION_ROOT.includes(from) && !MAY_IMPORT[from]?.includes(to),
      )
      .map(({ file, target }) => `${file} -> ${target}`)
    expect(wrong).toEqual([])
  })

  test('every source file belongs to a folder of the table or to the composition root', () => {
    const known = [...Object.keys(MAY_IMPORT), ...COMPOSITION_ROOT]
    expect(files.filter((file) => !known.includes(folderOf(file)))).toEqual([])
  })

  test('the test saw arrows: of every folder that has files, and some that cross', () => {
    expect(arrows.length).toBeGreaterThan(200)
    const crossing = new Set(
      arrows.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from} -> ${to}`),
    )
    expect(crossing).toContain('src/hub -> src/store')
    expect(crossing).toContain('agents -> src/protocol')
    expect(crossing).toContain('src/store -> better-sqlite3')
  })

  test('nothing imports the composition root but itself', () => {
    const wrong = arrows.filter(
      ({ from, to }) => COMPOSITION_ROOT.includes(to) && !COMPOSITION_ROOT.includes(from),
    )
    expect(wrong).toEqual([])
  })

  test('zod is imported as a namespace from zod/mini, which keeps the agent small', () => {
    const wrong = arrows.filter(
      ({ to, target, file }) =>
        to === 'zod' && (target !== 'zod/mini' || !readFileSync(join(root, file), 'utf8').includes('* as z')),
    )
    expect(wrong).toEqual([])
  })
})

describe('size', () => {
  test('no source file is longer than 250 lines', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 251)
    expect(long).toEqual([])
  })
})
