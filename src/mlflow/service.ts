// The MLflow REST surface over node:http: what real clients call, answered from a Backend.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { artifactRoutes, handleArtifacts } from './artifacts.ts'
import type { Backend } from './backend.ts'
import { MlflowError } from './errors.ts'
import { experimentRoutes } from './experiments.ts'
import { fromJson } from './json.ts'
import { loggedModelRoutes } from './logged-models.ts'
import { metricHistoryRoutes } from './metric-history.ts'
import { aliasRoutes } from './model-aliases.ts'
import { modelVersionRoutes } from './model-versions.ts'
import { echo } from './names.ts'
import { registeredModelRoutes } from './registered-models.ts'
import { type Asked, errorReply, jsonReply, type Reply, replyToError } from './reply.ts'
import { Aborted, readBody, readQuery } from './request-body.ts'
import type { Route } from './route.ts'
import { createRouteTable, type Find, type Match } from './route-table.ts'
import { createRunLinks } from './run-links.ts'
import { createRunLogging } from './run-logging.ts'
import { runSearchRoutes } from './run-search.ts'
import { runRoutes } from './runs.ts'
import { createTraceRoutes, version3Routes } from './traces.ts'

/** How the surface presents itself. */
export interface MlflowOptions {
  /** Version that clients are told; they choose by it what they send. */
  readonly version?: string
  /** Told of what should not happen: the answer says only that it did. */
  readonly onError?: (error: unknown) => void
}

/** The surface. */
export interface Mlflow {
  /** Answers an HTTP request; false, and nothing done, where its path is not MLflow's. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Answers a request however it came; undefined where its path is not MLflow's, or is one of artifacts. Never rejects. */
  answer(asked: Asked): Promise<Reply | undefined>
}

/** The MLflow whose protocol this follows. */
const VERSION = '3.11.0'
const JSON_TYPE = 'application/json'

/** Sends an answer, unless the client is gone. */
export function sendReply(response: ServerResponse, { status, type, body, headers }: Reply): void {
  if (response.headersSent || response.destroyed) return
  response
    .writeHead(status, {
      ...headers,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
    })
    .end(body)
}

/** What an HTTP request asks. */
export function askedOf(request: IncomingMessage): Asked {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    type: request.headers['content-type'] ?? '',
    read: () => readBody(request),
  }
}

/** Browsers cannot send this type to another site without asking it first. */
function checkType({ method, type }: Asked, body: Buffer): void {
  const isJson = type.split(';', 1)[0]!.trim().toLowerCase() === JSON_TYPE
  const isBare = method === 'DELETE' && body.length === 0
  if (!isJson && !isBare)
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Bad Request. Content-Type must be application/json, not '${echo(type)}'.`,
    )
}

async function inputOf(asked: Asked, names: Match['names']): Promise<object> {
  if (asked.method === 'GET') return { ...readQuery(asked.query), ...names }
  const body = await asked.read()
  checkType(asked, body)
  const input = fromJson(body.toString('utf8'))
  return Object.keys(names).length > 0 ? { ...input, ...names } : input
}

async function answerRoute(backend: Backend, find: Find, path: string, asked: Asked): Promise<Reply> {
  const match = find(asked.method, path)
  if ('route' in match)
    return jsonReply(200, await match.route.answer(backend, await inputOf(asked, match.names)))
  const message = `Endpoint ${echo(asked.method)} '${echo(path)}' does not exist.`
  const allow = match.allowed.length > 0 ? { allow: match.allowed.join(', ') } : undefined
  return errorReply('ENDPOINT_NOT_FOUND', allow ? 405 : 404, message, allow)
}

const page = (body: string) => async () => ({ status: 200, type: 'text/plain; charset=utf-8', body })

/** Spans of OpenTelemetry: read, not kept, and answered as if they were. */
async function acceptSpans(asked: Asked): Promise<Reply> {
  await asked.read()
  return { status: 200, type: 'application/x-protobuf', body: '' }
}

const routesOf = (backend: Backend): Route[] => [
  ...experimentRoutes,
  ...runRoutes,
  ...createRunLogging(backend.digests()),
  ...createRunLinks(),
  ...metricHistoryRoutes,
  ...runSearchRoutes,
  ...loggedModelRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...aliasRoutes,
  ...artifactRoutes,
  ...createTraceRoutes(),
]

const SURFACE = /^\/(?:ajax-)?api\/(2\.0\/mlflow|3\.0\/mlflow)\/(.*)$/
/** True for paths of files, which go over HTTP as they are, however large. */
export const isArtifact = (path: string): boolean => /^\/(?:ajax-)?api\/2\.0\/mlflow-artifacts\//.test(path)

/** Makes the surface over a backend. It has a memory of recent requests; one per backend is enough. */
export function createMlflow(backend: Backend, options: MlflowOptions = {}): Mlflow {
  const { version = VERSION, onError = () => {} } = options
  const tables = {
    '2.0/mlflow': createRouteTable(routesOf(backend)),
    '3.0/mlflow': createRouteTable(version3Routes),
  }
  const pages: Readonly<Record<string, (asked: Asked) => Promise<Reply>>> = {
    '/health': page('OK'),
    '/version': page(version),
    '/v1/traces': acceptSpans,
  }
  async function answer(asked: Asked): Promise<Reply | undefined> {
    const [, surface = '', rest = ''] = SURFACE.exec(asked.path) ?? []
    try {
      if (Object.hasOwn(pages, asked.path)) return await pages[asked.path]!(asked)
      if (!Object.hasOwn(tables, surface)) return undefined
      return await answerRoute(backend, tables[surface as keyof typeof tables], rest, asked)
    } catch (error) {
      // Nobody is there to read an answer.
      return error instanceof Aborted ? errorReply('BAD_REQUEST', 400, '') : replyToError(error, onError)
    }
  }
  return {
    answer,
    async handle(request, response) {
      const asked = askedOf(request)
      if (!isArtifact(asked.path)) {
        const reply = await answer(asked)
        if (!reply) return false
        request.resume()
        sendReply(response, reply)
        return true
      }
      try {
        await handleArtifacts(backend, request, response, asked.path)
      } catch (error) {
        if (!(error instanceof Aborted)) sendReply(response, replyToError(error, onError))
      }
      return true
    },
  }
}
