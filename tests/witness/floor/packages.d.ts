/** What the tests use of two packages that hide their types, or have none. */

declare module 'doiuse' {
  import type { Node, TransformCallback } from 'postcss'

  export default class DoIUse {
    constructor(options: {
      readonly browsers: readonly string[]
      onFeatureUsage(usage: {
        readonly feature: string
        /** What lacks it altogether, and what lacks a part of it. */
        readonly featureData: { readonly missing?: string; readonly partial?: string }
        readonly usage: Node
      }): void
    })
    readonly postcss: TransformCallback
  }
}

declare module 'es-check' {
  interface Config {
    /** A glob. */
    readonly files: string
    readonly module?: boolean
    /** The ECMAScript version and the browsers come from browserslist. */
    readonly checkBrowser: true
    readonly browserslistPath: string
    readonly checkFeatures: true
  }
  export function runChecks(
    configs: readonly Config[],
    options: { readonly logger: null },
  ): { readonly errors: readonly { readonly file: string; readonly err: Error }[] }
}
