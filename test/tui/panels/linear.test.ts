import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hosts } from '../../../src/resources/hosts.ts'
import { runs } from '../../../src/resources/runs.ts'
import { linearDetails, linearTable } from '../../../src/tui/panels/linear.ts'
import { fleet, NOW, worldOf } from '../../cli/world.ts'
import { texts } from './exact.ts'

const world = worldOf(fleet)

describe('linearTable', () => {
  it('tells each row in a sentence, each value with its name', () => {
    const [first, second] = linearTable(
      runs.headings,
      runs.items(world),
      ['name', 'status', 'step'],
      NOW,
      'run',
    )
    expect(first).toBe('Run good, status running, step 9223372036854775807.')
    expect(second).toBe('Run diverged, status failed, step 3.')
  })

  it('says where there is nothing, in place of a dash', () => {
    const lines = linearTable(hosts.headings, hosts.items(world), ['name', 'cpu', 'gpus'], NOW)
    expect(lines).toEqual(['Name gpu-1, cpu 40%, gpu 1x 97%.', 'Name serve-1, cpu none, gpu none.'])
  })

  it('knows dotted paths as columns', () => {
    const [line] = linearTable(runs.headings, runs.items(world), ['name', 'params.lr'], NOW)
    expect(line).toBe('Name good, lr 1e-3.')
  })

  it('is one line a row, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(texts), (names) => {
        const some = names.map((name, i) => ({ ...fleet.runs![0]!, id: `r${i}`, name: `${name}\n${name}` }))
        const items = runs.items(worldOf({ ...fleet, runs: some }))
        const lines = linearTable(runs.headings, items, ['name', 'status'], NOW)
        expect(lines).toHaveLength(items.length)
        for (const line of lines) expect(line).toMatch(/^[^\n\u001b]+status running\.$/)
      }),
    )
  })
})

describe('linearDetails', () => {
  it('tells the title of a section, how long it is, and each value after its name', () => {
    const sections = [
      { title: '', rows: [['status', 'running']] as const },
      {
        title: 'params',
        rows: [
          ['lr', '1e-3'],
          ['note', ''],
        ] as const,
      },
    ]
    expect(linearDetails(sections)).toEqual([
      'Status: running.',
      'Params: 2 lines.',
      'Lr: 1e-3.',
      'Note: none.',
    ])
  })
})
