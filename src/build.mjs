// Builds dist/: the console and CLI as ESM with lazily loaded chunks, the agent as one small file.
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const outdir = join(root, 'dist')

const REQUIRE = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  define: { __MLOPS_VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: REQUIRE },
}

rmSync(outdir, { recursive: true, force: true })

await build({
  ...common,
  entryPoints: { main: 'src/main.ts', config: 'src/config.ts' },
  outdir,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  sourcemap: 'linked',
  // Native modules and those that find their own files by computed paths stay outside.
  external: [
    'better-sqlite3',
    'dockerode',
    'node-cron',
    'blessed',
    'blessed-contrib',
    'ink-table',
    'jiti',
    'react-devtools-core',
    'bufferutil',
    'utf-8-validate',
  ],
})

// The agent is a folder to copy to a host: one file, and beside it the YAML parser for hosts that need it.
await build({
  ...common,
  entryPoints: { agent: 'agents/bundle.ts' },
  outdir: join(outdir, 'agent'),
  splitting: true,
  minify: true,
  external: ['bufferutil', 'utf-8-validate'],
})

// React keeps a record of every render unless this is set before it is loaded.
const launcher = `#!/usr/bin/env node
process.env.NODE_ENV = 'production'
await import('./main.js')
`
writeFileSync(join(outdir, 'mlops.js'), launcher)
writeFileSync(join(outdir, 'agent', 'package.json'), '{ "type": "module" }\n')
for (const file of ['mlops.js', 'agent/agent.js']) chmodSync(join(outdir, file), 0o755)
