import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLossLine } from '../../../agents/sources/loss-lines.ts'

/** A parsed line as plain text: `place | name=value ...`. */
function show(line: string): string | undefined {
  const parsed = parseLossLine(line)
  if (!parsed) return undefined
  const { step, epoch, batch, metrics } = parsed
  const place = [
    step !== undefined && `step ${step}`,
    epoch !== undefined && `epoch ${epoch}`,
    batch && `batch ${batch.at}/${batch.of ?? '?'}`,
  ].filter(Boolean)
  return [place.join(' '), [...metrics].map(([key, value]) => `${key}=${value}`).join(' ')].join(' | ')
}

describe('one line of training output', () => {
  it.each([
    ['Epoch 3/10 - loss: 0.5 - accuracy: 0.9', 'epoch 3 | loss=0.5 accuracy=0.9'],
    ['step 100 | loss 2.31 | lr 3e-4 | tokens/s 12,345', 'step 100 | loss=2.31 lr=0.0003 tokens/s=12345'],
    ['[INFO] iter 200 loss=0.1', 'step 200 | loss=0.1'],
    ['iter 200: loss 0.1234, time 12.30ms, mfu 1.20%', 'step 200 | loss=0.1234 mfu=1.2'],
    ['step 250: train loss 2.4, val loss nan', 'step 250 | train loss=2.4 val loss=NaN'],
    ['loss: -inf, grad_norm: Infinity', ' | loss=-Infinity grad_norm=Infinity'],
    ['global_step: 9007199254740993 loss: 1', 'step 9007199254740993 | loss=1'],
    ['Training loss at step 30: 0.4', 'step 30 | Training loss=0.4'],
    ['episode 10, reward: 12.5k', 'step 10 | reward=12500'],
    [
      'train: loss 0.5, acc 0.9 | val: loss 0.4, acc 0.8',
      ' | train loss=0.5 train acc=0.9 val loss=0.4 val acc=0.8',
    ],
    ['loss 1 loss 2', ' | loss=1 loss#2=2'],
    ['[Epoch 1] [Batch 5/10] [D loss: 0.5] [G loss: 0.7]', 'epoch 1 batch 5/10 | D loss=0.5 G loss=0.7'],
    ['I0101 10:00:00.0 1 solver.cpp:228] Iteration 100, loss = 0.5', 'step 100 | loss=0.5'],
  ])('reads plain pairs: %s', (line, expected) => expect(show(line)).toBe(expected))

  it.each([
    ['Epoch 1/10', 'epoch 1 | '],
    ['100/100 [=====] - ETA: 0s - loss: 0.5 - val_loss: 0.4', 'batch 100/100 | loss=0.5 val_loss=0.4'],
    ['\x1b[1m7/9\x1b[0m \x1b[32m━━━\x1b[0m \x1b[1m1s\x1b[0m 5ms/step - loss: 0.5', 'batch 7/9 | loss=0.5'],
    [' 1/9 [.] - ETA: 12s - loss: 3\r 2/9 [>] - ETA: 1:02 - loss: 2', 'batch 2/9 | loss=2'],
    [
      'Epoch 1:  10%|█  | 10/100 [00:01<00:09,  9.90it/s, loss=0.5, v_num=1]',
      'epoch 1 batch 10/100 | loss=0.5',
    ],
    ['Epoch:  10%|#| 10/100 [00:01<00:09, loss=0.5]', 'batch 10/100 | loss=0.5'],
    ['steps:   0%| | 1/240 [00:24<1:36:20, norm=0.5 | Loss: 2', 'batch 1/240 | norm=0.5 Loss=2'],
    ['Epoch 1: ##  60% | 642/1606 | loss: 0.1234 | ETA: 8m 12s', 'epoch 1 batch 642/1606 | loss=0.1234'],
    ['Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.278', 'epoch 1 batch 640/60000 | Loss=2.278'],
    ['Test set: Average loss: 0.05, Accuracy: 9823/10000 (98%)', ' | Average loss=0.05 Accuracy=98'],
    [
      'Epoch: [0][ 10/196]\tTime  0.1 ( 0.4)\tLoss 6.9e+00 (7.0e+00)\tAcc@1   0.50 (  0.39)',
      'epoch 0 batch 10/196 | Time=0.1 Loss=6.9 Acc@1=0.5',
    ],
    ['[1,  2000] loss: 2.2', 'epoch 1 batch 2000/? | loss=2.2'],
    ['Epoch [1/10], Step [100/600], Loss: 2.3', 'epoch 1 batch 100/600 | Loss=2.3'],
    [
      '| epoch   1 |   200/ 2983 batches | lr 20.00 | ms/batch 12.3 | loss  7.12',
      'epoch 1 batch 200/2983 | lr=20 ms/batch=12.3 loss=7.12',
    ],
  ])('reads epochs, batches and bars: %s', (line, expected) => expect(show(line)).toBe(expected))

  it.each([
    [
      '[rank0]:2025-01-02 03:04:05,678 - root - INFO - \x1b[31mstep:  1  \x1b[32mloss:  8.13  \x1b[33mmemory:  2.30GiB(1.2%)  tps: 7,000  mfu: 12.3%',
      'step 1 | loss=8.13 memory=2.3 tps=7000 mfu=12.3',
    ],
    [
      ' iteration      100/  500000 | elapsed time per iteration (ms): 12.5 | learning rate: 1.0E-04 | lm loss: 8.1E+00 |',
      'step 100 | elapsed time per iteration (ms)=12.5 learning rate=0.0001 lm loss=8.1',
    ],
    [
      'eta: 0:10:00  iter: 19  total_loss: 1.2  lr: 0.02  max_mem: 3000M',
      'step 19 | total_loss=1.2 lr=0.02 max_mem=3000',
    ],
    [
      'epoch 001:    100 / 1000 loss=5.1, ppl=30.2, num_updates=100',
      'step 100 epoch 1 batch 100/1000 | loss=5.1 ppl=30.2',
    ],
    ['[3]\ttrain-rmse:0.5+0.01\ttest-rmse:0.6+0.02', 'step 3 | train-rmse=0.5 test-rmse=0.6'],
    ['[12]\ttrain-rmse:0.1\teval-rmse:0.2', 'step 12 | train-rmse=0.1 eval-rmse=0.2'],
    ['[03:31:46] [0]\ttrain-logloss:0.64232650794088841', 'step 0 | train-logloss=0.6423265079408884'],
    ["[10]\ttraining's l2: 0.1\tvalid_1's auc: 0.9", "step 10 | training's l2=0.1 valid_1's auc=0.9"],
    [
      '10:\tlearn: 0.5\ttest: 0.6\tbest: 0.6 (10)\ttotal: 1s\tremaining: 2s',
      'step 10 | learn=0.5 test=0.6 best=0.6',
    ],
  ])('reads what frameworks print: %s', (line, expected) => expect(show(line)).toBe(expected))

  it.each([
    ["{'loss': 0.5, 'learning_rate': 1e-05, 'epoch': 0.1}", 'epoch 0.1 | loss=0.5 learning_rate=0.00001'],
    ["{'loss': '0.5', 'grad_norm': nan, 'epoch': '1.0'}", 'epoch 1 | loss=0.5 grad_norm=NaN'],
    ["10%|█| {'loss': tensor(0.5, device='cuda:0'), 'acc': np.float64(0.25)}", ' | loss=0.5 acc=0.25'],
    ['INFO {"step": 5, "val": {"loss": NaN}}', 'step 5 | val.loss=NaN'],
  ])('reads objects of JSON and Python: %s', (line, expected) => expect(show(line)).toBe(expected))

  it('takes the time where the line has one', () => {
    expect(parseLossLine('2026-01-02T03:04:05Z step 1 loss 2')?.time).toBe(Date.UTC(2026, 0, 2, 3, 4, 5))
    expect(parseLossLine('{"loss": 1, "timestamp": 1700000000.5}')?.time).toBe(1_700_000_000_500)
    expect(parseLossLine('step 1 loss 2')?.time).toBeUndefined()
  })

  it('takes printed settings as params', () => {
    expect(parseLossLine("Namespace(lr=0.1, name='a, b', betas=[0.9, 0.99])")?.params).toEqual({
      lr: '0.1',
      name: 'a, b',
      betas: '[0.9, 0.99]',
    })
    expect(parseLossLine('{"config": {"lr": 0.1, "opt": {"name": "adam"}}}')?.params).toEqual({
      lr: '0.1',
      'opt.name': 'adam',
    })
  })

  it.each([
    'listening on port: 8080',
    'Server 10.0.0.1:8080 up, version: 1.2.3',
    '2024-01-01 00:00:00,123 INFO request id=5 took=3ms status=200',
    '10.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET / HTTP/1.1" 200 612',
    '3 packets transmitted, 3 received, 0% packet loss, time 2003ms',
    'packet loss: 3',
    'error: 404',
    'retries=3 timeout: 30s',
    'Nov 23 07:00:00 host sshd[123]: Failed password for root port 22 ssh2',
    '{"level":30,"time":1700000000000,"pid":1,"port":8080,"msg":"x"}',
    'Step 3/10 : RUN npm ci',
    'the loss of 3 packets',
    'commit: 3f2a9c loss: 3f2a9c',
    'loss: 1.2.3',
    '',
  ])('leaves alone what is no training output: %s', (line) => expect(show(line)).toBeUndefined())

  it('lets no key reach a prototype', () => {
    expect(show('{"__proto__": {"loss": 1}, "step": 1}')).toBe('step 1 | __proto__.loss=1')
    expect(({} as Record<string, unknown>).loss).toBeUndefined()
  })

  it('never throws, whatever the line', () => {
    const bits = fc.constantFrom(
      'loss',
      '=',
      ': ',
      '1',
      '.5',
      'e',
      '-',
      '[',
      ']',
      '{',
      '}',
      '|',
      ' ',
      '\r',
      '\x1b[',
      "'",
      '"',
      'epoch',
      'step',
      '/',
      '%',
      ',',
      '\t',
      'nan',
      '(',
      ')',
      '𝄞',
      '\ud800',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(bits, { maxLength: 60 }).map((parts) => parts.join('')),
        ),
        (line) => {
          const metrics = parseLossLine(line)?.metrics ?? new Map<string, number>()
          for (const value of metrics.values()) expect(typeof value).toBe('number')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('gives back the step and every number that was printed, in each of the common ways', () => {
    const names = fc.uniqueArray(fc.constantFrom('loss', 'val_loss', 'acc', 'lr', 'grad_norm', 'f1'), {
      minLength: 1,
    })
    const value = fc
      .double({ noDefaultInfinity: true, noNaN: true })
      .map((number) => (Object.is(number, -0) ? 0 : number))
    const shape = fc.constantFrom(
      ['=', ' '],
      [': ', ' | '],
      ['=', ', '],
      [': ', ' - '],
      [' ', ', '],
      [':', '\t'],
    )
    fc.assert(
      fc.property(
        names,
        fc.array(value, { minLength: 6, maxLength: 6 }),
        fc.nat(),
        shape,
        (keys, values, step, [sign, between]) => {
          const line = `step ${step}${between}${keys.map((key, i) => `${key}${sign}${values[i]}`).join(between)}`
          const parsed = parseLossLine(line)
          expect(parsed?.step).toBe(step)
          expect([...(parsed?.metrics ?? [])]).toEqual(keys.map((key, i) => [key, values[i]]))
        },
      ),
    )
  })

  it('is done with hostile lines in time that grows with their length alone', () => {
    const hostile = [
      '1',
      'a=',
      '[1 ',
      "'a':",
      'loss=1 (',
      '{',
      'epoch 1',
      '111,',
      '\x1b]',
      'Namespace(',
      '1 ',
      'a1\r',
    ]
    // A quadratic pattern takes many seconds for these.
    for (const part of hostile) parseLossLine(part.repeat(1_000_000 / part.length))
  }, 4000)
})
