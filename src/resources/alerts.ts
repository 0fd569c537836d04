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
      tone: ({ severity, state }) => (state !== 'firing' ? 'dim' : severity === 'critical' ? 'bad' : 'warn'),
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
    about: {
      title: 'ABOUT',
      doc: 'Id of the host or run, or the name of the project.',
      value: ({ about }) => about,
      table: 'wide',
    },
    state: {
      title: 'STATE',
      doc: 'firing, acknowledged (until it goes away), or silenced (for a time, whether it goes away or not).',
      value: ({ state }) => state,
      tone: ({ state }) => (state === 'firing' ? 'text' : 'dim'),
    },
    owner: {
      title: 'OWNER',
      doc: 'Whom it was given to, else who acknowledged or silenced it, as systems name them; nobody has proved it.',
      value: ({ owner }) => owner,
      table: 'wide',
      max: 20,
    },
    until: {
      title: 'UNTIL',
      doc: 'When its silence ends; the table shows how long from now.',
      value: ({ until }) => (until === null ? null : new Date(until)),
      show: ({ until }, now) => (until === null ? '-' : formatAge(until - now)),
      align: 'right',
      table: 'wide',
    },
    note: { title: 'NOTE', doc: 'What they said.', value: ({ note }) => note, table: 'wide', max: 60 },
    id: { title: 'ID', doc: 'Rule and what it is about.', value: ({ id }) => id, table: 'never' },
  },
})
