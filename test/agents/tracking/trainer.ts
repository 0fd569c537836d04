// A real program that logs to a real agent, for tests: Node's own http, as an MLflow client would do it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Agent } from '../../../agents/agent.ts'
import { openAgentPort } from '../../../agents/connect.ts'
import { startAgent } from '../../../agents/start.ts'

const PROGRAM = `
const [url, ending] = process.argv.slice(2)
const post = async (path, body) => {
  const answer = await fetch(url + '/api/2.0/mlflow/' + path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
const { run } = await post('runs/create', { experiment_id: '0', tags: JSON.parse(process.env.TAGS ?? '[]') })
const run_id = run.info.run_id
const log = (step) => post('runs/log-metric', { run_id, key: 'loss', value: 1 / (step + 1), step, timestamp: Date.now() })
await log(0)
console.log(run_id)
if (ending === 'finish') { await post('runs/update', { run_id, status: 'FINISHED' }); process.exit(0) }
for (let step = 1; ; step++) { await log(step); await new Promise((r) => setTimeout(r, 100)) }
`

/** A new folder that holds the program. */
export function trainerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trainer-'))
  writeFileSync(join(folder, 'train.mjs'), PROGRAM)
  return folder
}

export interface Trainer {
  readonly child: ChildProcess
  readonly run: string
}

/** Starts it; resolves once it has logged. */
export async function startTrainer(
  folder: string,
  url: string,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Trainer> {
  const child = spawn(process.execPath, ['train.mjs', url, ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const run = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (chunk) => resolve(String(chunk).trim()))
    child.once('exit', (code) => reject(new Error(`the trainer ended with ${code}`)))
  })
  return { child, run }
}

export interface TestAgent {
  readonly url: string
  readonly agent: Agent
  /** Answers the run as MLflow's clients read it. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  get(path: string): Promise<any>
  /** Tags of a run, by name. */
  tags(run: string): Promise<Record<string, string>>
  status(run: string): Promise<string>
  stop(): Promise<void>
}

/** A whole agent on a real port. */
export async function startTestAgent(state: string): Promise<TestAgent> {
  const started = startAgent({
    state,
    folders: [],
    name: hostname(),
    role: 'training',
    version: '0',
    hostIntervalMs: 0,
    pollMs: 100,
  })
  const listener = await openAgentPort(started, { host: '127.0.0.1', port: 0 }, undefined)
  const url = `http://127.0.0.1:${listener.port}`
  const get: TestAgent['get'] = async (path) => (await fetch(`${url}/api/2.0/mlflow/${path}`)).json()
  const run = async (id: string) => (await get(`runs/get?run_id=${id}`)).run
  return {
    url,
    agent: started.agent,
    get,
    tags: async (id) =>
      Object.fromEntries(
        ((await run(id)).data.tags ?? []).map(({ key, value }: Record<string, string>) => [key, value]),
      ),
    status: async (id) => (await run(id)).info.status,
    async stop() {
      await listener.close()
      started.stop()
    },
  }
}
