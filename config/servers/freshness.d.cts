/** Where the compiled program lies. */
export function compiledFile(name: string): string
/** Where what it was made of is noted. */
export function stampFile(name: string): string
/** @param inputs files of the bundle, from the project's folder */
export function digestOf(inputs: readonly string[]): string
/** Whether the compiled file is what the sources say. */
export function isFresh(name: string): boolean
