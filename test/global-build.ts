// Builds dist/ once before the tests: suites with real processes run what users run.
import { execFileSync } from 'node:child_process'

/** Called by vitest before any test file. */
export default function setup(): void {
  execFileSync(process.execPath, ['src/build.mjs'], {
    cwd: new URL('..', import.meta.url).pathname,
    stdio: 'inherit',
  })
}
