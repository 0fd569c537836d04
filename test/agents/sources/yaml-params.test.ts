import { describe, expect, it } from 'vitest'
import { parseYamlText } from '../../../agents/sources/yaml-params.ts'

describe('settings in YAML', () => {
  it('are shown as their author wrote them', () => {
    const values = {
      a: 'no',
      b: '010',
      c: '1e-5',
      d: '0x1F',
      e: '2021-01-01',
      f: '~',
      g: '9007199254740993',
      h: '1_000',
    }
    const text = Object.entries(values).map(([key, value]) => `${key}: ${value}\n`)
    expect(parseYamlText(text.join(''))).toEqual(values)
  })

  it('are flat, by dotted path, with merge keys applied', () => {
    expect(
      parseYamlText(
        'base: &b {lr: 0.1, opt: adam}\nrun:\n  <<: *b\n  lr: 0.2\nbetas: [0.9, 0.99]\nnone: {}\n',
      ),
    ).toEqual({
      'base.lr': '0.1',
      'base.opt': 'adam',
      'run.lr': '0.2',
      'run.opt': 'adam',
      betas: '[0.9, 0.99]',
      none: '{}',
    })
  })

  it('tolerate any tag and make nothing of it', () => {
    const text = [
      "loss: !!python/name:torch.nn.functional.cross_entropy ''",
      'run: !!python/object/apply:os.system ["true"]',
      'cfg: !!python/object:argparse.Namespace',
      '  a: 1',
      't: !!python/tuple [1, 2]',
      'own: !Thing x',
      'n: !!int 3',
    ]
    expect(parseYamlText(text.join('\n'))).toEqual({
      loss: 'torch.nn.functional.cross_entropy',
      run: '[true]',
      'cfg.a': '1',
      t: '[1, 2]',
      own: 'x',
      n: '3',
    })
  })

  it('are bounded: aliases of aliases, depth, number', () => {
    const row = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(',')}]\n`
    const names = ['b', 'c', 'd', 'e', 'f', 'g', 'h']
    const bomb = row('a', 'lol') + names.map((name, i) => row(name, `*${i ? names[i - 1] : 'a'}`)).join('')
    expect(() => parseYamlText(bomb)).toThrow(/more than/)
    expect(() => parseYamlText(`${'{a: '.repeat(40)}1${'}'.repeat(40)}`)).toThrow(/deeper than/)
    expect(() => parseYamlText(Array.from({ length: 3000 }, (_, i) => `k${i}: 1\n`).join(''))).toThrow(
      /more than 2000/,
    )
  })

  it('say where they are broken, and are empty when there are none', () => {
    expect(() => parseYamlText('lr: 0.1\n\tbad: tab\n')).toThrow(/2:1/)
    expect(() => parseYamlText('\0\0')).toThrow()
    expect(parseYamlText('')).toEqual({})
    expect(parseYamlText('- 1\n- 2\n')).toEqual({})
    expect(Object.keys(parseYamlText('__proto__: {x: 1}\n'))).toEqual(['__proto__.x'])
  })
})
