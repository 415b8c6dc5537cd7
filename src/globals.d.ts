/// <reference types="@tarojs/taro/types" />

declare module '*.scss'

/** What the build replaces, written out in full. Nothing else of `process` exists on a phone. */
declare namespace NodeJS {
  interface ProcessEnv {
    TARO_APP_API_BASE?: string
  }
  interface Process {
    readonly env: ProcessEnv
  }
}

declare var process: NodeJS.Process
