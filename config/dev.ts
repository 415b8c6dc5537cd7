import type { UserConfigExport } from '@tarojs/cli'

/** What only a development build has: watch mode keeps source maps and readable output. */
export default {
  mini: {},
  h5: {},
} satisfies UserConfigExport<'vite'>
