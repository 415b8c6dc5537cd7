import type { UserConfigExport } from '@tarojs/cli'

/**
 * What only a production build has: small output.
 * @note Terser's options are called `output` here; with `format` the runner's own `output` makes Terser refuse both.
 */
const terser = {
  enable: true,
  config: {
    compress: { passes: 2, ecma: 2017, inline: 2, toplevel: false, reduce_vars: true, collapse_vars: true },
    mangle: true,
    output: { ecma: 2017, comments: false, ascii_only: false },
  },
}

export default {
  terser,
  jsMinimizer: 'terser',
  mini: { enableSourceMap: false },
  h5: { enableSourceMap: false },
} satisfies UserConfigExport<'vite'>
