// This checkout's own settings: watch this machine, and train a small real model while the console is open.
import { defineConfig } from 'mlops-console'

export default defineConfig({
  watch: ['.mlops/training'],
  companions: [
    {
      name: 'weather training',
      command: ['node', 'fixtures/train/train.mjs', '--out', '.mlops/training', '--watch-stdin'],
    },
  ],
})
