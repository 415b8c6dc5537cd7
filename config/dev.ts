import type { UserConfigExport } from '@tarojs/cli'

/** What only a development build has: readable output, with source maps in watch mode, and no time spent on size. */
export default {
  terser: { enable: false },
  mini: {},
  h5: {},
} satisfies UserConfigExport<'vite'>
