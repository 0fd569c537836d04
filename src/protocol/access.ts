// Who may connect: loopback without a token, any other address only with one from a private file.
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** A refusal at start that the operator can act on. */
export class AccessError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** An address to listen on. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Reads `HOST:PORT`, `[V6]:PORT` or `PORT` (on 127.0.0.1). Throws AccessError. */
export function parseAddress(text: string): Address {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[3])
  if (!match || port > 65535)
    throw new AccessError(`cannot listen on "${text}"`, 'write HOST:PORT, for example 127.0.0.1:7430')
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port }
}

/** The WebSocket URL of an agent or hub given as `ws://`, `wss://` or `http(s)://`. Throws AccessError. */
export function socketUrl(url: string): string {
  try {
    const parsed = new URL(url.replace(/^http/, 'ws'))
    if (!/^wss?:$/.test(parsed.protocol)) throw new Error('not a WebSocket URL')
    if (parsed.pathname === '/') parsed.pathname = '/ws'
    return parsed.href
  } catch {
    throw new AccessError(
      `"${url}" is no address of a hub or agent`,
      'write ws://HOST:PORT, for example ws://127.0.0.1:7430',
    )
  }
}

/** Reads a token file: one line of at least 16 characters, readable by its owner only. Throws AccessError. */
export function readToken(file: string): string {
  let mode: number
  let token: string
  try {
    mode = statSync(file).mode & 0o777
    token = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new AccessError(
      `cannot read the token file ${file}: ${(error as Error).message}`,
      'make one: openssl rand -hex 24 > FILE; chmod 600 FILE',
    )
  }
  if ((mode & 0o077) !== 0)
    throw new AccessError(
      `the token file ${file} is readable by others (mode ${mode.toString(8)})`,
      `chmod 600 ${file}`,
    )
  if (token.length < 16 || /\s/.test(token))
    throw new AccessError(
      `the token in ${file} is too short or has spaces`,
      'make one: openssl rand -hex 24 > FILE',
    )
  return token
}

/** The token that a listener on `host` must ask for. Throws AccessError when it needs one and has none. */
export function requiredToken(host: string, tokenFile: string | undefined): string | undefined {
  if (tokenFile) return readToken(tokenFile)
  if (isLoopback(host)) return undefined
  throw new AccessError(
    `listening on ${host} opens this machine to others, so it needs a token`,
    'add --token-file FILE (mode 0600)',
  )
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Token of an Authorization header: `Bearer TOKEN`, or the password of `Basic`, which MLflow's clients can send too. */
function tokenOf(header: string): string {
  const [scheme = '', rest = ''] = header.split(' ', 2)
  if (scheme.toLowerCase() !== 'basic') return scheme.toLowerCase() === 'bearer' ? rest : ''
  const pair = Buffer.from(rest, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** Compares the token of an Authorization header in constant time. */
export function tokenMatches(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(tokenOf(header ?? '')), digest(token))
}

/** True when a request was addressed to this listener: a web page cannot pose as the console (DNS rebinding, foreign Origin). */
export function isAddressedHere(headers: { host?: string; origin?: string }, listeningOn: string): boolean {
  if (headers.origin !== undefined) return false
  if (!isLoopback(listeningOn)) return true
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return isLoopback(host)
}
