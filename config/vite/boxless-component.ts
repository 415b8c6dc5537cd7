/** What this plugin touches of Taro's template writer. */
interface TemplateWriter {
  buildContainerTemplate(level: number): string
}

interface TaroContext {
  registerMethod(hook: { name: string; fn: (platform: { readonly template?: TemplateWriter }) => void }): void
}

/**
 * Taro plugin: the component that carries on deep pages has no box of its own. QQ, and WeChat before 2.11.2, draw it as an
 * element between a row and its children, which would break the row. A host that does not draw it ignores the style.
 */
export default function boxlessComponent(ctx: TaroContext): void {
  ctx.registerMethod({
    name: 'onBuildInit',
    fn({ template }) {
      if (template === undefined) return
      const build = template.buildContainerTemplate
      template.buildContainerTemplate = (level) =>
        build.call(template, level).replace('<comp ', '<comp style="display:contents" ')
    },
  })
}
