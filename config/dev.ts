import type { UserConfigExport } from '@tarojs/cli'

/** What only a development build has: readable output, with source maps in watch mode, and no time spent on size. */
export default {
  terser: { enable: false },
  mini: {
    // Without it Taro's watch mode would put React in the place of every import that ends in `react`, `zustand/react` among
    // them, and write into React's own package.json.
    debugReact: true,
  },
  h5: {},
} satisfies UserConfigExport<'vite'>
