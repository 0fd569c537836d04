// The part of a noun that a filter begins with: of 100,000 versions only those of one model need be made.
import type { Resource } from '../../resources/define.ts'

/** Rows of a noun that lists are made of, and a key for them. */
export interface Part {
  readonly key: string
  readonly resource: Resource
}

/** `model="churn"`, with more behind it or not. */
const FIRST = /^(\w+)="((?:[^"\\]|\\.)*)"(?= |$)(.*)$/s

/** The rows that a filter can let pass: all, or those of a part where it begins with `field="value"` and knows no `or`. */
export function partOf(resource: Resource, filter: string): Part {
  const whole = { key: resource.name, resource }
  const [, field, value = '', rest = ''] = (resource.part && FIRST.exec(filter)) ?? []
  if (!resource.part || field !== resource.part.field || /\bor\b/i.test(rest)) return whole
  const text = value.replace(/\\(.)/g, '$1')
  return { key: `${resource.name}\n${text}`, resource: resource.part.of(text) }
}
