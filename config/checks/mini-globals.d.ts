/** What WeChat and QQ offer beyond the language itself. There is no DOM: its types must not creep in. */
declare const console: { warn(...parts: unknown[]): void }
declare function setTimeout(run: () => void, delayMs: number): number
declare function clearTimeout(timer: number): void
