// Noun: alerts.
import { type Alert, alertsOf } from '../core/alerts.ts'
import { formatAge } from '../core/format.ts'
import { defineResource } from './define.ts'

/** Alerts. */
export const alerts = defineResource<Alert>({
  name: 'alerts',
  aliases: ['alert', 'a'],
  doc: 'Conditions that need somebody.',
  rows: alertsOf,
  id: ({ id }) => id,
  sort: '',
  columns: {
    severity: {
      title: 'SEVERITY',
      doc: 'critical or warning.',
      value: ({ severity }) => severity,
      tone: ({ severity }) => (severity === 'critical' ? 'bad' : 'warn'),
    },
    rule: { title: 'RULE', doc: 'What was watched.', value: ({ rule }) => rule },
    opened: {
      title: 'OPEN',
      doc: 'Since when; the table shows the age.',
      value: ({ opened }) => new Date(opened),
      show: ({ opened }, now) => formatAge(now - opened),
      align: 'right',
    },
    text: { title: 'TEXT', doc: 'What is the matter, in a sentence.', value: ({ text }) => text, max: 160 },
    about: { title: 'ABOUT', doc: 'Id of the host or run.', value: ({ about }) => about, table: 'wide' },
    state: { title: 'STATE', doc: 'firing.', value: ({ state }) => state, table: 'wide' },
    id: { title: 'ID', doc: 'Rule and what it is about.', value: ({ id }) => id, table: 'never' },
  },
})
