// Pages of a search: how much is asked for, and the token that says where the next page starts.
import { invalid } from './errors.ts'
import { quote } from './search-token.ts'

/** The token of upstream, base64 of `{"offset": N}`, with the mark of the search that it belongs to. */
export function pageToken(offset: number, check: string): string {
  return Buffer.from(JSON.stringify({ offset, check })).toString('base64')
}

function decode(token: string): { offset?: unknown; check?: unknown } {
  if (!/^[\w+/-]+={0,2}$/.test(token)) throw invalid('Invalid page token, could not base64-decode')
  const text = Buffer.from(token, 'base64').toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {}
  throw invalid(`Invalid page token, decoded value=${quote(text)}`)
}

/**
 * Where a page starts; 0 without a token. A token without a mark (upstream's form) passes; one of another search
 * (other filter or order) is refused with INVALID_PARAMETER_VALUE.
 */
export function pageOffset(token: string | undefined, check: string): number {
  if (!token) return 0
  const { offset, check: mark } = decode(token)
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0)
    throw invalid(`Invalid page token, offset=${quote(String(offset))}`)
  if (mark !== undefined && mark !== check)
    throw invalid('Invalid page token: it belongs to a search with another filter or order')
  return offset
}
