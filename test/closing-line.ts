// Prints the plain closing line that any CI can read: `N passed, N failed, N skipped`.
import type { Reporter, TestModule } from 'vitest/node'

/** Counts tests of all modules when the run has ended. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const testModule of modules)
      for (const test of testModule.children.allTests()) count[test.result().state]++
    const broken = modules.filter(
      (testModule) => testModule.state() === 'failed' && testModule.errors().length > 0,
    )
    const failed = count.failed + broken.length
    process.stdout.write(
      `\n${count.passed} passed, ${failed} failed, ${count.skipped + count.pending} skipped\n`,
    )
  }
}
