import path from 'node:path'
import type { Plugin } from 'vite'

/**
 * Builds with Preact where the sources say React. It must have the last word on aliases: in development one of Taro's own
 * takes every name that ends in `react` for React, `preact` and `zustand/react` among them. Those stay what they are.
 */
export const preactView: Plugin = {
  name: 'preact-view',
  enforce: 'post',
  config: () => ({
    resolve: {
      alias: [
        { find: /^react$/, replacement: 'preact/compat' },
        { find: /^react\/jsx-(dev-)?runtime$/, replacement: 'preact/jsx-runtime' },
        { find: /^react-dom(\/client)?$/, replacement: path.join(__dirname, 'preact-root.ts') },
        { find: /^(.*react)$/, replacement: '$1' },
      ],
    },
  }),
}
