// Writes file stores as MLflow's own FileStore does (layout and fields of MLflow 2 and 3), for tests.
import { appendFileSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const RUN = '0123456789abcdef0123456789abcdef'
export const OTHER = 'fedcba9876543210fedcba9876543210'

const yaml = (fields: Readonly<Record<string, unknown>>) =>
  Object.entries(fields)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('')

/** A store in a folder. */
export function createStoreWriter(root: string) {
  const write = (name: string, content: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), content)
  }
  const meta = (dir: string, fields: Readonly<Record<string, unknown>>) =>
    write(`${dir}/meta.yaml`, yaml(fields))
  return {
    write,
    meta,
    experiment: (id: string, more: object = {}) =>
      meta(id, {
        artifact_location: `file:///data/mlruns/${id}`,
        creation_time: 1_700_000_000_000,
        experiment_id: id,
        last_update_time: 1_700_000_000_000,
        lifecycle_stage: 'active',
        name: id === '0' ? 'Default' : `experiment ${id}`,
        ...more,
      }),
    run: (id = RUN, more: object = {}, experiment = '0') =>
      meta(`${experiment}/${id}`, {
        artifact_uri: `file:///data/mlruns/${experiment}/${id}/artifacts`,
        end_time: null,
        entry_point_name: '',
        experiment_id: experiment,
        lifecycle_stage: 'active',
        run_id: id,
        run_name: 'brave-mole-12',
        run_uuid: id,
        source_name: '',
        source_type: 4,
        source_version: '',
        start_time: 1_700_000_001_000,
        status: 1,
        tags: [],
        user_id: 'ada',
        ...more,
      }),
    metric(key: string, lines: string, id = RUN, experiment = '0') {
      const file = path.join(root, experiment, id, 'metrics', key)
      mkdirSync(path.dirname(file), { recursive: true })
      appendFileSync(file, lines)
    },
    model: (name: string, more: object = {}) =>
      meta(`models/${name}`, {
        aliases: {},
        creation_timestamp: 1_700_000_000_500,
        description: null,
        last_updated_timestamp: 1_700_000_000_500,
        latest_versions: [],
        name,
        tags: {},
        ...more,
      }),
    version: (name: string, version: number, more: object = {}) =>
      meta(`models/${name}/version-${version}`, {
        aliases: [],
        creation_timestamp: 1_700_000_000_600,
        current_stage: 'None',
        description: '',
        name,
        run_id: RUN,
        run_link: '',
        source: `file:///data/mlruns/0/${RUN}/artifacts/model`,
        status: 'READY',
        user_id: null,
        version,
        ...more,
      }),
    move(from: string, to: string) {
      mkdirSync(path.dirname(path.join(root, to)), { recursive: true })
      renameSync(path.join(root, from), path.join(root, to))
    },
    age: (name: string, ms: number) =>
      utimesSync(path.join(root, name), (Date.now() - ms) / 1000, (Date.now() - ms) / 1000),
  }
}
