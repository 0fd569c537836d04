// Finds the route of a method and a path.
import { MlflowError } from './errors.ts'
import type { Route } from './route.ts'

/** What a path led to: the route, and what the names in braces stand for. */
export interface Match {
  readonly route: Route
  readonly names: Readonly<Record<string, string>>
}

/** Finds the route of a method and a path, or the methods that the path takes: none where there is no such path. */
export type Find = (method: string, path: string) => Match | { readonly allowed: readonly string[] }

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new MlflowError('BAD_REQUEST', 'The path holds a percent sign that stands for nothing.')
  }
}

function namesIn(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const names: Record<string, string> = {}
  for (const [i, expected] of pattern.entries()) {
    const part = parts[i]!
    if (expected.startsWith('{')) {
      if (part === '') return undefined
      names[expected.slice(1, -1)] = decoded(part)
    } else if (expected !== part) return undefined
  }
  return names
}

/** Makes a table of routes. Paths without names are looked up, the few with names are tried in turn. */
export function createRouteTable(routes: readonly Route[]): Find {
  const plain = new Map<string, Route[]>()
  const patterns: { parts: string[]; route: Route }[] = []
  for (const route of routes) {
    if (route.path.includes('{')) patterns.push({ parts: route.path.split('/'), route })
    else plain.set(route.path, [...(plain.get(route.path) ?? []), route])
  }
  return (method, path) => {
    const allowed: string[] = []
    for (const route of plain.get(path) ?? []) {
      if ((route.methods as readonly string[]).includes(method)) return { route, names: {} }
      allowed.push(...route.methods)
    }
    if (allowed.length > 0) return { allowed }
    const parts = path.split('/')
    for (const pattern of patterns) {
      const names = namesIn(pattern.parts, parts)
      if (!names) continue
      if ((pattern.route.methods as readonly string[]).includes(method))
        return { route: pattern.route, names }
      allowed.push(...pattern.route.methods)
    }
    return { allowed }
  }
}
