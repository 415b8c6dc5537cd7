/** The format of `sdk.env`: lines that any shell can read, `export NAME='value'`. Written and read here only. */

/** Single quotes keep every character as it is; one inside closes, is escaped, and opens again. */
export function formatSdkEnv(values: Iterable<readonly [name: string, value: string]>): string {
  return [...values].map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`).join('\n')
}

export function parseSdkEnv(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^export (\w+)='(.*)'$/gm)
  return new Map([...lines].map(([, name, value]) => [name!, value!.replaceAll(`'\\''`, "'")]))
}
