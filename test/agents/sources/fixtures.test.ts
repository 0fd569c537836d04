import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createFolderSource } from '../../../agents/sources/folder.ts'
import { createRecorder, drain } from '../recorder.ts'

const folder = fileURLToPath(new URL('../../../fixtures/logs', import.meta.url))

it('reads the logs of every kind of writer, and no data, out of one folder', async () => {
  const recorder = createRecorder()
  await drain(
    createFolderSource({ folders: [folder], agent: 'a', cursors: new Map() }),
    recorder,
    Date.now() + 60_000,
  )
  const found = recorder.events.filter((event) => event.type === 'run.found')
  const params = recorder.events.filter((event) => event.type === 'run.params')
  const summary = found.map(({ about, data }) => {
    const own = recorder.points.filter(({ owner }) => owner === about)
    const last = own.at(-1)
    return {
      run: `${data.experiment} | ${data.name}`,
      keys: [...new Set(own.map(({ key }) => key))].length,
      points: own.length,
      nan: own.filter(({ value }) => Number.isNaN(value)).length,
      last: `${last?.key} ${last?.step}`,
      params: params.find((event) => event.about === about)?.data.params,
    }
  })
  expect(summary.sort((a, b) => a.run.localeCompare(b.run))).toEqual([
    {
      run: 'lightning_logs | version_0',
      keys: 4,
      points: 88,
      nan: 0,
      last: 'val_acc 1599',
      params: {
        batch_size: '64',
        lr: '3e-4',
        'optimizer.name': 'adamw',
        'optimizer.betas': '[0.9, 0.999]',
        schedule: 'no',
      },
    },
    {
      run: 'logs | finetune',
      keys: 3,
      points: 90,
      nan: 1,
      last: 'eval.ppl 3000',
      params: { lr: '0.0002', 'lora.r': '16' },
    },
    {
      run: 'tensorboard/resnet | seed1',
      keys: 2,
      points: 120,
      nan: 0,
      last: 'train/lr 590',
      params: { lr: '0.001', optimizer: 'adamw', layers: '12', amp: 'true' },
    },
    {
      run: 'tensorboard/resnet | seed2',
      keys: 1,
      points: 40,
      nan: 10,
      last: 'train/loss 390',
      params: undefined,
    },
    { run: 'yolo | exp', keys: 2, points: 20, nan: 0, last: 'metrics/mAP_0.5 9', params: undefined },
  ])
})
