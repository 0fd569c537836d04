// Declared flags: what they accept, and what they say about the rest.
import { describe, expect, it } from 'vitest'
import { readWhole } from '../../src/cli/flag-values.ts'
import { readArgs } from '../../src/cli/flags.ts'
import { suggest } from '../../src/cli/spelling.ts'
import { readMoment, spanMs } from '../../src/core/moment.ts'
import { mlops } from './terminal.ts'
import { NOW } from './world.ts'

const flags = {
  sort: { value: 'C', doc: 'order' },
  dir: { value: 'DIR', multiple: true, doc: 'folder' },
  output: { value: 'F', short: 'o', default: 'table', choices: ['table', 'json'], doc: 'form' },
  watch: { short: 'w', doc: 'again' },
} as const
const read = (...argv: string[]) => readArgs('get', flags, argv)

describe('flags', () => {
  it('reads values, switches, repeated ones, defaults and words', () => {
    const args = read('runs', '--sort', '-loss', '--dir=a', '--dir', 'b', '-w', 'x')
    expect(args.positionals).toEqual(['runs', 'x'])
    expect(args.text('sort')).toBe('-loss')
    expect(args.texts('dir')).toEqual(['a', 'b'])
    expect(args.on('watch')).toBe(true)
    expect(args.text('output')).toBe('table')
  })

  it('takes the last of a value given twice', () => {
    expect(read('--sort', 'a', '--sort', 'b').text('sort')).toBe('b')
  })

  it('takes words behind -- as they are', () => {
    expect(read('--', '--sort').positionals).toEqual(['--sort'])
  })

  it.each([
    [['--sorrt', 'a'], 'unknown flag --sorrt', 'did you mean --sort?'],
    [['--zzzzzz'], 'unknown flag --zzzzzz', 'see mlops get --help'],
    [['--toString'], 'unknown flag --toString', 'see mlops get --help'],
    [['-z'], 'unknown flag -z', 'see mlops get --help'],
    [['--sort'], '--sort needs a value', 'write --sort C: order'],
    [['--sort', '-o', 'json'], '--sort needs a value', 'write --sort C: order'],
    [['--sort', '--watch'], '--sort needs a value', 'write --sort C: order'],
    [['--watch=1'], '--watch takes no value', 'write --watch alone'],
    [['-o', 'jsno'], '-o cannot be jsno', 'did you mean json?'],
    [['-o', ''], '-o cannot be empty', 'one of table, json'],
  ])('refuses %j', (argv, message, hint) => {
    expect(() => read(...argv)).toThrow(expect.objectContaining({ message, hint, code: 2 }))
  })

  it.each([
    ['get', 'mlops get needs a noun'],
    ['describe run', 'mlops describe needs an id'],
    ['series run1', 'mlops series needs a key'],
    ['compare one', 'mlops compare needs two runs or more'],
    ['get runs a b', 'mlops get takes 2 words, not 3'],
    ['events x', 'mlops events takes 0 words, not 1'],
    ['get runs --hub ws://x --store f', '--hub, --store and --dir exclude each other'],
    ['get runs aa01 --filter x', 'an id and --filter exclude each other'],
    ['get runs --limit -1', '--limit -1 is no whole number from 0'],
    ['get runs --limit 1.5', '--limit 1.5 is no whole number'],
    ['get runs --interval 5ms', '--interval 5ms is no time from 100ms up'],
    ['get runs --sort ,', '--sort names no column'],
    ['get runs --columns ,', '--columns names no column'],
    ['get rnus', 'no noun "rnus"'],
    ['describe hsots x', 'no noun "hsots"'],
    ['series good loss --points x', '--points x is no whole number'],
    ['series good loss --x lr', '--x cannot be lr'],
    ['series good loss --from 1h', '--from 1h is no step'],
    ['series good loss --x time --to soon', '--to soon is no time'],
    ['series good loss --x relative --to 5', '--to 5 is no span of time'],
    ['events --since soon', '--since soon is no sequence number and no time'],
    ['get runs --filter (a', '--filter: the bracket is not closed'],
  ])('bad usage is code 2: %s', async (line, message) => {
    const { code, out, err } = await mlops(line.split(' '))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`mlops: ${message}`)
    expect(err).toMatch(/^mlops: .+\n {2}hint: .+\n$/)
  })

  it('reports what was typed without its control characters', async () => {
    const { err } = await mlops(['get', 'ru\x1b[2Jns\n'])
    expect(err).not.toContain('\x1b')
    expect(err.split('\n')).toHaveLength(3)
  })

  it('help tells every flag with its default', async () => {
    const { out } = await mlops(['get', 'runs', '--help'])
    expect(out).toContain('mlops get <noun> [id] [flags]')
    for (const flag of ['--filter Q', '--sort C', '-o, --output FORMAT', '--dir DIR', '(default table)'])
      expect(out).toContain(flag)
  })
})

describe('values of flags', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['0.5d', 43_200_000],
    ['1w', 604_800_000],
    ['1', undefined],
    ['h', undefined],
    ['', undefined],
    ['1h ', undefined],
  ])('span %j is %s ms', (text, ms) => {
    expect(spanMs(text)).toBe(ms)
  })

  it.each([
    ['2026-01-05T12:00:00Z', { at: NOW }],
    ['2026-01-05 12:00', { at: NOW }],
    ['2026-01-05T13:00:00+01:00', { at: NOW }],
    ['2026-01-05', { at: Date.parse('2026-01-05T00:00:00Z') }],
    ['1h', { ago: 3_600_000 }],
    ['2026-13-05', undefined],
    ['yesterday', undefined],
  ])('moment %j is %j', (text, moment) => {
    expect(readMoment(text)).toEqual(moment)
  })

  it('whole numbers end at their bounds', () => {
    expect(readWhole('--n', '5', 0, 5)).toBe(5)
    expect(() => readWhole('--n', '6', 0, 5)).toThrow('--n 6 is no whole number from 0 to 5')
    expect(() => readWhole('--n', '0x5', 0, 5)).toThrow()
  })
})

describe('suggestions', () => {
  it.each([
    ['rusn', ['runs', 'hosts'], ['runs']],
    ['loss', ['val/loss', 'acc'], ['val/loss']],
    ['exp', ['experiments', 'e'], ['experiments']],
    ['Loss', ['loss'], ['loss']],
    ['completely', ['different'], []],
    ['', ['a', 'b'], []],
  ])('%j of %j: %j', (word, known, near) => {
    expect(suggest(word, known)).toEqual(near)
  })

  it('are at most three, the nearest first', () => {
    expect(suggest('loss', ['loss1', 'lost', 'losss', 'lo', 'los'])).toHaveLength(3)
    expect(suggest('loss', ['lost', 'LOSS'])[0]).toBe('LOSS')
  })
})
