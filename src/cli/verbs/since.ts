// `mlops since`: what changed since a moment, the worst first.
import type { Change } from '../../core/digest.ts'
import { digestSince, type Since } from '../../core/digest-since.ts'
import { formatAge, formatTime } from '../../core/format.ts'
import { type Moment, momentMs, readMoment } from '../../core/moment.ts'
import type { Raw } from '../../resources/define.ts'
import { usageError } from '../cli-error.ts'
import { readWhole } from '../flag-values.ts'
import { type FormatChoice, formatChoice, formatFlags, recordPieces, tableText } from '../formats.ts'
import { writeAll } from '../output.ts'
import { type Context, defineVerb } from '../verb.ts'

type From = { readonly seq: number } | Moment

function readFrom(text: string): From {
  if (/^\d+$/.test(text)) return { seq: readWhole('WHEN', text, 0, Number.MAX_SAFE_INTEGER) }
  const moment = readMoment(text)
  if (moment) return moment
  throw usageError(
    `${text} is no sequence number and no time`,
    'write 120, 2026-01-05T10:00:00Z or 8h for eight hours ago',
  )
}

const recordOf = ({ kind, about, time, text }: Change): { readonly [key: string]: Raw } => ({
  time: new Date(time),
  kind,
  about,
  text,
})

function table({ changes }: Since, choice: FormatChoice, { out, now }: Context): string {
  if (changes.length === 0) return 'nothing changed\n'
  const rows = changes.map(({ tone, time, text }) => [
    { text: formatAge(now() - time), tone: 'dim' as const },
    { text, tone },
  ])
  return tableText(
    [
      { title: 'AGO', align: 'right' },
      { title: 'WHAT', max: 200 },
    ],
    rows,
    choice,
    out,
  )
}

/** The verb. */
export const since = defineVerb({
  name: 'since',
  summary:
    'Prints what changed since a moment: runs that started, ended, went idle or diverged, hosts, problems. The worst first.',
  positionals: [{ name: 'when', doc: 'a sequence number, an ISO time, or a span before now (8h)' }],
  flags: formatFlags,
  examples: ['mlops since 8h', 'mlops since 2026-01-05T18:00:00Z -o json', 'mlops since 1200'],
  prepare(args) {
    const from = readFrom(args.positionals[0]!)
    const choice = formatChoice(args)
    return async (context) => {
      const { link, out, now, note } = context
      const found = await digestSince(link, 'seq' in from ? from : Math.max(0, momentMs(from, now())))
      if (!found)
        throw usageError(
          `the log ends at event ${link.world().state.seq}`,
          'name an earlier one, or a time; mlops events shows the newest',
        )
      note(`since ${formatTime(found.at)} UTC, event ${found.seq}: ${found.events} events`)
      if (choice.format === 'table') await out.write(table(found, choice, context))
      else
        await writeAll(
          out,
          recordPieces(choice.format, found.changes.map(recordOf), ['time', 'kind', 'about', 'text']),
        )
      return 0
    }
  },
})
