// Output to real pipes and files: a reader that goes away is no failure, a full disk is one.
import { spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorText, toCliError, usageError } from '../../src/cli/cli-error.ts'
import { findVerb, readCommand, unknownCommand, verbs } from '../../src/cli/commands.ts'
import { streamOutput, writeAll } from '../../src/cli/output.ts'
import { Unreachable } from '../../src/client/remote-link.ts'
import { kept } from './terminal.ts'
import { linkTo, NOW, run } from './world.ts'

const many = linkTo({ runs: Array.from({ length: 5000 }, (_, i) => run(`r${i}`)) })

function work(out: ReturnType<typeof streamOutput>): Promise<number> {
  const command = readCommand(findVerb('get')!, ['runs', '-o', 'jsonl'])
  if (command.kind === 'help') throw new Error('no work')
  return command.run({
    link: many,
    out,
    note: () => {},
    now: () => NOW,
    signal: new AbortController().signal,
  })
}

describe('output', () => {
  it('ends quietly when the reader has gone', async () => {
    const head = spawn('head', ['-c', '10'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const gone = new Promise((resolve) => head.once('exit', resolve))
    const out = streamOutput(head.stdin)
    await out.write('0123456789 and more\n')
    await gone
    expect(await work(out)).toBe(0)
  })

  it('gives a slow reader everything', async () => {
    const count = spawn('wc', ['-l'], { stdio: ['pipe', 'pipe', 'inherit'] })
    let counted = ''
    count.stdout.on('data', (data: Buffer) => {
      counted += data
    })
    const ended = new Promise((resolve) => count.once('close', resolve))
    expect(await work(streamOutput(count.stdin))).toBe(0)
    count.stdin.end()
    await ended
    expect(counted.trim()).toBe('5000')
  })

  it.runIf(existsSync('/dev/full'))('fails on a full disk', async () => {
    const full = createWriteStream('/dev/full')
    await expect(work(streamOutput(full))).rejects.toThrow('ENOSPC')
  })

  it('writes pieces in few writes and loses none', async () => {
    const out = kept()
    const pieces = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`)
    await writeAll(out, pieces)
    expect(out.writes.length).toBeLessThan(5)
    expect(out.writes.join('')).toBe(pieces.join(''))
  })
})

describe('failures', () => {
  it('an unreachable hub is code 5', () => {
    const error = toCliError(new Unreachable('connect ECONNREFUSED 127.0.0.1:1'))
    expect(error).toMatchObject({ code: 5, message: 'connect ECONNREFUSED 127.0.0.1:1' })
  })

  it('keeps the hint of an error that has one, and is code 1', () => {
    const error = toCliError(Object.assign(new Error('x cannot be opened'), { hint: 'close it' }))
    expect(errorText(error)).toBe('mlops: x cannot be opened\n  hint: close it\n')
    expect(error.code).toBe(1)
  })

  it('keeps a code, and takes what is no Error', () => {
    const usage = usageError('a', 'b')
    expect(toCliError(usage)).toBe(usage)
    expect(toCliError('text')).toMatchObject({ code: 1, message: 'text' })
  })

  it('an unknown command names near ones', () => {
    expect(unknownCommand('evnets', ['hub', 'agent'])).toMatchObject({
      code: 2,
      hint: 'did you mean events?',
    })
    expect(unknownCommand('agnet', ['hub', 'agent'])).toMatchObject({ hint: 'did you mean agent?' })
    expect(unknownCommand('zzzzz', [])).toMatchObject({ hint: 'mlops --help lists the commands' })
  })

  it('where to read from is read before any hub is opened', () => {
    const command = readCommand(findVerb('get')!, ['runs', '--dir', 'a', '--dir=b', '--config', 'c.ts'])
    expect(command).toMatchObject({
      kind: 'work',
      place: { dir: ['a', 'b'], config: 'c.ts', hub: undefined },
    })
    const far = readCommand(findVerb('series')!, ['x', 'loss', '--hub', 'ws://h', '--token-file', 't'])
    expect(far).toMatchObject({ place: { hub: 'ws://h', tokenFile: 't', dir: [] } })
  })

  it('every verb has examples that its own flags accept', () => {
    for (const { name, examples } of verbs)
      for (const example of examples) {
        const words = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
        expect(words.slice(0, 2)).toEqual(['mlops', name])
        expect(readCommand(findVerb(name)!, words.slice(2)).kind).toBe('work')
      }
  })
})
