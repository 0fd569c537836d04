// What this machine lets a test do. A test that it does not let run is skipped with a line that says so, and
// fails where MLOPS_FAULTS_REQUIRE names the ability: `MLOPS_FAULTS_REQUIRE=mount,netns npm run suite`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs a program; throws with what it said when it fails. */
export function run(...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(words[0]!, words.slice(1), { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr || stdout}`)
  return stdout
}

const PROBES = {
  mount() {
    const folder = mkdtempSync(join(tmpdir(), 'probe-'))
    try {
      run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder)
      run('umount', folder)
    } finally {
      rmdirSync(folder)
    }
  },
  netns() {
    const name = `probe-${process.pid}`
    run('ip', 'netns', 'add', name)
    run('ip', 'netns', 'del', name)
  },
  iptables() {
    const name = `probe-ip-${process.pid}`
    run('ip', 'netns', 'add', name)
    try {
      run('ip', 'netns', 'exec', name, 'iptables', '-L')
    } finally {
      run('ip', 'netns', 'del', name)
    }
  },
  faketime() {
    run('faketime', '-f', '+1d', 'true')
  },
}

/** True when the machine can; says on stderr when it cannot. */
export function isAble(ability: keyof typeof PROBES): boolean {
  try {
    PROBES[ability]()
    return true
  } catch (error) {
    const reason = (error as Error).message.trim()
    process.stderr.write(`SKIPPED: fault tests that need ${ability}: ${reason}\n`)
    return (process.env.MLOPS_FAULTS_REQUIRE ?? '').split(',').includes(ability)
  }
}
