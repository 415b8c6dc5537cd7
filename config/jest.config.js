const path = require('node:path')

const rootDir = path.resolve(__dirname, '..')

/** babel.config.js compiles the build and the tests alike. */
const transform = { '\\.[jt]sx?$': ['babel-jest', { configFile: path.join(rootDir, 'babel.config.js') }] }

const common = { rootDir, transform, injectGlobals: true, modulePathIgnorePatterns: ['<rootDir>/dist/'] }

/** One project per platform: Jest then resolves `name.<platform>.ts` as Taro's build does. */
function platformProject(platform) {
  return {
    ...common,
    displayName: platform,
    testEnvironment: 'jsdom',
    testMatch: ['<rootDir>/tests/unit/src/**/*.test.{ts,tsx}'],
    testPathIgnorePatterns: ['weapp', 'qq', 'h5']
      .filter((other) => other !== platform)
      .map((other) => `\\.${other}\\.test\\.tsx?$`),
    moduleFileExtensions: [`${platform}.tsx`, `${platform}.ts`, 'tsx', 'ts', 'jsx', 'js', 'cjs', 'mjs', 'json'],
    setupFiles: ['<rootDir>/tests/support/taro/setup.ts'],
    moduleNameMapper: {
      '\\.s?css$': '<rootDir>/tests/support/taro/style.ts',
      '^@tarojs/components$': '<rootDir>/tests/support/taro/components.tsx',
      '^@tarojs/taro$': '<rootDir>/tests/support/taro/taro.ts',
    },
    globals: { TEST_PLATFORM: platform },
  }
}

const node = { ...common, testEnvironment: 'node' }

module.exports = {
  rootDir,
  projects: [
    platformProject('weapp'),
    platformProject('qq'),
    platformProject('h5'),
    {
      ...node,
      displayName: 'servers',
      testMatch: ['<rootDir>/tests/{unit,vectors,merchant,simulator,conformance,architecture}/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/tests/unit/src/'],
    },
    { ...node, displayName: 'e2e', testMatch: ['<rootDir>/tests/{flows,e2e,chaos}/**/*.test.ts'] },
  ],
}
