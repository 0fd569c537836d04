// Which files beside a log hold its settings.

const NAMES = /^(hparams|config|params|args)\.ya?ml$|^(hparams|params|args)\.json$/i

/** True for names of settings files. */
export const isSettingsName = (fileName: string): boolean => NAMES.test(fileName)
