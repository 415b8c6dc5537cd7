import path from 'node:path'

/** Builds for WeChat's and QQ's own tools: development builds with the simulated wallet, beside those that are shipped. */
export const toolBuilds = ['devtools/weapp', 'devtools/qq'] as const
export type ToolBuild = (typeof toolBuilds)[number]

export function isToolBuild(build: string): build is ToolBuild {
  return toolBuilds.some((one) => one === build)
}

/** The addresses of `npm start` that an app in a tool calls. */
export interface LocalAddresses {
  readonly merchant: string
  readonly bench: string
}

/** @param portBase as `npm start -- --port-base` has it */
export function localAddresses(portBase = 4000): LocalAddresses {
  return { merchant: `http://127.0.0.1:${portBase}`, bench: `http://127.0.0.1:${portBase + 3}` }
}

/** What Taro must be told to make such a build; it wins over the environment of the process that starts it. */
export function toolEnvironment(build: ToolBuild, { merchant, bench }: LocalAddresses): Record<string, string> {
  return {
    NODE_ENV: 'development',
    TARO_APP_API_BASE: merchant,
    TARO_APP_WALLET: 'simulated',
    TARO_APP_WALLET_BASE: bench,
    TARO_OUTPUT_ROOT: `dist/${build}`,
  }
}

/** Which target Taro builds it from. */
export function targetOf(build: string): string {
  return path.posix.basename(build)
}
