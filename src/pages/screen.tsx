import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { useEffect, type CSSProperties, type PropsWithChildren } from 'react'
import { useStore } from 'zustand'
import { PrivacySheet } from './privacy-sheet'
import { useStores } from './stores-context'

/** From here on rows break into two and buttons stand one above the other. */
const largeTypeScale = 1.3

export interface ScreenProps extends PropsWithChildren {
  /** What the navigation bar says. */
  readonly title: string
  readonly className?: string
}

/** The outermost element of each page: its title, and the theme and the size of type that the person chose. */
export function Screen({ title, className, children }: ScreenProps) {
  const { settings } = useStores()
  const { themeChoice, fontScale } = useStore(settings)
  useDidShow(() => {
    settings.refresh()
    settings.dressPage(title)
  })
  useEffect(() => settings.dressPage(title), [settings, title, themeChoice])
  const classes = [
    'screen',
    className,
    themeChoice !== null && `theme-${themeChoice}`,
    fontScale > largeTypeScale && 'large-type',
  ]
  return (
    <View className={classes.filter(Boolean).join(' ')} style={styleOf(fontScale)}>
      {children}
      <PrivacySheet />
    </View>
  )
}

/** The one measure that all type is multiplied by. */
function styleOf(fontScale: number): CSSProperties {
  return { '--font-scale': fontScale } as CSSProperties
}
