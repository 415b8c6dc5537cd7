import { getComponentsAlias } from '@tarojs/shared'
import { miniComponents } from './mini-surface'

/** What this plugin touches of Taro's template writer. */
interface TemplateWriter {
  internalComponents: typeof miniComponents
  componentsAlias: unknown
  miniComponents: Record<string, Record<string, string>>
  modifyTemplateResult?: (result: string, ...about: unknown[]) => string
  createMiniComponents(components: typeof miniComponents): Record<string, Record<string, string>>
}

interface TaroContext {
  registerMethod(hook: { name: string; fn: (platform: { readonly template?: TemplateWriter }) => void }): void
}

/** Taro plugin: the templates of a mini program know the components and attributes of our table, and nothing else. */
export default function miniTemplates(ctx: TaroContext): void {
  ctx.registerMethod({
    name: 'onBuildInit',
    fn({ template }) {
      if (template === undefined) return
      template.internalComponents = miniComponents
      template.componentsAlias = getComponentsAlias(miniComponents)
      const built = template.createMiniComponents(miniComponents)
      // A sheet keeps the page below it still; nothing else listens for moves, which would cross on every scroll.
      built['catch-view'] = { ...built['click-view'], catchtouchmove: 'eh' }
      delete built['image']
      delete built['static-image']
      template.miniComponents = built
      // Minified as HTML, `<input></input>` would lose its end tag, which WeChat's compiler insists on.
      const modify = template.modifyTemplateResult
      template.modifyTemplateResult = (result, ...about) =>
        (modify?.call(template, result, ...about) ?? result).replace(/><\/input>/g, ' />')
    },
  })
}
