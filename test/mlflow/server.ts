// Serves a backend on a real port, and asks it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMlflow, type MlflowOptions } from '../../src/mlflow/service.ts'
import { createMemoryBackend, type MemoryBackend } from './memory-backend.ts'

/** An answer; `body` is its JSON. */
export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any
}

export interface TestServer {
  readonly url: string
  readonly backend: MemoryBackend
  /** Under /api/2.0/mlflow/. */
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown, method?: string): Promise<Answer>
  send(path: string, init?: RequestInit): Promise<Answer>
  /** A run in the default experiment; gives its id. */
  run(more?: object): Promise<string>
  close(): Promise<void>
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function startServer(options: MlflowOptions = {}): Promise<TestServer> {
  const backend = createMemoryBackend()
  const mlflow = createMlflow(backend, options)
  const server = createServer(async (request, response) => {
    if (!(await mlflow.handle(request, response))) response.writeHead(418).end('not MLflow')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const send: TestServer['send'] = async (path, init) => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    return { status: response.status, type: response.headers.get('content-type'), text, body: parsed(text) }
  }
  const post: TestServer['post'] = (path, body = {}, method = 'POST') =>
    send(`/api/2.0/mlflow/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    url,
    backend,
    send,
    post,
    get: (path) => send(`/api/2.0/mlflow/${path}`),
    run: async (more = {}) => (await post('runs/create', more)).body.run.info.run_id,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      backend.remove()
    },
  }
}
