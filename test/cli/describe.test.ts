// `describe`: all that is known of one row.
import { describe, expect, it } from 'vitest'
import { json, mlops } from './terminal.ts'
import { fleet, linkTo } from './world.ts'

const lines = async (...argv: string[]) => (await mlops(['describe', ...argv])).out.trimEnd().split('\n')

describe('describe', () => {
  it('shows every column, times in full with their age', async () => {
    const shown = await lines('run', 'good')
    expect(shown).toContain('ID          aa01')
    expect(shown).toContain('STARTED     2026-01-05T11:00:00.000Z (1h)')
    expect(shown).toContain('ENDED       -')
    expect(shown).toContain('PATH        /logs/aa01')
  })

  it('shows params, tags and metrics as tables', async () => {
    const shown = await lines('run', 'good')
    const section = (title: string) => shown.slice(shown.indexOf(title) + 1)
    expect(section('PARAMS')[1]).toMatch(/^lr\s+1e-3$/)
    expect(section('TAGS')[1]).toMatch(/^team\s+x$/)
    expect(section('METRICS')[0]).toMatch(/^KEY\s+STEP\s+TIME\s+VALUE\s+COUNT\s+MIN\s+MAX\s+NONFINITE$/)
    expect(section('METRICS')[1]).toMatch(/^loss\s+999\s+2026-\S+\s+0\.001\s+1000\s+0\.001\s+1\s+0$/)
  })

  it('shows the problems of the files that a run was read from, and no others', async () => {
    const other = { ...fleet.problems![0]!, id: 'o', path: '/logs/aa012', problem: 'elsewhere' }
    const below = { ...fleet.problems![0]!, id: 'b', path: '/logs/aa01/x', problem: 'inside', count: 1 }
    const link = linkTo({ ...fleet, problems: [...fleet.problems!, other, below] })
    const { out } = await mlops(['describe', 'run', 'good'], { link })
    const shown = out.slice(out.indexOf('PROBLEMS'))
    expect(shown).toContain('line 3 is no JSON (2 times)')
    expect(shown).toMatch(/inside\n/)
    expect(shown).not.toContain('elsewhere')
    expect((await mlops(['describe', 'run', 'diverged'], { link })).out).not.toContain('PROBLEMS')
  })

  it('shows the GPUs of a host as a table', async () => {
    const shown = await lines('host', 'gpu-1')
    expect(shown.slice(shown.indexOf('GPU') + 1)[1]).toMatch(/^0\s+H100\s+97\s/)
  })

  it('-o json is the record alone', async () => {
    const [record] = await json<{ id: string }[]>('get', 'runs', 'good')
    expect(await json('describe', 'run', 'good')).toEqual(record)
  })

  it('nothing of that name is code 3', async () => {
    const { code, err } = await mlops(['describe', 'host', 'gpu-2'])
    expect([code, err]).toEqual([3, 'mlops: no host "gpu-2"\n  hint: did you mean gpu-1?\n'])
  })

  it('marks its sections on a terminal, unless told not to', async () => {
    const terminal = { isTTY: true, columns: 80 }
    const bold = '\x1b[1mPARAMS\x1b[0m'
    expect((await mlops(['describe', 'run', 'good'], { out: terminal })).out).toContain(bold)
    const plain = await mlops(['describe', 'run', 'good', '--no-color'], { out: terminal })
    expect(plain.out).not.toContain('\x1b')
  })
})
