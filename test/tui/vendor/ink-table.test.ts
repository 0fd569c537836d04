import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Table } from '../../../src/tui/vendor/ink-table.ts'

const root = join(import.meta.dirname, '../../..')

describe('Table', () => {
  it('is the component of ink-table', () => {
    expect(typeof Table).toBe('function')
    expect(Table.prototype).toHaveProperty('getHeadings')
  })

  it('leaves nothing behind where require looks', () => {
    const require = createRequire(import.meta.url)
    expect(require.cache[require.resolve('ink')]).toBeUndefined()
  })
})

describe('in a bundle', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(root, 'node_modules/.ink-table-test-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('works with Ink and React inside, ink-table outside', async () => {
    const entry = join(folder, 'entry.mjs')
    const outdir = join(folder, 'out')
    await writeFile(
      entry,
      `import { printTable } from ${JSON.stringify(join(root, 'src/tui/panels/print-table.tsx'))}
       process.stdout.write(printTable([{ a: '日' }], ['a'], 40))`,
    )
    await build({
      entryPoints: [entry],
      outdir,
      // Ink imports its devtools only on demand; in one file that import would stand at the top.
      splitting: true,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      jsx: 'automatic',
      external: ['ink-table', 'react-devtools-core'],
      define: { 'process.env.NODE_ENV': '"production"' },
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    })
    const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' }
    const { stdout } = await promisify(execFile)(process.execPath, [join(outdir, 'entry.mjs')], {
      env,
      timeout: 20_000,
    })
    expect(stdout).toBe('┌────┐\n│ a  │\n├────┤\n│ 日 │\n└────┘')
  }, 30_000)
})
