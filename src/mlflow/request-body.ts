// The body of an HTTP request, with a limit; and the query of its URL.
import type { IncomingMessage } from 'node:http'
import { MlflowError } from './errors.ts'

/** Longest body, bytes: a log-batch of 1000 points has about 100 kB, a dataset's profile up to 16 MiB. */
export const MAX_BODY = 16 << 20

/** The client went away before its request was complete: nobody waits for an answer. */
export class Aborted extends Error {}

/**
 * Reads a body whole. Rejects with MlflowError (400) where it is above `limit`; what comes beyond it is passed over, so
 * that the client gets to read the answer. Rejects with Aborted where the client goes away.
 */
export function readBody(request: IncomingMessage, limit = MAX_BODY): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Whoever went away before this was asked says nothing more.
    if (request.destroyed) return reject(new Aborted())
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else chunks.length = 0
      // Who sends this much does not listen.
      if (size > 8 * limit) request.destroy()
    })
    request.on('end', () => {
      if (size > limit) reject(new MlflowError('BAD_REQUEST', `The request body exceeds ${limit} bytes.`))
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    request.on('error', () => reject(new Aborted()))
    request.on('close', () => reject(new Aborted()))
  })
}

/** The query of a URL; a key that is there more than once gives a list. */
export function readQuery(query: string): Record<string, unknown> {
  const values = new Map<string, string | string[]>()
  for (const [key, value] of new URLSearchParams(query)) {
    const before = values.get(key)
    if (before === undefined) values.set(key, value)
    else if (Array.isArray(before)) before.push(value)
    else values.set(key, [before, value])
  }
  return Object.fromEntries(values)
}
