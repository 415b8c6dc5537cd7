import { TmplGroup } from 'glass-easel-template-compiler'

interface CompilerNote {
  readonly message: string
  readonly isError: boolean
  readonly startLine: number
}

/**
 * Compiles all templates and their scripts into one JavaScript expression.
 * @param templates source by path without extension
 * @param scripts wxs source by path without extension
 * @throws with the file and the compiler's words
 */
export function compileTemplates(
  templates: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, string>>,
): string {
  const group = new TmplGroup()
  try {
    for (const [path, source] of Object.entries(scripts)) group.addScript(path, source)
    for (const [path, source] of Object.entries(templates)) {
      const notes = group.addTmpl(path, source) as readonly CompilerNote[]
      const fault = notes.find(({ isError }) => isError)
      if (fault) throw new Error(`${path}, line ${fault.startLine + 1}: ${fault.message}`)
    }
    return group.getTmplGenObjectGroups()
  } finally {
    group.free()
  }
}

/** Writes a QQ template in WeChat's words: only the prefix of directives and the file extensions differ. */
export function toWechatTemplate(source: string): string {
  return source
    .replace(/(\s)qq:(if|elif|else|for|for-item|for-index|key)\b/g, '$1wx:$2')
    .replace(/<(\/?)qs\b/g, '<$1wxs')
    .replace(/(\ssrc=")([^"]*)\.qml"/g, '$1$2.wxml"')
    .replace(/(\ssrc=")([^"]*)\.qs"/g, '$1$2.wxs"')
}
