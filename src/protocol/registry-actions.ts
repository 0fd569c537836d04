// What a console may ask a hub to do to the registry; see RegistryAction in core.
import * as z from 'zod/mini'
import { text } from './event-parts.ts'
import { STAGES } from './registry-events.ts'

const version = z.int().check(z.positive())
const about = { about: text(512), note: z.optional(text(1024)) }
const target = { ...about, version: z.optional(version) }
const LONG = 100_000

/** Actions on the registry, as they come over the wire. */
export const registryActions = [
  z.object({
    action: z.literal('alias.move'),
    ...about,
    alias: text(255),
    version: z.nullable(version),
    expected: z.optional(z.nullable(version)),
  }),
  z.object({ action: z.literal('registry.describe'), ...target, description: text(LONG) }),
  z.object({ action: z.literal('registry.tag'), ...target, key: text(512), value: z.nullable(text(LONG)) }),
  z.object({ action: z.literal('version.stage'), ...about, version, stage: z.enum(STAGES) }),
  z.object({ action: z.literal('registry.delete'), ...target }),
  z.object({ action: z.literal('registry.verify'), ...about, version }),
  z.object({ action: z.literal('registry.restore'), ...target }),
] as const
