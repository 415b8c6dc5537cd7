/** Compiles the build and the tests alike; the targets are the oldest web views that WeChat and QQ still run. */
module.exports = (api) => {
  api.cache.using(() => `${process.env.NODE_ENV}:${process.env.TARO_ENV}`)
  // In the build vite's esbuild has taken the types off before Babel comes; in Jest Babel itself must.
  const compiler = process.env.NODE_ENV === 'test' ? 'babel' : 'vite'
  return {
    presets: [['taro', { framework: 'react', ts: true, compiler, hot: false }]],
  }
}
