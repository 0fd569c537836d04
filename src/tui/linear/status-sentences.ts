// The header in sentences: each is told when it changes, so none holds an age.
import { formatTime } from '../../core/format.ts'
import type { Shown } from '../app/console-store.ts'

function hubSentence({ status, facts }: Shown): string {
  const { where, connected, trouble } = status
  if (facts.world.at !== undefined) return `This is the past, ${formatTime(facts.world.at)} UTC.`
  if (facts.world.loading !== undefined) return `Hub ${where}: ${facts.world.loading}.`
  if (!connected) return `The hub ${where} is lost: ${trouble ?? 'no answer'}.`
  return trouble === null ? `Hub ${where}.` : `Hub ${where}: ${trouble}.`
}

function alertSentence({ critical, warning, handled }: Shown['totals']['alerts']): string {
  const parts = [
    critical > 0 ? `${critical} critical` : '',
    warning > 0 ? `${warning} ${warning === 1 ? 'warning' : 'warnings'}` : '',
    handled > 0 ? `${handled} handled` : '',
  ].filter(Boolean)
  return parts.length === 0 ? 'No alerts.' : `Alerts: ${parts.join(', ')}.`
}

/** How everything stands, a sentence each, always the same ones in the same order. */
export function statusSentences(shown: Shown): readonly string[] {
  const { hosts, running, alerts } = shown.totals
  return [
    hubSentence(shown),
    alertSentence(alerts),
    `${hosts.online} of ${hosts.total} hosts online, ${running} ${running === 1 ? 'run' : 'runs'} running.`,
    shown.surroundings.readOnly ? 'Nothing can be changed here.' : '',
  ]
}
