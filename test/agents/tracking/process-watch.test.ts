import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HEARTBEAT_MS } from '../../../agents/tracking/liveness.ts'
import { startTestAgent, startTrainer, type TestAgent, type Trainer, trainerFolder } from './trainer.ts'

let agent: TestAgent
let state: string
let folder: string
const trainers: Trainer[] = []

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'agent-'))
  folder = trainerFolder()
  agent = await startTestAgent(state)
})
afterEach(async () => {
  for (const { child } of trainers.splice(0)) child.kill('SIGKILL')
  await agent.stop()
  for (const each of [state, folder]) rmSync(each, { recursive: true, force: true })
})

const start = async (words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
  const trainer = await startTrainer(folder, agent.url, words, env)
  trainers.push(trainer)
  return trainer
}
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder }).toString()
const soon = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 15_000, interval: 50 })

describe('a process that logs to the agent', () => {
  test('is known by its number, command, folder, user and environment; secrets are not', async () => {
    const { child, run } = await start(['run', '--api-key', 'abc', '--token=xyz'], {
      CUDA_VISIBLE_DEVICES: '0',
      RANK: '3',
      SLURM_JOB_ID: '77',
      SLURM_JWT: 'secret',
      HIDDEN: 'x',
    })
    const tags = await soon(async () => {
      const found = await agent.tags(run)
      expect(found).toHaveProperty(['mlops.command'])
      return found
    })
    expect(tags).toMatchObject({
      'mlops.pid': String(child.pid),
      'mlops.process_started': expect.stringMatching(/^\d+@.+\/\d+$/),
      'mlops.command': `${process.execPath} train.mjs ${agent.url} run --api-key *** --token=***`,
      'mlops.cwd': folder,
      'mlops.host': hostname(),
      'mlflow.source.name': 'train.mjs',
      'mlops.env.CUDA_VISIBLE_DEVICES': '0',
      'mlops.env.RANK': '3',
      'mlops.env.SLURM_JOB_ID': '77',
    })
    expect(tags['mlflow.user']).toBeTruthy()
    expect(JSON.stringify(tags)).not.toMatch(/secret|abc|xyz|HIDDEN/)
  })

  test('leaves the tags of its client as they are, and tells commit, branch, remote and changes', async () => {
    git('init', '-q', '-b', 'trunk')
    git('add', '.')
    git('commit', '-qm', 'first')
    git('remote', 'add', 'origin', 'https://ada:pw@example.org/a/b.git')
    writeFileSync(join(folder, 'train.mjs'), '\n// changed\n', { flag: 'a' })
    const { run } = await start([], { TAGS: JSON.stringify([{ key: 'mlflow.user', value: 'ada' }]) })
    const tags = await soon(async () => {
      const found = await agent.tags(run)
      expect(found).toHaveProperty(['mlops.git.dirty'])
      return found
    })
    expect(tags).toMatchObject({
      'mlflow.user': 'ada',
      'mlflow.source.git.commit': git('rev-parse', 'HEAD').trim(),
      'mlflow.source.git.branch': 'trunk',
      'mlflow.source.git.repoURL': 'https://example.org/a/b.git',
      'mlops.git.dirty': 'yes',
      'mlops.git.diff': 'mlops/git.diff',
    })
    const diff = await fetch(
      `${agent.url}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/mlops/git.diff`,
    )
    expect(await diff.text()).toContain('+// changed')
  })

  test('is missed within a heartbeat when it is killed, and its run is killed with it', async () => {
    const { child, run } = await start()
    await soon(async () => expect(await agent.tags(run)).toHaveProperty(['mlops.pid']))
    child.kill('SIGKILL')
    const since = performance.now()
    await soon(async () => expect(await agent.status(run)).toBe('KILLED'))
    expect(performance.now() - since).toBeLessThan(HEARTBEAT_MS)
    expect(await agent.tags(run)).toMatchObject({
      'mlops.ended': `the process ${child.pid} ended without closing the run`,
    })
  })

  test('is missed also when it is killed while the agent is down', async () => {
    const { child, run } = await start()
    await soon(async () => expect(await agent.tags(run)).toHaveProperty(['mlops.pid']))
    await agent.stop()
    child.kill('SIGKILL')
    agent = await startTestAgent(state)
    await soon(async () => expect(await agent.status(run)).toBe('KILLED'))
  })

  test('closes its run in peace', async () => {
    const { child, run } = await start(['finish'])
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(0)))
    expect(await agent.status(run)).toBe('FINISHED')
    expect(await agent.tags(run)).not.toHaveProperty(['mlops.ended'])
  })

  test('is measured from the start', async () => {
    const { run } = await start()
    const history = await soon(async () => {
      const found = await agent.get(`metrics/get-history?run_id=${run}&metric_key=system/process_memory_mib`)
      expect(found.metrics).toHaveLength(1)
      return found
    })
    expect(history.metrics[0].value).toBeGreaterThan(10)
  })
})
