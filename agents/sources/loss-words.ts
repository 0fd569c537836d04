// The words of training output: which names are measures of training, which words go before them, and
// which names never are a metric.

/** Parts of names that speak of training by themselves. */
const TRAINING = new Set(
  `loss losses acc accuracy ppl perplexity auc auroc rmse mae mse mape logloss mlogloss merror crossentropy
   xentropy f1 bleu rouge wer cer iou miou dice psnr ssim fid nll bpc bpb recall precision reward lr mfu kl
   learn ndcg ap map50 top1 top5 elbo kld prec r2 elo binary_logloss`.split(/\s+/),
)
const TRAINING_PAIRS = /(learning|grad(ient)?|lm)[ _-]?(rate|norm|loss)|'s (l1|l2|error)$/
/** Words that qualify the one behind them: `train loss`, `avg val acc`. */
const QUALIFIERS = new Set(
  `train training val valid validation test testing eval evaluation dev avg average mean total running best
   smoothed final epoch batch learning grad gradient lm policy value entropy actor critic generator
   discriminator cls reg box mask obj global weight top`.split(/\s+/),
)
/** Names of what is no metric of a run, whatever number they have. */
const NOISE =
  /^(eta|remaining|elapsed|v_num|port|pid|tid|rank|local_rank|world_size|cuda|version|line|code|status|exit_code|gpu_id|steps?|epochs?|iter|iteration)$|\.(c|cc|cpp|cu|go|h|js|py|rs|ts)$/i

const parts = (key: string) =>
  key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+|(?<=@)/)

/** True for names of measures of training (`val_loss`, `Acc@1`, `train-rmse`, `learning rate`). */
export function isTrainingKey(key: string): boolean {
  return parts(key).some((part) => TRAINING.has(part)) || TRAINING_PAIRS.test(key.toLowerCase())
}

const HINTS = new RegExp(
  `${[...TRAINING].join('|')}|learning|grad|'s |epoch|step|iter|update|round|episode|ep[ :]|\\[ *\\d|^ *\\d+:|namespace\\(`,
  'i',
)

/** False for text that surely says nothing of training; a cheap test before the others. */
export const mayTrain = (text: string) => HINTS.test(text)

/** True for words that belong to the name behind them; `valid_1's` and `val:` count. */
export const isQualifier = (word: string) =>
  /'s$|^[DG]$/.test(word) || QUALIFIERS.has(word.toLowerCase().replace(/:$/, ''))

/** True for names that never are a metric (`eta`, `port`). */
export const isNoise = (key: string) => NOISE.test(key)
