/// <reference types="@tarojs/taro/types" />

declare module '*.scss'

/** What the build replaces. Nothing else of `process` exists on a phone. */
declare namespace NodeJS {
  interface ProcessEnv {
    readonly TARO_APP_API_BASE?: string
    readonly TARO_ENV?: 'weapp' | 'qq' | 'h5'
  }
}
