// Everything about a version: its card in Markdown under a title of its own, its signature a line for each column.
import { expect, test } from 'vitest'
import type { ModelVersion } from '../../../src/core/registry-state.ts'
import { describeItem } from '../../../src/tui/app/describe.ts'
import { resourceOf } from '../../../src/tui/app/facts.ts'
import { NOW } from '../../frames/world.ts'
import { drive } from './driving.ts'

const measured = {
  digest: 'ab'.repeat(32),
  bytes: 2048,
  files: 2,
  flavors: ['onnx'],
  inputs: [{ name: 'age', type: 'double', optional: true }],
  outputs: null,
  modelBytes: null,
}

function sectionsOf(change: Partial<ModelVersion>) {
  const world = drive(12, 120, 30).hub.link.world()
  const id = 'churn/2'
  const versions = new Map(world.state.versions)
  versions.set(id, { ...versions.get(id)!, ...change })
  const resource = resourceOf('versions')
  const item = resource
    .items({ ...world, state: { ...world.state, versions } }, NOW)
    .find((one) => one.id === id)!
  return describeItem(resource, item, NOW)
}

test('a card of several lines has a section of its own, drawn as Markdown', () => {
  const sections = sectionsOf({ description: '# Churn\u240a\u240a- who leaves' })
  expect(sections.find(({ title }) => title === 'description')).toMatchObject({
    rows: [],
    markdown: ['# Churn', '', '- who leaves'],
  })
  expect(sections[0]!.rows.some(([key]) => key === 'description')).toBe(false)
})

test('a short description stays a row', () => {
  const [own, ...below] = sectionsOf({ description: 'Who leaves' })
  expect(own!.rows).toContainEqual(['description', 'Who leaves', 'text'])
  expect(below.some(({ title }) => title === 'description')).toBe(false)
})

test('size, digest and signature of measured files are told', () => {
  const sections = sectionsOf({ measured })
  const own = new Map(sections[0]!.rows.map(([key, value]) => [key, value]))
  expect([own.get('digest'), own.get('size'), own.get('flavors')]).toEqual([measured.digest, '2K', 'onnx'])
  expect(sections.find(({ title }) => title === 'inputs')?.rows).toEqual([
    ['age', 'type double  optional true'],
  ])
})
