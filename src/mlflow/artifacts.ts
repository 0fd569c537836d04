// The artifact endpoints: the list of a run's files, and the mlflow-artifacts proxy that clients upload to and fetch from.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod/mini'
import { filesOf, folderIn, listArtifacts } from './artifact-list.ts'
import { safeUrlPath } from './artifact-path.ts'
import type { Backend } from './backend.ts'
import { MlflowError, missing } from './errors.ts'
import { maybeText } from './fields.ts'
import { findRun, runIdIn } from './lookup.ts'
import { type Route, route } from './route.ts'
import { artifactUri } from './run-json.ts'

/** What all paths of the proxy start with. */
const PREFIX = /^\/(?:ajax-)?api\/2\.0\/mlflow-artifacts\//

/** After a refusal, so much of the rest of an upload is read away that the client can read why, bytes. */
const MAX_DRAIN = 1024 ** 3

/** Endpoint of the list of a run's files, names relative to the run's root. */
export const artifactRoutes: readonly Route[] = [
  route(
    ['GET'],
    'artifacts/list',
    z.object({ run_id: maybeText(), run_uuid: maybeText(), path: maybeText() }),
    (backend, input) => {
      const state = backend.state()
      return listArtifacts(backend, artifactUri(state, findRun(state, runIdIn(input))), input.path)
    },
  ),
]

function answer(response: ServerResponse, body: object): void {
  const json = Buffer.from(JSON.stringify(body))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json)
}

/** Reads the rest of a refused upload away; a client that is still sending reads no answer. */
function drain(request: IncomingMessage): void {
  let bytes = 0
  request.on('error', () => {})
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_DRAIN) request.destroy()
  })
}

async function send(backend: Backend, response: ServerResponse, path: string): Promise<void> {
  const file = await backend.artifacts.read(path)
  if (!file) throw missing(`No artifact '${path}'`)
  // A browser must not run what a run has logged.
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.size,
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  })
  await pipeline(file.body, response)
}

async function handleFile(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  encoded: string,
): Promise<void> {
  const path = safeUrlPath(encoded)
  if (request.method === 'GET') return send(backend, response, path)
  if (request.method === 'PUT') await backend.artifacts.write(path, request)
  else if (request.method === 'DELETE') await backend.artifacts.remove(path)
  else throw new MlflowError('ENDPOINT_NOT_FOUND', `No ${request.method} of an artifact`)
  answer(response, {})
}

async function handle(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (/^(?:mpu|presigned)\//.test(path))
    throw new MlflowError(
      'NOT_IMPLEMENTED',
      'Uploads in parts and signed addresses are not offered: PUT the file.',
    )
  if (path.startsWith('artifacts/')) return handleFile(backend, request, response, path.slice(10))
  if (path !== 'artifacts' || request.method !== 'GET')
    throw new MlflowError('ENDPOINT_NOT_FOUND', `No endpoint ${request.method} mlflow-artifacts/${path}`)
  const query = new URL(request.url ?? '', 'http://localhost').searchParams
  answer(response, await filesOf(backend.artifacts, folderIn(query.get('path'))))
}

/**
 * Serves the mlflow-artifacts proxy; `path` is that of the URL, without the query and still percent-encoded. Rejects with
 * MlflowError, or what the disk said, while nothing has been answered: the caller answers that. A refused upload is read
 * to its end, for a client that is still sending reads no answer.
 */
export async function handleArtifacts(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  try {
    await handle(backend, request, response, path.replace(PREFIX, ''))
  } catch (error) {
    // A file that broke off while it was sent: the cut connection says so.
    if (response.headersSent) response.destroy()
    const isGone = request.destroyed && !request.complete
    if (response.headersSent || isGone) return
    drain(request)
    throw error
  }
}
