// `npm run bench [name ...]`: bundles each *.bench.ts, runs it in a process of its own, prints its figures
// beside their budgets and the limit measured in the same run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const root = join(here, '..', '..')
const wanted = process.argv.slice(2)
const files = readdirSync(here)
  .filter(
    (file) =>
      file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((word) => file.includes(word))),
  )
  .sort()
// Inside the checkout, so that packages that are not bundled are found.
const outdir = mkdtempSync(join(root, 'node_modules', '.bench-'))
const banner = {
  js: `import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);`,
}

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  banner,
  logLevel: 'error',
}
const define = { __BENCH_ROOT__: JSON.stringify(root), __BENCH_DIR__: JSON.stringify(outdir) }

function children() {
  return readdirSync(here).filter((file) => file.endsWith('.child.ts'))
}

function show({ name, value, unit, budget, limit, better = 'lower' }) {
  const number = (n) => (Math.abs(n) >= 1000 ? Math.round(n).toLocaleString('en') : Number(n.toPrecision(3)))
  const met = budget === undefined || (better === 'lower' ? value <= budget : value >= budget)
  const ratio =
    budget === undefined
      ? ''
      : `  budget ${number(budget)} (x${number(value / budget)}${met ? '' : ' MISSED'})`
  const bare = limit === undefined ? '' : `  bare limit ${number(limit)} (x${number(value / limit)})`
  console.log(`  ${name.padEnd(56)} ${String(number(value)).padStart(10)} ${unit.padEnd(10)}${ratio}${bare}`)
  return met
}

let missed = 0
try {
  for (const file of children())
    await build({
      ...common,
      define,
      entryPoints: [join(here, file)],
      outfile: join(outdir, file.replace(/ts$/, 'mjs')),
    })
  for (const file of files) {
    const outfile = join(outdir, file.replace(/ts$/, 'mjs'))
    const runner = `import { run } from './${file}'; console.log('\\n@@' + JSON.stringify(await run())); process.exit(0)`
    await build({ ...common, define, stdin: { contents: runner, resolveDir: here, loader: 'ts' }, outfile })
    console.log(`${file.replace('.bench.ts', '')}`)
    const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', outfile], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
      env: { ...process.env, NODE_ENV: 'production' },
    })
    const line = stdout.split('\n').find((text) => text.startsWith('@@'))
    if (status !== 0 || !line) {
      console.log(`  FAILED (exit ${status})`)
      missed++
      continue
    }
    for (const figure of JSON.parse(line.slice(2))) if (!show(figure)) missed++
  }
} finally {
  rmSync(outdir, { recursive: true, force: true })
}
console.log(missed === 0 ? '\nall budgets met' : `\n${missed} missed`)
process.exitCode = missed === 0 ? 0 : 1
