// `mlops describe`: all that is known of one row.
import { isCard, linesOfText } from '../../core/card.ts'
import type { World } from '../../core/world.ts'
import { type Item, type Raw, type Resource, rawText } from '../../resources/define.ts'
import { resources } from '../../resources/index.ts'
import {
  type FormatChoice,
  formatChoice,
  formatFlags,
  recordPieces,
  tableText,
  usesColor,
} from '../formats.ts'
import { jsonText } from '../json.ts'
import { nounOf } from '../lookup.ts'
import { type Output, writeAll } from '../output.ts'
import { pastFlags, readAt, type View, viewOf } from '../past.ts'
import { detailText, findItem } from '../selection.ts'
import { type Cell, toned } from '../table.ts'
import { type Context, defineVerb } from '../verb.ts'

type Entries = readonly (readonly [string, Raw])[]

const isTable = (raw: Raw): raw is { readonly [key: string]: Raw } =>
  typeof raw === 'object' && raw !== null && !(raw instanceof Date) && !Array.isArray(raw)

/** A list of records, such as the GPUs of a host. */
const isList = (raw: Raw): raw is readonly { readonly [key: string]: Raw }[] =>
  Array.isArray(raw) && raw.length > 0 && raw.every(isTable)

interface Page {
  readonly choice: FormatChoice
  readonly out: Output
  readonly now: number
}

const cells = (values: readonly Raw[]): Cell[] => values.map((value) => ({ text: safeText(value) }))

/** As rawText, also for times that no Date holds. */
const safeText = (raw: Raw): string =>
  raw instanceof Date && Number.isNaN(raw.getTime()) ? '-' : rawText(raw)

function recordsTable(records: readonly (readonly [string | undefined, Raw])[], page: Page): string {
  const keys = [...new Set(records.flatMap(([, raw]) => (isTable(raw) ? Object.keys(raw) : [])))]
  const named = records.some(([name]) => name !== undefined)
  const columns = [...(named ? ['KEY'] : []), ...keys.map((key) => key.toUpperCase())]
  const rows = records.map(([name, raw]) =>
    cells([
      ...(named ? [name ?? null] : []),
      ...keys.map((key) => (isTable(raw) ? (raw[key] ?? null) : null)),
    ]),
  )
  return tableText(
    columns.map((title) => ({ title })),
    rows,
    page.choice,
    page.out,
  )
}

const pairsTable = (entries: Entries, page: Page): string =>
  tableText([{ title: 'KEY' }, { title: 'VALUE' }], entries.map(cells), page.choice, page.out)

/** A metric on one line: its points as `step`, `time` and `value` are more than a terminal has room for. */
function metricRow(raw: Raw): Raw {
  if (!isTable(raw)) return raw
  const { last, first: _, ...rest } = raw
  return isTable(last ?? null) ? { ...(last as { readonly [key: string]: Raw }), ...rest } : raw
}

function sectionText(raw: Raw, page: Page): string {
  if (isList(raw))
    return recordsTable(
      raw.map((record) => [undefined, record] as const),
      page,
    )
  const entries = isTable(raw) ? Object.entries(raw) : []
  if (entries.some(([, value]) => isTable(value)))
    return recordsTable(
      entries.map(([key, value]) => [key, metricRow(value)] as const),
      page,
    )
  return pairsTable(entries, page)
}

/** Problems of the files that a run was read from. */
function problemsOf({ state }: World, id: string): Entries {
  const run = state.runs.get(id)
  if (!run) return []
  return [...state.problems.values()]
    .filter(({ host, path }) => host === run.host && (path === run.path || path.startsWith(`${run.path}/`)))
    .map(({ path, problem, count }) => [path, count > 1 ? `${problem} (${count} times)` : problem])
}

function* page(item: Item, resource: Resource, world: World, shown: Page): Generator<string> {
  const { choice, out, now } = shown
  const heading = (text: string) => `${toned(text, 'bold', usesColor(choice, out))}\n`
  const record = item.record()
  const isSection = (raw: Raw) => isTable(raw) || isList(raw)
  const card = typeof record.description === 'string' && isCard(record.description) ? record.description : ''
  const isPlain = (key: string) => !isSection(record[key] ?? null) && !(card !== '' && key === 'description')
  const plain = resource.headings.filter(({ key }) => isPlain(key))
  const width = Math.max(0, ...plain.map(({ title }) => title.length))
  for (const { key, title } of plain)
    yield `${toned(title.padEnd(width), 'dim', usesColor(choice, out))}  ${detailText(item, key, record[key] ?? null, now)}\n`
  for (const { key, title } of resource.headings) {
    const raw = record[key] ?? null
    if (isSection(raw) && Object.keys(raw as object).length > 0)
      yield `\n${heading(title)}${sectionText(raw, shown)}`
  }
  if (card !== '') yield `\n${heading('DESCRIPTION')}${linesOfText(card).join('\n').trimEnd()}\n`
  const problems = resource.name === 'runs' ? problemsOf(world, item.id) : []
  if (problems.length > 0) yield `\n${heading('PROBLEMS')}${pairsTable(problems, shown)}`
}

async function describeItem(
  resource: Resource,
  id: string,
  choice: FormatChoice,
  { world, now }: View,
  { out }: Context,
) {
  const item = findItem(resource, world, id, now)
  if (choice.format === 'table') await writeAll(out, page(item, resource, world, { choice, out, now }))
  else if (choice.format === 'csv') await writeAll(out, recordPieces('csv', [item.record()], []))
  else await out.write(`${jsonText(item.record())}\n`)
}

/** The verb. */
export const describe = defineVerb({
  name: 'describe',
  summary: 'Prints all that is known of one row; -o json prints its record, without an array around it.',
  positionals: [
    { name: 'noun', doc: `a noun: ${resources.map(({ name }) => name).join(', ')}` },
    { name: 'id', doc: 'an id, the beginning of one, or a name' },
  ],
  flags: { ...pastFlags, ...formatFlags },
  examples: [
    'mlops describe run resnet-50',
    'mlops describe host gpu-1 -o json',
    'mlops describe run resnet-50 --at 2h',
  ],
  prepare(args) {
    const [noun, id] = args.positionals
    const resource = nounOf(noun!)
    const choice = formatChoice(args)
    const at = readAt(args.text('at'))
    return async (context) => {
      await describeItem(resource, id!, choice, await viewOf(context, at), context)
      return 0
    }
  },
})
