import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', './test/closing-line.ts'],
    globalSetup: ['./test/global-build.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores: process-heavy suites starve each other beyond this.
    maxWorkers: 2,
    // Ink goes silent, and colours change, where these exist.
    env: { CI: '', NO_COLOR: '', FORCE_COLOR: '' },
  },
})
