// The page of nouns, columns and commands is made from the declarations; a stale one fails here.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { verbs } from '../../src/cli/commands.ts'
import { referencePage } from '../../src/cli/reference.ts'
import { resources } from '../../src/resources/index.ts'

const PAGE = fileURLToPath(new URL('../../src/resources/REFERENCE.md', import.meta.url))

describe('the reference page', () => {
  it('is what the declarations say (npm run docs writes it anew)', async () => {
    // Where the page is missing it is written; on CI that fails too.
    await expect(referencePage()).toMatchFileSnapshot(PAGE)
  })

  it('has every column and every flag', () => {
    const page = referencePage()
    for (const { name, headings } of resources) {
      expect(page).toContain(`### ${name}\n`)
      for (const { key } of headings) expect(page).toContain(`| \`${key}\` |`)
    }
    for (const { usage, flags } of verbs) {
      expect(page).toContain(usage)
      for (const flag of Object.keys(flags)) expect(page).toContain(`--${flag}`)
    }
  })

  it('has no line that a bar in a text would break', () => {
    const rows = referencePage()
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const bars = (line: string) => line.replaceAll('\\|', '').split('|').length
    for (const row of rows) expect([3 + 1, 5 + 1]).toContain(bars(row))
  })
})
