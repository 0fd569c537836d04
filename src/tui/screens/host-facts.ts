// What a machine is, in a narrow column.
import type { Shown } from '../app/console-store.ts'
import { resourceOf } from '../app/facts.ts'
import type { DetailSection } from '../panels/details.ts'

const FACTS = [
  'status',
  'reason',
  'role',
  'lastSeen',
  'lagMs',
  'runs',
  'cpus',
  'cpuModel',
  'memoryBytes',
  'os',
  'kernel',
  'version',
  'note',
]

/** Facts of one host. */
export function hostSections({ facts }: Shown, id: string): DetailSection[] {
  const host = facts.world.state.hosts.get(id)
  const item = resourceOf('hosts')
    .items(facts.world)
    .find((candidate) => candidate.id === id)
  if (!host || !item) return [{ title: '', rows: [['', 'this host is gone', 'warn']] }]
  const { headings } = resourceOf('hosts')
  const rows = FACTS.flatMap((key) => {
    const text = item.text(key, facts.now)
    const title = headings.find((heading) => heading.key === key)!.title.toLowerCase()
    return text === '-' ? [] : [[title, text, item.tone(key, facts.now)] as const]
  })
  const gpus = host.gpus.map(({ index, name }) => [`gpu ${index}`, name] as const)
  const sections: DetailSection[] = [
    { title: '', rows },
    { title: 'GPUs', rows: gpus },
  ]
  return sections.filter(({ rows: { length } }) => length > 0)
}
