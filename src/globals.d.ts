/// <reference types="@tarojs/taro/types" />

declare module '*.scss'
