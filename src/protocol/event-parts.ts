// What all events are made of: text through the one door, times, sets of texts.
import * as z from 'zod/mini'
import { cleanText } from './text.ts'

/** Text from outside, cleaned on the way in. */
export const text = (limit?: number) =>
  z.pipe(
    z.string(),
    z.transform((value) => cleanText(value, limit)),
  )

/** Unix time in whole milliseconds, within what a Date can hold. */
export const time = z.int().check(z.minimum(-8.64e15), z.maximum(8.64e15))

/** A set of named texts, cleaned on the way in: keys of up to 512 characters, values of up to `limit`. */
export const texts = (limit?: number) =>
  z.pipe(
    z.record(z.string(), z.string()),
    z.transform((record) =>
      Object.fromEntries(
        Object.entries(record).map(([key, value]) => [cleanText(key, 512), cleanText(value, limit)]),
      ),
    ),
  )

/** One kind of event: its type, the time and the noun that it is about, and what its data holds. */
export const event = <T extends string, S extends z.core.$ZodShape>(type: T, data: S) =>
  z.object({ type: z.literal(type), at: time, about: text(512), data: z.object(data) })
