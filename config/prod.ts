import type { UserConfigExport } from '@tarojs/cli'

/**
 * What only a production build has: small output. Every file of a mini program is a module with a scope of its own, so
 * top-level names may be shortened, too.
 * @note Terser's options are called `output` here; with `format` the runner's own `output` makes Terser refuse both.
 */
const terser = {
  enable: true,
  config: {
    compress: {
      passes: 3,
      ecma: 2017 as const,
      toplevel: true,
      arrows: true,
      collapse_vars: true,
      comparisons: true,
      computed_props: true,
      hoist_props: true,
      inline: true,
      loops: true,
      negate_iife: true,
      properties: true,
      reduce_funcs: true,
      reduce_vars: true,
      switches: true,
      typeofs: true,
    },
    mangle: { toplevel: true },
    // Chinese as it is: escaped it would take twice the bytes.
    output: { ecma: 2017 as const, comments: false, ascii_only: false },
  },
}

export default {
  terser,
  jsMinimizer: 'terser',
  mini: { enableSourceMap: false },
  h5: { enableSourceMap: false },
} satisfies UserConfigExport<'vite'>
