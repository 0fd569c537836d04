// The tables of the hub's state: what snapshots hold and consoles are sent.

/** Names of the tables; their rows have an `id`. */
export const TABLES = [
  'hosts',
  'runs',
  'problems',
  'acks',
  'experiments',
  'loggedModels',
  'models',
  'versions',
  'projects',
] as const
