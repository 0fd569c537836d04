// What people do through a hub, whatever it is about.
import type { Action, AlertAction } from '../core/link.ts'
import { alertEvent } from './alert-actions.ts'
import type { Hub } from './hub.ts'

const isAboutAlert = (action: Action): action is AlertAction => action.action.startsWith('alert.')

/** Does what a person asked; `by` is their name. Resolves once it is on disk; rejects with Refused. */
export async function act(hub: Hub, action: Action, by: string): Promise<void> {
  if (isAboutAlert(action)) {
    const event = alertEvent(hub.world(), action, hub.now(), by)
    return hub.write({ by: `user:${by}`, events: [event] })
  }
  const { actOnRegistry } = await import('./registry-actions.ts')
  return actOnRegistry(hub, action, by)
}
