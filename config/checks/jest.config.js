const path = require('node:path')

const rootDir = path.resolve(__dirname, '../..')

const transformer = path.join(__dirname, 'jest/transform.cjs')

const common = {
  rootDir,
  transform: { '\\.[jt]sx?$': transformer },
  injectGlobals: true,
  // Below .cache a witness has a thousand packages of its own.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/witness/'],
  // Kept with the clone, and gone with it.
  cacheDirectory: '<rootDir>/.cache/jest/cache',
}

/** The view as `config/vite/preact-view.ts` builds it for mini programs; the browser's stays React. By file: jsdom would take the ES modules. */
const preactView = {
  '^react$': require.resolve('preact/compat'),
  '^react/jsx-runtime$': require.resolve('preact/jsx-runtime'),
  '^react-dom$': require.resolve('preact/compat'),
  '^react-dom/client$': require.resolve('preact/compat/client'),
  '^react-dom/test-utils$': require.resolve('preact/test-utils'),
  '^preact$': require.resolve('preact'),
  '^preact/hooks$': require.resolve('preact/hooks'),
  '^preact/compat$': require.resolve('preact/compat'),
}

/** One project per platform: Jest then resolves `name.<platform>.ts` as Taro's build does. */
function platformProject(platform) {
  return {
    ...common,
    displayName: platform,
    testEnvironment: path.join(__dirname, 'jest/dom-environment.cjs'),
    testMatch: ['<rootDir>/tests/unit/src/**/*.test.{ts,tsx}'],
    testPathIgnorePatterns: ['weapp', 'qq', 'h5']
      .filter((other) => other !== platform)
      .map((other) => `\\.${other}\\.test\\.tsx?$`),
    moduleFileExtensions: [`${platform}.tsx`, `${platform}.ts`, 'tsx', 'ts', 'jsx', 'js', 'cjs', 'mjs', 'json'],
    setupFiles: ['<rootDir>/tests/support/taro/setup.ts'],
    moduleNameMapper: {
      '\\.s?css$': '<rootDir>/tests/support/taro/style.ts',
      '^aria-query$': path.join(__dirname, 'jest/shared-aria-query.cjs'),
      '^@tarojs/components$': '<rootDir>/tests/support/taro/components.tsx',
      '^@tarojs/taro$': '<rootDir>/tests/support/taro/taro.ts',
      ...(platform === 'h5' ? {} : preactView),
    },
    globals: { TEST_PLATFORM: platform },
  }
}

/** Servers and tools: what a worker has loaded serves all of its test files. */
const node = {
  ...common,
  testEnvironment: path.join(__dirname, 'jest/shared-environment.cjs'),
  transform: { '\\.([jt]sx?|cjs)$': [transformer, { sharesModules: true }] },
  transformIgnorePatterns: [],
}

module.exports = {
  rootDir,
  // For failure only: a busy machine takes ten times as long, and a test that hangs is still found.
  testTimeout: 120_000,
  projects: [
    platformProject('weapp'),
    platformProject('qq'),
    platformProject('h5'),
    {
      ...node,
      displayName: 'servers',
      testMatch: [
        '<rootDir>/tests/{unit,vectors,merchant,simulator,conformance,witness,architecture,upgrade}/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['<rootDir>/tests/unit/src/'],
    },
    {
      ...node,
      displayName: 'e2e',
      testMatch: ['<rootDir>/tests/{flows,e2e,chaos}/**/*.test.ts'],
      globalSetup: '<rootDir>/tests/support/shared/setup.ts',
      globalTeardown: '<rootDir>/tests/support/shared/teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/tests/support/shared/deadline.ts'],
    },
  ],
}
