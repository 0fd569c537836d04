// The build's version, put in by src/build.mjs.
declare const __MLOPS_VERSION__: string | undefined

/** Version of this build; `dev` when run from source. */
export const VERSION: string = typeof __MLOPS_VERSION__ === 'string' ? __MLOPS_VERSION__ : 'dev'
